import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TerraformStack, Testing } from "cdktf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PlannedChange, Rehearsal } from "../../lib/testing/index.js";
import { terraform } from "../support/aws-parts.js";
import { SLOW } from "../support/programs.js";
import { loadBalanced, managedVm } from "../support/strategies.js";

/** The folder of a synthesised stack, which lies under the name of the first whatever it is called. */
function synthesised(stackId: string, build: (stack: TerraformStack) => void): string {
  const app = Testing.app();
  build(new TerraformStack(app, stackId));
  app.synth();
  const file = join(app.outdir, "manifest.json");
  writeFileSync(file, readFileSync(file, "utf8").replace(`"${stackId}": {`, `"first": {`));
  return app.outdir;
}

describe.runIf(terraform).each([
  ["a machine with managed services", managedVm],
  ["machines behind a load balancer", loadBalanced],
])("%s on AWS, in a stack that is renamed", SLOW, (_, strategy) => {
  let rehearsal!: Rehearsal;
  let planned!: readonly PlannedChange[];
  const build = (stack: TerraformStack) => void strategy(stack, "aws");
  beforeAll(async () => {
    rehearsal = await Rehearsal.of(synthesised("first", build));
    await rehearsal.apply();
    await rehearsal.change(synthesised("second", build));
    planned = await rehearsal.plan();
  }, SLOW.timeout);
  afterAll(() => rehearsal.close());

  it("keeps machines, data, secrets and groups: what is made anew is the settings of Redis alone (40)", () => {
    const replaced = planned.filter(({ action }) => action !== "update");
    expect(replaced.map(({ type }) => type)).toEqual(["aws_elasticache_parameter_group"]);
  });
});
