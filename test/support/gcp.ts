import { TerraformStack, Testing } from "cdktf";
import { Gcp, type GcpNetwork, type GcpProps } from "../../lib/gcp/index.js";
import { type Synthesised, synth } from "./synth.js";

export const PROJECT = "quality-247012";
export const REGION = "europe-west3";

/** A stack with Google Cloud in it and whatever `build` adds. */
export function synthGcp(
  build: (cloud: Gcp, stack: TerraformStack) => void,
  props: Partial<GcpProps> = {},
): Synthesised {
  return synth((stack) => build(new Gcp(stack, "gcp", { project: PROJECT, region: REGION, ...props }), stack));
}

/** A stack with a network that has a place for every part. */
export function synthInNetwork(
  build: (cloud: Gcp, stack: TerraformStack, network: GcpNetwork) => void,
  props: Partial<GcpProps> = {},
): Synthesised {
  return synthGcp(
    (cloud, stack) => build(cloud, stack, cloud.network(stack, "network", { zones: 3, reach: "private" })),
    props,
  );
}

/** A stack that is never synthesised: for what refuses at once. */
export function gcp(props: Partial<GcpProps> = {}): { readonly cloud: Gcp; readonly stack: TerraformStack } {
  const stack = new TerraformStack(Testing.app(), "test");
  return { stack, cloud: new Gcp(stack, "gcp", { project: PROJECT, region: REGION, ...props }) };
}
