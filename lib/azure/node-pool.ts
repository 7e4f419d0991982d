import type {
  KubernetesCluster,
  KubernetesClusterDefaultNodePool,
} from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import {
  KubernetesClusterNodePool,
  type KubernetesClusterNodePoolConfig,
} from "@cdktf/provider-azurerm/lib/kubernetes-cluster-node-pool";
import type { Construct } from "constructs";
import type { NodePoolProps } from "../cloud/cluster.js";
import { CoverstackError } from "../errors.js";
import { merge } from "../merge.js";
import { ROLE_LABEL } from "../workload/roles.js";
import type { AzureContext } from "./context.js";
import type { AzureSubnet } from "./network.js";
import { vmSize } from "./sizes.js";

const SPOT = "kubernetes.azure.com/scalesetpriority";
const DISK_GB = 64;

interface Placement {
  /** Kubernetes' minor version. */
  readonly version: string;
  readonly subnet: AzureSubnet;
  readonly zones: readonly string[];
  /** The application security group of all nodes. */
  readonly groupId: string;
}

/** The pool for what belongs to the cluster itself, ingress included. */
export function systemPool(placement: Placement): KubernetesClusterDefaultNodePool {
  return {
    ...placed(placement),
    name: "system",
    vmSize: "Standard_D2s_v5",
    temporaryNameForRotation: "systemtmp",
    autoScalingEnabled: true,
    minCount: 2,
    maxCount: 4,
    upgradeSettings: { maxSurge: "33%" },
  };
}

/** The pool for one role: nothing else is scheduled there, and its pods nowhere else. */
export function nodePool(
  scope: Construct,
  role: "web" | "worker",
  {
    cluster,
    size,
    nodes,
    spot = false,
    ...placement
  }: NodePoolProps & Placement & { readonly cluster: KubernetesCluster },
  azure: AzureContext,
): KubernetesClusterNodePool {
  const { min, max } = nodes;
  if (!(Number.isInteger(min) && Number.isInteger(max) && min >= 0 && min <= max && max >= 1 && max <= 1000)) {
    const allowed = "whole numbers, the most at least the fewest, 0 to 1000";
    throw new CoverstackError({ what: `nodes of ${role} are out of range`, given: nodes, allowed }, scope);
  }
  const { provider, tags } = azure;
  const config: KubernetesClusterNodePoolConfig = {
    ...placed(placement),
    provider,
    tags,
    kubernetesClusterId: cluster.id,
    name: role,
    mode: "User",
    vmSize: vmSize(size, scope),
    temporaryNameForRotation: `${role}tmp`,
    autoScalingEnabled: true,
    minCount: min,
    maxCount: max,
    nodeLabels: { [ROLE_LABEL]: role, ...(spot && { [SPOT]: "spot" }) },
    nodeTaints: [`${ROLE_LABEL}=${role}:NoSchedule`, ...(spot ? [`${SPOT}=spot:NoSchedule`] : [])],
    ...(spot
      ? { priority: "Spot", evictionPolicy: "Delete", spotMaxPrice: -1 }
      : { upgradeSettings: { maxSurge: "33%" } }),
    // The autoscaler owns the number.
    lifecycle: { ignoreChanges: ["node_count"] },
  };
  return new KubernetesClusterNodePool(scope, role, merge(config, azure.overrides.cluster?.nodePool));
}

function placed({ version, subnet, zones, groupId }: Placement) {
  return {
    orchestratorVersion: version,
    vnetSubnetId: subnet.id,
    zones: [...zones],
    // Its kernel is 6 or newer, where DNS lookups do not race.
    osSku: "AzureLinux",
    osDiskSizeGb: DISK_GB,
    nodeNetworkProfile: { applicationSecurityGroupIds: [groupId] },
  };
}
