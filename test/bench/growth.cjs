/* Builds and synthesises COUNT times the single machine in one stack: prints its resources and milliseconds as JSON. */
require("./without-stack-traces.cjs");
const { TerraformStack, Testing } = require("cdktf");
const { Aws } = require("../../dist/lib/aws/index.js");
const { ServiceImage, SingleVm } = require("../../dist/lib/index.js");
const { resourceCount } = require("./examples.cjs");

const start = performance.now();
const stack = new TerraformStack(Testing.app(), "growth");
const cloud = new Aws(stack, "aws", { region: "eu-west-1" });
const image = ServiceImage.fromRegistry("registry.example.com/coverstack:0.1.0");
for (let i = 0; i < Number(process.argv[2]); i++) new SingleVm(stack, `coverage-${i}`, { cloud, image });
const json = Testing.synth(stack);
const ms = performance.now() - start;
process.stdout.write(JSON.stringify({ resources: resourceCount(json), ms }));
