import { ContainerNodePool, type ContainerNodePoolConfig } from "@cdktf/provider-google/lib/container-node-pool";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import type { NodePoolProps } from "../cloud/cluster.js";
import { type DeepPartial, merge } from "../merge.js";
import { ROLE_LABEL } from "../workload/roles.js";
import type { GcpProject } from "./project.js";
import { diskType, machineType } from "./sizes.js";

/** Laid over every node pool of a cluster, key by key. */
export type GcpNodePoolOverrides = DeepPartial<Omit<ContainerNodePoolConfig, "cluster">>;

export interface GcpNodePoolProps extends NodePoolProps {
  /** The cluster's id. */
  readonly cluster: string;
  readonly zones: readonly string[];
  /** Whom its nodes are. */
  readonly serviceAccount: string;
  /** What alone runs on it. @default whatever asks for no place of its own */
  readonly role?: string | undefined;
  readonly overrides?: GcpNodePoolOverrides | undefined;
}

const DISK_GB = 50;
const MOST_NODES = 1_000;

/** Nodes for one role. */
export class GcpNodePool extends Construct {
  readonly nodePool: ContainerNodePool;
  readonly machineType: string;

  constructor(scope: Construct, id: string, { provider, region }: GcpProject, props: GcpNodePoolProps) {
    super(scope, id);
    const { nodes, zones, role } = props;
    checkWhole(nodes.min, "nodes.min", { unit: "nodes", least: 1, most: MOST_NODES }, this);
    checkWhole(nodes.max, "nodes.max", { unit: "nodes", least: nodes.min, most: MOST_NODES }, this);
    this.machineType = machineType(props.size, this);
    const config: ContainerNodePoolConfig = {
      provider,
      cluster: props.cluster,
      location: region,
      namePrefix: `${id}-`,
      nodeLocations: [...zones],
      // Google counts this one in each zone.
      initialNodeCount: Math.ceil(nodes.min / zones.length),
      autoscaling: { totalMinNodeCount: nodes.min, totalMaxNodeCount: nodes.max, locationPolicy: "BALANCED" },
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
      nodeConfig: {
        ...nodeConfig(props.serviceAccount),
        machineType: this.machineType,
        diskType: diskType(this.machineType),
        spot: props.spot ?? false,
        ...(role !== undefined && {
          labels: { [ROLE_LABEL]: role },
          taint: [{ key: ROLE_LABEL, value: role, effect: "NO_SCHEDULE" }],
        }),
      },
      // A pool that has to be replaced is there before its nodes' pods leave the old one.
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ["initial_node_count"] },
    };
    this.nodePool = new ContainerNodePool(this, "pool", merge(config, props.overrides));
  }
}

/** What all nodes have in common: Google's own image with a current kernel, a verified boot, pods with identities. */
export function nodeConfig(serviceAccount: string) {
  return {
    imageType: "COS_CONTAINERD",
    diskSizeGb: DISK_GB,
    serviceAccount,
    // What the identity may do is decided by its grants, not by scopes.
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    metadata: { "disable-legacy-endpoints": "true" },
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    workloadMetadataConfig: { mode: "GKE_METADATA" },
    kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
  };
}
