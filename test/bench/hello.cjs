// The smallest program of its kind: cdktf's core, one stack, one output.
const { App, LocalBackend, TerraformOutput, TerraformStack } = require("cdktf");

const app = new App({ outdir: process.argv[2] });
const stack = new TerraformStack(app, "hello");
new LocalBackend(stack, {});
new TerraformOutput(stack, "hello", { value: "hello" });
app.synth();
