import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { Construct } from "constructs";
import type { ClusterProps } from "../cloud/cluster.js";
import { checkPrivateZones } from "./checks.js";
import { ClusterAddons } from "./cluster-addons.js";
import { clusterAutoscalerIdentity } from "./cluster-autoscaler.js";
import { ControlPlane, type ControlPlaneOverrides } from "./control-plane.js";
import { fixedName } from "./fixed-name.js";
import { AwsIdentity } from "./identity.js";
import { type AwsNetwork, checkCallsOut } from "./network.js";
import { AwsNodePool, type NodePoolOverrides } from "./node-pool.js";
import { securityGroup } from "./security.js";

/** Laid over the resources of every cluster, key by key. */
export interface AwsClusterOverrides extends NodePoolOverrides {
  readonly cluster?: ControlPlaneOverrides;
}

/** The parts of a cluster that the library makes. */
export interface ClusterParts {
  readonly controlPlane: ControlPlane;
  readonly addons: ClusterAddons;
  readonly pools: Readonly<Record<"system" | "web" | "worker", AwsNodePool>>;
  readonly nodeIdentity: AwsIdentity;
  /** Of the nodes, and so of the pods on them. */
  readonly securityGroup: SecurityGroup;
}

/** Where the cluster's own pods run. */
const SYSTEM_POOL = { size: { name: "m7i.large", vcpus: 2, memoryGb: 8 }, nodes: { min: 2, max: 3 } };
const LONGEST_NAME = 100;
const FIRST_UNPRIVILEGED_PORT = 1025;
const LAST_PORT = 65_535;

/** @throws CoverstackError on input that EKS does not take, or a network without two private zones that call out */
export function makeCluster(
  scope: Construct,
  provider: AwsProvider,
  props: ClusterProps<AwsNetwork>,
  overrides: AwsClusterOverrides,
): ClusterParts {
  const { network } = props;
  checkPrivateZones(network, "a cluster on EKS", scope);
  checkCallsOut(network, "a cluster on EKS", scope);
  const name = fixedName(scope, LONGEST_NAME);
  const controlPlane = new ControlPlane(scope, "control-plane", provider, { ...props, name }, overrides.cluster);
  const nodes = securityGroup(scope, provider, network.vpcId);
  allowNodes(scope, provider, nodes, controlPlane);
  const nodeIdentity = new AwsIdentity(scope, "nodes", { provider, service: "ec2.amazonaws.com" });
  nodeIdentity.attach("join", "AmazonEKSWorkerNodePolicy");
  // What EKS itself runs on nodes lies in registries of AWS.
  nodeIdentity.attach("pull", "AmazonEC2ContainerRegistryPullOnly");
  const addons = new ClusterAddons(scope, "addons", provider, controlPlane);
  nodeIdentity.startAfter(...addons.beforeNodes, ...network.egressAccess);
  const common = {
    controlPlane,
    network,
    identity: nodeIdentity,
    securityGroup: nodes,
    startAfter: addons.beforeNodes,
  };
  const pools = {
    system: new AwsNodePool(scope, "system", provider, { ...common, ...SYSTEM_POOL }, overrides),
    web: new AwsNodePool(scope, "web", provider, { ...common, ...props.pools.web, role: "web" }, overrides),
    worker: new AwsNodePool(scope, "worker", provider, { ...common, ...props.pools.worker, role: "worker" }, overrides),
  };
  addons.addTo(pools.system.nodeGroup);
  clusterAutoscalerIdentity(scope, provider, controlPlane.cluster, Object.values(pools));
  return { controlPlane, addons, pools, nodeIdentity, securityGroup: nodes };
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
