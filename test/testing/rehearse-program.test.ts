import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { App, TerraformStack } from "cdktf";
import { beforeAll, describe, expect, it } from "vitest";
import { built } from "../support/built.js";
import { inFolder, type Outcome, run, SLOW } from "../support/programs.js";
import { realParts } from "../support/real-parts.js";

let program: string;
beforeAll(() => {
  program = join(built(), "stacks/rehearse.js");
});

/** Two stacks that belong together, and one that stands alone. */
function synthesise(outdir: string, edit: (alone: TerraformStack) => void = () => {}): void {
  const app = new App({ outdir });
  const stacks = ["workload", "platform", "alone"].map((name) => new TerraformStack(app, name));
  for (const stack of stacks) new AwsProvider(stack, "aws", { region: "eu-west-1" });
  const [workload, platform, alone] = stacks;
  const vpc = new Vpc(platform, "vpc", { lifecycle: { preventDestroy: true } });
  new Subnet(workload, "subnet", { vpcId: vpc.id });
  new Vpc(alone, "vpc");
  edit(alone);
  app.synth();
}

function rehearse(...words: readonly string[]): Outcome {
  return run(process.execPath, [program, ...words]);
}

describe.runIf(realParts().terraform)("npm run rehearse", SLOW, () => {
  it("applies and destroys every stack, those together that need each other", async () => {
    await inFolder((folder) => {
      synthesise(folder);
      const { status, output } = rehearse("--out", folder);
      expect(status).toBe(0);
      expect(output).toMatch(/^platform \+ workload +[\d.]+ +2 +2 +0 +ok$/m);
      expect(output).toMatch(/^alone +[\d.]+ +1 +1 +0 +ok$/m);
    });
  });

  it("has every type refused once when told to, of the stacks that are named", async () => {
    await inFolder((folder) => {
      synthesise(folder);
      const { status, output } = rehearse("workload", "--fail", "--json", "--out", folder);
      expect(status).toBe(0);
      const results: unknown = JSON.parse(output.slice(0, output.lastIndexOf("]") + 1));
      expect(results).toEqual([
        {
          stacks: ["platform", "workload"],
          seconds: expect.any(Number),
          created: 2,
          destroyed: 2,
          refused: ["aws_subnet", "aws_vpc"],
        },
      ]);
    });
  });

  it("ends with 1 when a stack fails, and rehearses the others", async () => {
    await inFolder((folder) => {
      synthesise(folder, (alone) => alone.addOverride("resource.aws_vpc.vpc.cidr_blok", "10.0.0.0/16"));
      const { status, output } = rehearse("--out", folder);
      expect(status).toBe(1);
      expect(output).toMatch(/^alone: .*FAILED: terraform apply of alone failed\n.*Extraneous JSON object property/m);
      expect(output).toMatch(/^platform \+ workload +.* ok$/m);
    });
  });

  it("changes stacks from what is deployed, and lists what that replaces or deletes", async () => {
    await inFolder(async (before) => {
      await inFolder((folder) => {
        synthesise(before, (alone) => void new Vpc(alone, "second"));
        synthesise(folder, (alone) => alone.addOverride("resource.aws_vpc.vpc.cidr_block", "10.1.0.0/16"));
        const { status, output } = rehearse("--out", folder, "--from", before);
        expect(status, output).toBe(0);
        expect(output).toMatch(/^alone +[\d.]+ +3 +3 +0 +ok$/m);
        expect(output).toContain("the change of platform + workload replaces 0 and deletes 0\n");
        expect(output).toContain(
          "the change of alone replaces 1 and deletes 1:\n  replaced  alone: aws_vpc.vpc\n  deleted   alone: aws_vpc.second\n",
        );
      });
    });
  });

  it("adds a stack that was not there before, and has it all in JSON", async () => {
    await inFolder(async (before) => {
      await inFolder((folder) => {
        const app = new App({ outdir: before });
        const platform = new TerraformStack(app, "platform");
        new AwsProvider(platform, "aws", { region: "eu-west-1" });
        new Vpc(platform, "old");
        app.synth();
        synthesise(folder);
        const { output } = rehearse("workload", "--from", before, "--json", "--out", folder);
        expect(JSON.parse(output.slice(0, output.lastIndexOf("]") + 1))).toMatchObject([
          { stacks: ["platform", "workload"], lost: { replaced: [], deleted: ["platform: aws_vpc.old"] } },
        ]);
        expect(rehearse("alone", "--from", before, "--out", folder)).toEqual({
          status: 1,
          output: `${before} and ${folder} have no stack of the same name\n`,
        });
        expect(rehearse("--from", before, "--fail", "--out", folder).output).toBe(
          "--from and --fail exclude each other\n",
        );
      });
    });
  });

  it("says what it does, and what it does not know", async () => {
    const fix = "npm run synth -- SETTINGS.yaml writes the stacks of a settings file; then rehearse";
    await inFolder((folder) => {
      expect(rehearse("--help")).toMatchObject({
        status: 0,
        output: expect.stringContaining("npm run rehearse -- [STACK…]"),
      });
      expect(rehearse("--loud").status).toBe(1);
      expect(rehearse("--out", folder)).toEqual({
        status: 1,
        output: `${folder} holds no synthesised stacks; run cdktf synth first\n${fix}\n`,
      });
      synthesise(folder);
      expect(rehearse("prod", "--out", folder).output).toBe(
        `${folder} holds no stack prod; it holds alone, platform, workload\n${fix}\n`,
      );
    });
  });
});
