import { ContainerCluster, type ContainerClusterConfig } from "@cdktf/provider-google/lib/container-cluster";
import { DataGoogleProject } from "@cdktf/provider-google/lib/data-google-project";
import { KmsCryptoKey } from "@cdktf/provider-google/lib/kms-crypto-key";
import { KmsCryptoKeyIamMember } from "@cdktf/provider-google/lib/kms-crypto-key-iam-member";
import { KmsKeyRing } from "@cdktf/provider-google/lib/kms-key-ring";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import { checkCidr } from "../cloud/cidr.js";
import type {
  ClusterProps,
  Exposure,
  ExposureProps,
  NodePoolProps,
  PodIdentity,
  ServiceAccountName,
} from "../cloud/cluster.js";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import { needed } from "./checks.js";
import { GcpCluster } from "./cluster.js";
import { expose } from "./exposure.js";
import { GcpFirewall } from "./firewall.js";
import { GcpServiceAccount } from "./identity.js";
import type { GcpLoadBalancerOverrides } from "./load-balancer.js";
import { resourceName } from "./names.js";
import type { ClusterRanges, GcpNetwork } from "./network.js";
import { GcpNodePool, type GcpNodePoolOverrides, nodeConfig } from "./node-pool.js";
import { podIdentity, workloadPool } from "./pod-identity.js";
import type { GcpProject } from "./project.js";
import { suffix } from "./suffix.js";

/** Laid over the resources of every cluster, key by key. */
export interface GcpClusterOverrides {
  readonly cluster?: DeepPartial<Omit<ContainerClusterConfig, "network" | "subnetwork">>;
  readonly nodePool?: GcpNodePoolOverrides;
  /** Of the balancer that `expose` makes. */
  readonly loadBalancer?: GcpLoadBalancerOverrides;
}

/** For what belongs to the cluster itself. */
const SYSTEM_POOL = {
  size: { name: "e2-standard-2", vcpus: 2, memoryGb: 8 },
  nodes: { min: 2, max: 4 },
};
const LONGEST_NAME = 40;
/** Half of Google's usual: a node takes a /25 of the pods' range instead of a /24. */
const PODS_PER_NODE = 64;
const KEY_ROTATION = `${90 * 24 * 3600}s`;
const LOGGED = ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"];
const MEASURED = ["SYSTEM_COMPONENTS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER", "HPA", "POD", "DEPLOYMENT"];

/**
 * A regional cluster with private nodes. Google keeps it current by the release channel Regular; `version` is the least
 * that it starts with, by default the channel's own.
 */
export class GkeCluster extends GcpCluster {
  readonly cluster: ContainerCluster;
  readonly key: KmsCryptoKey;
  readonly pools: Readonly<Record<"system" | "web" | "worker", GcpNodePool>>;
  readonly nodeIdentity: GcpServiceAccount;
  readonly firewall: GcpFirewall;
  readonly #project: GcpProject;
  readonly #props: ClusterProps<GcpNetwork>;
  readonly #overrides: GcpClusterOverrides;

