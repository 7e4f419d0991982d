import { type AwsClusterOverrides, EksCluster } from "../../lib/aws/made-cluster.js";
import type { AwsNetwork } from "../../lib/aws/network.js";
import type { ClusterProps } from "../../lib/cloud/cluster.js";
import { MACHINE_SIZES } from "../../lib/workload/machine-size.js";
import type { AwsSurroundings } from "./aws-parts.js";

export const POOLS = {
  web: { size: MACHINE_SIZES["n1-standard-4"], nodes: { min: 2, max: 4 } },
  worker: { size: MACHINE_SIZES["n1-standard-8"], nodes: { min: 3, max: 9 }, spot: true },
};

export function awsCluster(
  { stack, provider, network }: AwsSurroundings,
  props: Partial<ClusterProps<AwsNetwork>> = {},
  overrides?: AwsClusterOverrides,
): EksCluster {
  return new EksCluster(stack, "cluster", provider, { network, pools: POOLS, protect: true, ...props }, overrides);
}
