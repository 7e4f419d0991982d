/* Builds and synthesises each example over and over; prints resources and median milliseconds as JSON. */
require("./without-stack-traces.cjs");
const { Testing } = require("cdktf");
const { example, examples, resourceCount } = require("./examples.cjs");

const [WARM_UP, RUNS] = [20, 21];

function measure(name) {
  const build = example(name);
  const once = () => {
    const start = performance.now();
    const jsons = build(Testing.app(), name).map((stack) => Testing.synth(stack));
    return { ms: performance.now() - start, jsons };
  };
  for (let i = 0; i < WARM_UP; i++) once();
  const runs = Array.from({ length: RUNS }, once).sort((a, b) => a.ms - b.ms);
  const { ms, jsons } = runs[(RUNS - 1) / 2];
  return { name, resources: jsons.map(resourceCount).reduce((sum, count) => sum + count), ms };
}

process.stdout.write(JSON.stringify(examples.map(measure)));
