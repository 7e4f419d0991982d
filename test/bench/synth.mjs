/*
 * How fast the library is: synthesis beside the smallest CDKTF program, growth, tests, type checks. Ratios are of pairs
 * in one run; milliseconds mean something on a quiet machine alone. Prints a line of JSON for each measurement.
 *
 *   node test/bench/synth.mjs [PAIRS]     after npx tsc -b lib stacks
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, pairs, print, run } from "./measure.mjs";
import { measureTypes } from "./types.mjs";

/** Times the seconds of the smallest program. */
const LIMITS = { "single-vm-aws": 2, "load-balanced-azure": 2.5, "kubernetes-aws": 2.5 };
const MEMORY_LIMIT = 2.2;
/** Single machines in one stack: 200 resources and 2,000. */
const [FEW, MANY] = [10, 100];
const count = Number(process.argv[2] ?? 11);

const folder = mkdtempSync(join(tmpdir(), "coverstack-bench-"));
try {
  const [ours, peer] = ["ours", "peer"].map((name) => join(folder, name));
  for (const path of [ours, peer]) mkdirSync(path);
  for (const [example, limit] of Object.entries(LIMITS)) {
    const program = ["dist/stacks/main.js", `stacks/settings/${example}.yaml`, "--quiet", "--out", ours];
    const { seconds, memory } = pairs(program, ["test/bench/hello.cjs", peer], count);
    print({ name: `synth ${example}, whole process, seconds`, ...seconds, limit });
    print({ name: `synth ${example}, whole process, MiB at its peak`, ...memory, limit: MEMORY_LIMIT });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const grow = (machines) => JSON.parse(run(["test/bench/growth.cjs", String(machines)]).stdout);
const grown = Array.from({ length: 5 }, () => ({ few: grow(FEW), many: grow(MANY) }));
const [{ few, many }] = grown;
print({
  name: `construct and synth, ${many.resources} resources beside ${few.resources}, ms`,
  ours: median(grown.map(({ many }) => many.ms)),
  peer: median(grown.map(({ few }) => few.ms)),
  ratio: median(grown.map(({ few, many }) => many.ms / few.ms)),
  perResource: median(grown.map(({ many }) => many.ms / many.resources)),
  limit: (10.5 / 10) * (many.resources / few.resources),
});

for (const { name, resources, ms } of JSON.parse(run(["test/bench/warm.cjs"]).stdout)) {
  print({ name: `construct and Testing.synth ${name}, warm, ms`, resources, ours: ms, limit: (8 / 20) * resources });
}

measureTypes();
