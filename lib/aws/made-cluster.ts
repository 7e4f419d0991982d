import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { Construct } from "constructs";
import type { ClusterProps, ClusterTraits } from "../cloud/cluster.js";
import { checkPrivateZones } from "./checks.js";
import { AwsCluster } from "./cluster.js";
import { ClusterAddons } from "./cluster-addons.js";
import { clusterAutoscalerIdentity } from "./cluster-autoscaler.js";
import { ControlPlane, type ControlPlaneOverrides } from "./control-plane.js";
import { securityGroup } from "./firewall.js";
import { AwsRole } from "./identity.js";
import type { AwsLoadBalancerOverrides } from "./load-balancer.js";
import { fixedName } from "./names.js";
import { type AwsNetwork, checkCallsOut } from "./network.js";
import { AwsNodePool, type AwsNodePoolOverrides } from "./node-pool.js";

/** Laid over the resources of every cluster, key by key. */
export interface AwsClusterOverrides extends AwsNodePoolOverrides {
  readonly cluster?: ControlPlaneOverrides;
  /** Of the balancer that `expose` makes. */
  readonly loadBalancer?: AwsLoadBalancerOverrides;
}

/** Where the cluster's own pods run. */
const SYSTEM_POOL = { size: { name: "m7i.large", vcpus: 2, memoryGb: 8 }, nodes: { min: 2, max: 3 } };
const LONGEST_NAME = 100;
const FIRST_UNPRIVILEGED_PORT = 1025;
const LAST_PORT = 65_535;

/** A cluster of its own: the control plane, add-ons, three pools of nodes, and the rights of what scales them. */
export class EksCluster extends AwsCluster {
  readonly controlPlane: ControlPlane;
  readonly addons: ClusterAddons;
  readonly pools: Readonly<Record<"system" | "web" | "worker", AwsNodePool>>;
  readonly nodeIdentity: AwsRole;
  readonly securityGroup: SecurityGroup;
  readonly #region: string;

  /** @throws CoverstackError on input that EKS does not take, or a network without two private zones that call out */
  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    props: ClusterProps<AwsNetwork>,
    overrides: AwsClusterOverrides = {},
  ) {
    const { network, pools } = props;
    super(scope, id, { provider, network, protect: props.protect, loadBalancer: overrides.loadBalancer });
    checkPrivateZones(network, "a cluster on EKS", this);
    checkCallsOut(network, "a cluster on EKS", this);
    this.#region = provider.region ?? "";
    const name = fixedName(this, LONGEST_NAME);
    this.controlPlane = new ControlPlane(this, "control-plane", provider, { ...props, name }, overrides.cluster);
    this.securityGroup = securityGroup(this, provider, network.vpcId);
    allowNodes(this, provider, this.securityGroup, this.controlPlane);
    this.nodeIdentity = new AwsRole(this, "nodes", provider, "ec2.amazonaws.com");
    this.nodeIdentity.attach("join", "AmazonEKSWorkerNodePolicy");
    // What EKS itself runs on nodes lies in registries of AWS.
    this.nodeIdentity.attach("pull", "AmazonEC2ContainerRegistryPullOnly");
    this.addons = new ClusterAddons(this, "addons", provider, this.controlPlane);
    this.nodeIdentity.startAfter(...this.addons.beforeNodes, ...network.egressAccess);
    const { controlPlane, securityGroup: nodes, nodeIdentity: identity } = this;
    const common = { controlPlane, network, identity, securityGroup: nodes };
    const pool = (role: "web" | "worker") =>
      new AwsNodePool(this, role, provider, { ...common, ...pools[role], role }, overrides);
    this.pools = {
      system: new AwsNodePool(this, "system", provider, { ...common, ...SYSTEM_POOL }, overrides),
      web: pool("web"),
      worker: pool("worker"),
    };
    this.addons.addTo(this.pools.system.nodeGroup);
    clusterAutoscalerIdentity(this, provider, controlPlane.cluster, Object.values(this.pools));
  }

  get clusterName(): string {
    return this.controlPlane.cluster.name;
  }

  get apiEndpoint(): string {
    return this.controlPlane.cluster.endpoint;
  }

  get certificateAuthority(): string {
    return this.controlPlane.cluster.certificateAuthority.get(0).data;
  }

  get nodeTypes(): readonly string[] {
    return [this.pools.web.nodeType, this.pools.worker.nodeType];
  }

  override get traits(): ClusterTraits {
    const { dnsServiceIp } = this.controlPlane;
    return { ...super.traits, dnsServiceIp, autoscaler: { region: this.#region, annotations: {} } };
  }

  protected get webGroups(): readonly string[] {
    return [this.pools.web.autoScalingGroupName];
  }
}

/** Nodes call each other and the control plane, which calls them back; out there they fetch over HTTPS. */
function allowNodes(
  scope: Construct,
  provider: AwsProvider,
  { id: nodes }: SecurityGroup,
  { securityGroupId: controlPlane }: ControlPlane,
): void {
  const all = { provider, securityGroupId: nodes, ipProtocol: "-1" };
  const https = { provider, ipProtocol: "tcp", fromPort: 443, toPort: 443 };
  new VpcSecurityGroupIngressRule(scope, "from-nodes", { ...all, referencedSecurityGroupId: nodes });
  new VpcSecurityGroupEgressRule(scope, "to-nodes", { ...all, referencedSecurityGroupId: nodes });
  new VpcSecurityGroupEgressRule(scope, "to-internet", { ...https, securityGroupId: nodes, cidrIpv4: "0.0.0.0/0" });
  new VpcSecurityGroupEgressRule(scope, "to-control-plane", {
    ...https,
    securityGroupId: nodes,
    referencedSecurityGroupId: controlPlane,
  });
  new VpcSecurityGroupIngressRule(scope, "control-plane-from-nodes", {
    ...https,
    securityGroupId: controlPlane,
    referencedSecurityGroupId: nodes,
  });
  // Kubelets, metrics and webhooks listen where their pods like.
  new VpcSecurityGroupIngressRule(scope, "from-control-plane", {
    provider,
    securityGroupId: nodes,
    referencedSecurityGroupId: controlPlane,
    ipProtocol: "tcp",
    fromPort: FIRST_UNPRIVILEGED_PORT,
    toPort: LAST_PORT,
  });
}