  /** @throws CoverstackError on a network that has no place for it, pools of no size, or ranges that are none */
  constructor(
    scope: Construct,
    id: string,
    project: GcpProject,
    props: ClusterProps<GcpNetwork>,
    overrides: GcpClusterOverrides = {},
  ) {
    super(scope, id);
    this.#project = project;
    this.#props = props;
    this.#overrides = overrides;
    const { network, pools } = props;
    const ranges = checkedRanges(network, this);
    for (const cidr of props.apiAllowFrom ?? []) checkCidr(cidr, "apiAllowFrom", this);
    this.nodeIdentity = new GcpServiceAccount(this, "nodes", project);
    this.nodeIdentity.allowInProject("node-role", "roles/container.defaultNodeServiceAccount");
    this.firewall = new GcpFirewall(this, "firewall", project, network, this.nodeIdentity);
    this.#openNodes(ranges);
    this.key = this.#key();
    this.cluster = new ContainerCluster(this, "cluster", merge(this.#config(ranges), overrides.cluster));
    this.pools = {
      system: this.#pool("system", SYSTEM_POOL),
      web: this.#pool("web", pools.web, "web"),
      worker: this.#pool("worker", pools.worker, "worker"),
    };
  }

  get clusterName(): string {
    return this.cluster.name;
  }

  get nodeTypes(): readonly string[] {
    return [this.pools.web.machineType, this.pools.worker.machineType];
  }

  get api() {
    return { host: this.cluster.endpoint, authority: this.cluster.masterAuth.clusterCaCertificate };
  }

  podIdentity(scope: Construct, id: string, account: ServiceAccountName): PodIdentity<GcpServiceAccount> {
    return podIdentity(scope, id, this.#project, account, [this.cluster]);
  }

  expose(scope: Construct, id: string, props: ExposureProps): Exposure {
    const { network, protect } = this.#props;
    const urls = this.pools.web.nodePool.managedInstanceGroupUrls;
    const instanceGroups = network.zones.map((_, i) => Fn.element(urls, i));
    const nodes = { instanceGroups, firewall: this.firewall, protect };
    return expose(scope, id, this.#project, nodes, props, this.#overrides.loadBalancer);
  }

  #pool(name: string, props: NodePoolProps, role?: string): GcpNodePool {
    const pool = new GcpNodePool(this, name, this.#project, {
      ...props,
      cluster: this.cluster.id,
      zones: this.#props.network.zones,
      serviceAccount: this.nodeIdentity.email,
      role,
      overrides: this.#overrides.nodePool,
    });
    this.nodeIdentity.holdBack(pool.nodePool);
    return pool;
  }

  /** Nodes reach each other, their pods and the control plane, and the internet as machines do. */
  #openNodes({ podCidr, controlPlaneCidr }: ClusterRanges): void {
    this.firewall.allowAllTo(this.#props.network.cidr, "nodes");
    this.firewall.allowAllTo(podCidr, "pods");
    this.firewall.allowAllTo(controlPlaneCidr, "control-plane");
    for (const port of [80, 443]) this.firewall.allowTo("0.0.0.0/0", port);
  }

  /** What Kubernetes keeps of secrets is encrypted by this key before it is stored. */
  #key(): KmsCryptoKey {
    const { provider, project, region } = this.#project;
    // Key rings are never deleted, so that a name is good for once.
    const ring = new KmsKeyRing(this, "key-ring", {
      provider,
      name: `${resourceName(this, "", 56)}-${suffix(this)}`,
      location: region,
      dependsOn: this.#project.apis("cloudkms"),
    });
    const key = new KmsCryptoKey(this, "key", {
      provider,
      name: "secrets",
      keyRing: ring.id,
      rotationPeriod: KEY_ROTATION,
      lifecycle: { preventDestroy: this.#props.protect },
    });
    const account = new DataGoogleProject(this, "project", {
      provider,
      projectId: project,
      // The account is there once the API is on.
      dependsOn: this.#project.apis("container", "cloudresourcemanager"),
    });
    const grant = new KmsCryptoKeyIamMember(this, "key-grant", {
      provider,
      cryptoKeyId: key.id,
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      member: `serviceAccount:service-${account.number}@container-engine-robot.iam.gserviceaccount.com`,
    });
    this.nodeIdentity.startAfter(grant);
    return key;
  }

  #config({ pods, services, controlPlaneCidr }: ClusterRanges): ContainerClusterConfig {
    const { provider, region } = this.#project;
    const { network, version, apiAllowFrom = [], protect } = this.#props;
    return {
      provider,
      name: resourceName(this, "", LONGEST_NAME),
      description: this.node.path,
      location: region,
      nodeLocations: [...network.zones],
      network: network.networkId,
      subnetwork: network.subnetworkId,
      networkingMode: "VPC_NATIVE",
      ipAllocationPolicy: { clusterSecondaryRangeName: pods, servicesSecondaryRangeName: services },
      defaultMaxPodsPerNode: PODS_PER_NODE,
      privateClusterConfig: {
        enablePrivateNodes: true,
        enablePrivateEndpoint: apiAllowFrom.length === 0,
        masterIpv4CidrBlock: controlPlaneCidr,
      },
      masterAuthorizedNetworksConfig: {
        gcpPublicCidrsAccessEnabled: false,
        cidrBlocks: apiAllowFrom.map((cidrBlock) => ({ cidrBlock })),
      },
      releaseChannel: { channel: "REGULAR" },
      ...(version !== undefined && { minMasterVersion: version }),
      workloadIdentityConfig: { workloadPool: workloadPool(this.#project) },
      datapathProvider: "ADVANCED_DATAPATH",
      addonsConfig: { dnsCacheConfig: { enabled: true }, httpLoadBalancing: { disabled: false } },
      databaseEncryption: { state: "ENCRYPTED", keyName: this.key.id },
      enableShieldedNodes: true,
      // Nodes that are half empty are emptied, instead of kept in case.
      clusterAutoscaling: { enabled: false, autoscalingProfile: "OPTIMIZE_UTILIZATION" },
      loggingConfig: { enableComponents: LOGGED },
      monitoringConfig: { enableComponents: MEASURED, managedPrometheus: { enabled: true } },
      securityPostureConfig: { mode: "BASIC", vulnerabilityMode: "VULNERABILITY_DISABLED" },
      maintenancePolicy: { dailyMaintenanceWindow: { startTime: "03:00" } },
      deletionProtection: protect,
      // Pools are resources of their own; the one that a cluster is born with goes at once.
      removeDefaultNodePool: true,
      initialNodeCount: 1,
      nodeConfig: nodeConfig(this.nodeIdentity.email),
      lifecycle: { preventDestroy: protect, ignoreChanges: ["node_config", "initial_node_count"] },
      // What nodes need from the first; what is granted later holds back the pools alone.
      dependsOn: [
        ...(network.egressAccess ?? []),
        ...this.nodeIdentity.dependencies.map((fqn) => ({ fqn })),
        ...this.#project.apis("container"),
      ],
    };
  }
}

function checkedRanges(network: GcpNetwork, scope: Construct): ClusterRanges {
  const fix = "give the network 'reach' private and 'zones' 2 or 3";
  needed(network.egressAccess, "a cluster needs a network that calls out", fix, scope);
  if (network.zones.length < 2) {
    throw new CoverstackError({ what: "a cluster needs two zones", given: network.zones.length, fix }, scope);
  }
  return needed(
    network.clusterRanges,
    "a cluster needs ranges for pods and services",
    "name the 'clusterRanges' of the network that you bring",
    scope,
  );
}
