import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { describe, expect, it } from "vitest";
import { Aws } from "../../lib/aws/index.js";
import { singleVm, synthSingleVm } from "../support/single-vm.js";
import { only, synth } from "../support/synth.js";

describe("AWS", () => {
  it("tags everything by way of the provider", () => {
    const { provider } = synthSingleVm({}, { tags: { Team: "quality" } });
    expect(provider.aws).toEqual([
      { region: "eu-west-1", default_tags: [{ tags: { Application: "coverstack", Team: "quality" } }] },
    ]);
  });

  it("works through a provider that the stack has already", () => {
    const stack = synth((stack) => {
      const provider = new AwsProvider(stack, "theirs", { region: "eu-north-1", alias: "coverage" });
      singleVm(stack, {}, { region: "eu-north-1", provider });
    });
    expect(stack.provider.aws).toHaveLength(1);
    const blocks = [...Object.values(stack.resource), ...Object.values(stack.data), ...Object.values(stack.ephemeral)];
    const providers = blocks.flatMap((named) => Object.values(named).map(({ provider }) => provider));
    expect(new Set(providers)).toEqual(new Set(["aws.coverage"]));
  });

  it.each([
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["eu-west-1", "aws"],
  ])("finds managed policies in the partition of %s", (region, partition) => {
    const attachment = only(synthSingleVm({}, { region }), "aws_iam_role_policy_attachment");
    expect(attachment.policy_arn).toBe(`arn:${partition}:iam::aws:policy/AmazonSSMManagedInstanceCore`);
  });

  it("fails for what is no region, and for tags on a foreign provider", () => {
    expect(() => synthSingleVm({}, { region: "Ireland" })).toThrow(
      `[single-vm-aws/aws] 'region' must be an AWS region, got "Ireland"; allowed: such as eu-west-1`,
    );
    expect(() =>
      synth((stack) => {
        const provider = new AwsProvider(stack, "theirs", { region: "eu-west-1" });
        new Aws(stack, "aws", { region: "eu-west-1", provider, tags: {} });
      }),
    ).toThrow("'tags' and 'provider' exclude each other");
  });

  it("fails for a provider of another region", () => {
    const build = (theirs: string) => () =>
      synth((stack) => {
        const provider = new AwsProvider(stack, "theirs", { region: theirs });
        new Aws(stack, "aws", { region: "eu-west-1", provider });
      });
    expect(build("us-east-1")).toThrow(
      `'region' must be the provider's, got "eu-west-1"; pass us-east-1, or another provider`,
    );
  });

  it("makes a network in a range of one's own", () => {
    const stack = synth((stack) => {
      const cloud = new Aws(stack, "aws", { region: "eu-west-1" });
      cloud.network(stack, "network", { cidr: "10.8.0.0/20" });
    });
    expect(only(stack, "aws_vpc").cidr_block).toBe("10.8.0.0/20");
    expect(only(stack, "aws_subnet").cidr_block).toBe(`\${cidrsubnet("10.8.0.0/20", 4, 0)}`);
  });
});
