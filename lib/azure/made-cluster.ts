import { ApplicationSecurityGroup } from "@cdktf/provider-azurerm/lib/application-security-group";
import { KeyVaultKey } from "@cdktf/provider-azurerm/lib/key-vault-key";
import { KubernetesCluster, type KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import type { KubernetesClusterNodePool } from "@cdktf/provider-azurerm/lib/kubernetes-cluster-node-pool";
import type { Construct } from "constructs";
import { checkKubernetesVersion } from "../cloud/checks.js";
import { checkCidr } from "../cloud/cidr.js";
import type { ClusterProps, ClusterTraits } from "../cloud/cluster.js";
import { CoverstackError } from "../errors.js";
import { merge } from "../merge.js";
import { KUBERNETES_VERSION } from "../workload/versions.js";
import { AzureCluster } from "./cluster.js";
import type { AzureContext } from "./context.js";
import { ANYONE, type Peer } from "./firewall.js";
import { ManagedIdentity } from "./identity.js";
import { resourceName } from "./names.js";
import type { AzureNetwork, AzureSubnet } from "./network.js";
import { nodePool, systemPool } from "./node-pool.js";
import { vmSize } from "./sizes.js";

/** Outside of every private network's range. */
const PODS = "100.64.0.0/16";
const SERVICES = "100.65.0.0/16";
const DNS_SERVICE = "100.65.0.10";
/** Once a week, when few work. */
const NIGHT = {
  frequency: "Weekly",
  interval: 1,
  duration: 4,
  dayOfWeek: "Sunday",
  startTime: "02:00",
  utcOffset: "+00:00",
};

/** An AKS cluster with private nodes, Entra ID for people and workload identity for pods. */
export class AksCluster extends AzureCluster {
  readonly cluster: KubernetesCluster;
  readonly pools: Readonly<Record<"web" | "worker", KubernetesClusterNodePool>>;
  /** Encrypts the cluster's secrets at rest. */
  readonly key: KeyVaultKey;
  readonly identity: ManagedIdentity;
  readonly nodeIdentity: ManagedIdentity;
  readonly applicationSecurityGroup: ApplicationSecurityGroup;
  readonly subnet: AzureSubnet;
  readonly traits: ClusterTraits = { balancerCidrs: [] };
  readonly clusterName: string;
  readonly nodeTypes: readonly string[];

  /** @throws CoverstackError on a version, ranges or sizes that are none, or a network without two zones */
  constructor(scope: Construct, id: string, azure: AzureContext, props: ClusterProps<AzureNetwork>) {
    super(scope, id, azure);
    check(props, this);
    const { network, version = KUBERNETES_VERSION, pools, protect } = props;
    this.subnet = network.subnet("nodes", this);
    this.clusterName = resourceName(this);
    this.nodeTypes = [pools.web, pools.worker].map(({ size }) => vmSize(size, this));
    this.#openNodes();
    this.applicationSecurityGroup = new ApplicationSecurityGroup(this, "application-security-group", {
      ...azure.home,
      name: this.clusterName,
    });
    this.identity = new ManagedIdentity(this, "identity", azure);
    this.nodeIdentity = new ManagedIdentity(this, "nodes", azure);
    this.key = this.#key(protect);
    this.#grantControlPlane();
    this.cluster = new KubernetesCluster(this, "cluster", this.#config(props));
    this.identity.holdBack(this.cluster);
    const { cluster, subnet } = this;
    const shared = { cluster, version, subnet, zones: network.zones, groupId: this.#groupId };
    this.pools = {
      web: nodePool(this, "web", { ...pools.web, ...shared }, azure),
      worker: nodePool(this, "worker", { ...pools.worker, ...shared }, azure),
    };
    for (const pool of [this.pools.web, this.pools.worker]) this.nodeIdentity.holdBack(pool);
    azure.deployerRole(`administer-${id}`, "Azure Kubernetes Service RBAC Cluster Admin", this.cluster.id);
    azure.log(this, this.cluster.id, [
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kube-audit-admin",
      "guard",
    ]);
  }

  get peer(): Peer {
    return { groupId: this.#groupId };
  }

  routeWeb(dnsZoneIds: readonly string[]): string {
    this.cluster.putWebAppRouting({ dnsZoneIds: [...dnsZoneIds] });
    this.cluster.putKeyVaultSecretsProvider({ secretRotationEnabled: true });
    return this.cluster.webAppRouting.webAppRoutingIdentity.get(0).objectId;
  }

  get #groupId(): string {
    return this.applicationSecurityGroup.id;
  }

  /** Nodes and pods among themselves, and the health checks of Azure's balancer. */
  #openNodes(): void {
    const within = { prefixes: [this.subnet.cidr, PODS] };
    this.subnet.rules?.allow("within", { direction: "Inbound", from: within, to: within, protocol: "*" });
    const balancer = { prefixes: ["AzureLoadBalancer"] };
    this.subnet.rules?.allow("azure-balancer", { direction: "Inbound", from: balancer, to: ANYONE, protocol: "*" });
  }

  #key(protect: boolean): KeyVaultKey {
    const { azure } = this;
    const maker = azure.deployerRole("make-keys", "Key Vault Crypto Officer");
    return new KeyVaultKey(this, "key", {
      provider: azure.provider,
      tags: azure.tags,
      name: resourceName(this, 120),
      keyVaultId: azure.vault.id,
      keyType: "RSA",
      keySize: 2048,
      keyOpts: ["encrypt", "decrypt"],
      // Without it the cluster's secrets are lost.
      lifecycle: { preventDestroy: protect },
      dependsOn: [maker],
    });
  }

  /** What the control plane needs: its key, its subnet, and to hand the nodes their identity. */
  #grantControlPlane(): void {
    const { identity, nodeIdentity, azure } = this;
    const joiner = "Network Contributor";
    const key = this.key.resourceVersionlessId;
    identity.grant(this, { verb: "use-key", role: "Key Vault Crypto User", on: key }, azure);
    identity.grant(this, { verb: "join-subnet", role: joiner, on: this.subnet.id, after: this.subnet.ready }, azure);
    identity.grant(this, { verb: "group-nodes", role: joiner, on: this.#groupId }, azure);
    const nodes = nodeIdentity.resourceId;
    identity.grant(nodeIdentity, { verb: "assign", role: "Managed Identity Operator", on: nodes }, azure);
  }

  #config(props: ClusterProps<AzureNetwork>): KubernetesClusterConfig {
    const { azure, identity, nodeIdentity, clusterName: name } = this;
    const { network, version = KUBERNETES_VERSION, apiAllowFrom = [], protect } = props;
    const isPrivate = apiAllowFrom.length === 0;
    const nodes = network.egressAddresses.map((address) => `${address}/32`);
    const config: KubernetesClusterConfig = {
      ...azure.home,
      name,
      nodeResourceGroup: `${resourceName(this, 70)}-nodes`,
      kubernetesVersion: version,
      dnsPrefix: resourceName(this, 54),
      skuTier: "Standard",
      costAnalysisEnabled: true,
      automaticUpgradeChannel: "patch",
      nodeOsUpgradeChannel: "NodeImage",
      maintenanceWindowAutoUpgrade: NIGHT,
      maintenanceWindowNodeOs: NIGHT,
      localAccountDisabled: true,
      roleBasedAccessControlEnabled: true,
      azureActiveDirectoryRoleBasedAccessControl: { azureRbacEnabled: true },
      oidcIssuerEnabled: true,
      workloadIdentityEnabled: true,
      imageCleanerEnabled: true,
      imageCleanerIntervalHours: 168,
      runCommandEnabled: false,
      privateClusterEnabled: isPrivate,
      ...(isPrivate
        ? { privateDnsZoneId: "System", privateClusterPublicFqdnEnabled: false }
        : { apiServerAccessProfile: { authorizedIpRanges: [...apiAllowFrom, ...nodes] } }),
      identity: { type: "UserAssigned", identityIds: [identity.resourceId] },
      kubeletIdentity: {
        clientId: nodeIdentity.clientId,
        objectId: nodeIdentity.principalId,
        userAssignedIdentityId: nodeIdentity.resourceId,
      },
      keyManagementService: { keyVaultKeyId: this.key.id, keyVaultNetworkAccess: "Public" },
      networkProfile: {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        networkDataPlane: "cilium",
        networkPolicy: "cilium",
        loadBalancerSku: "standard",
        outboundType: network.egressAddresses.length > 0 ? "userAssignedNATGateway" : "userDefinedRouting",
        podCidr: PODS,
        serviceCidr: SERVICES,
        dnsServiceIp: DNS_SERVICE,
      },
      autoScalerProfile: {
        expander: "least-waste",
        balanceSimilarNodeGroups: true,
        scaleDownUtilizationThreshold: "0.5",
        scaleDownUnneeded: "10m",
        skipNodesWithSystemPods: false,
      },
      defaultNodePool: systemPool({ version, subnet: this.subnet, zones: network.zones, groupId: this.#groupId }),
      lifecycle: {
        preventDestroy: protect,
        // The autoscaler owns the number.
        ignoreChanges: ["default_node_pool[0].node_count"],
      },
    };
    return merge(config, azure.overrides.cluster?.cluster);
  }
}

function check(
  { network, version = KUBERNETES_VERSION, apiAllowFrom = [] }: ClusterProps<AzureNetwork>,
  scope: Construct,
): void {
  checkKubernetesVersion(version, scope);
  for (const cidr of apiAllowFrom) checkCidr(cidr, "apiAllowFrom", scope);
  if (network.zones.length < 2) {
    const fix = "make the network with zones: 2 or 3, in a region that has zones";
    throw new CoverstackError({ what: "a cluster needs two zones", given: network.zones.length, fix }, scope);
  }
}
