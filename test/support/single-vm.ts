import type { TerraformStack } from "cdktf";
import { Aws, type AwsProps } from "../../lib/aws/index.js";
import { ServiceImage, SingleVm, type SingleVmProps } from "../../lib/index.js";
import { type Synthesised, synth } from "./synth.js";

export const IMAGE = ServiceImage.fromRegistry("registry.example.com/coverstack:0.1.0");
export const OFFICE = "203.0.113.0/24";

/** Props beyond cloud and image; what the types refuse can be given on purpose. */
export type Props = Partial<SingleVmProps> & Readonly<Record<string, unknown>>;

export function singleVm(stack: TerraformStack, props: Props = {}, aws: Partial<AwsProps> = {}) {
  const cloud = new Aws(stack, "aws", { region: "eu-west-1", ...aws });
  return new SingleVm(stack, "coverage", { cloud, image: IMAGE, ...(props as object) });
}

export function synthSingleVm(props: Props = {}, aws: Partial<AwsProps> = {}): Synthesised {
  return synth((stack) => {
    singleVm(stack, props, aws);
  });
}
