import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { AwsCluster } from "../../lib/aws/cluster.js";
import { EksCluster } from "../../lib/aws/made-cluster.js";
import { AwsVpc } from "../../lib/aws/made-network.js";
import type { AwsNetwork } from "../../lib/aws/network.js";
import { AwsRegistry } from "../../lib/aws/registry.js";
import type { ClusterProps } from "../../lib/cloud/cluster.js";
import { awsCluster, POOLS } from "../support/aws-cluster.js";
import { awsObjections, awsPlugin, synthAws, terraform } from "../support/aws-parts.js";
import { SLOW } from "../support/programs.js";
import { all, only, type Synthesised } from "../support/synth.js";

describe("a cluster on AWS", () => {
  let cluster!: AwsCluster;
  const stack = synthAws((surroundings) => {
    cluster = awsCluster(surroundings);
    cluster.podIdentity(surroundings.stack, "web-pods", { namespace: "coverstack", name: "web" });
    cluster.grantAdmin("operators", "arn:aws:iam::123456789012:role/operators");
    cluster.allowTo("198.51.100.7/32", 5433);
  });
  const eks = only(stack, "aws_eks_cluster");

  it("keeps its API inside the network, and nodes in the private subnets (1)", () => {
    expect(eks.vpc_config).toMatchObject({ endpoint_private_access: true, endpoint_public_access: false });
    expect(eks.vpc_config).not.toHaveProperty("public_access_cidrs");
    for (const group of all(stack, "aws_eks_node_group")) {
      expect(group.subnet_ids).toEqual([
        expect.stringContaining("_private-0_"),
        expect.stringContaining("_private-1_"),
      ]);
    }
    expect(ranges(stack, "aws_vpc_security_group_ingress_rule")).toEqual(["10.0.0.0/16:443"]);
  });

  it("encrypts Kubernetes' secrets with a key of its own (6)", () => {
    expect(eks.encryption_config).toMatchObject({ resources: ["secrets"] });
    expect(only(stack, "aws_kms_key")).toMatchObject({
      enable_key_rotation: true,
      lifecycle: { prevent_destroy: true },
    });
  });

  it("logs all that the control plane does, for 90 days (K12, 49)", () => {
    expect(eks.enabled_cluster_log_types).toEqual(["api", "audit", "authenticator", "controllerManager", "scheduler"]);
    const logs = Object.values(stack.resource.aws_cloudwatch_log_group).map(({ name }) => name);
    expect(logs).toContain("/aws/eks/single-vm-aws-cluster/cluster");
    expect(eks.depends_on).toContainEqual(expect.stringMatching(/^aws_cloudwatch_log_group\./));
  });

  it("knows whom it lets in by access entries alone", () => {
    expect(eks.access_config).toMatchObject({ authentication_mode: "API" });
    expect(only(stack, "aws_eks_access_entry").principal_arn).toBe("arn:aws:iam::123456789012:role/operators");
    expect(only(stack, "aws_eks_access_policy_association")).toMatchObject({
      policy_arn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
      access_scope: { type: "cluster" },
    });
  });

  it("is not replaced, and not destroyed, for what is said once when it is made (40, 47)", () => {
    expect(eks.lifecycle).toEqual({
      prevent_destroy: true,
      ignore_changes: ["access_config[0].bootstrap_cluster_creator_admin_permissions", "bootstrap_self_managed_addons"],
    });
  });

  it("tells the workload what it has to bring (K3, K9)", () => {
    expect(eks.version).toMatch(/^1\.\d\d$/);
    expect(eks.kubernetes_network_config).toMatchObject({ service_ipv4_cidr: "172.20.0.0/16" });
    expect(cluster.traits).toEqual({
      dnsServiceIp: "172.20.0.10",
      autoscaler: { region: "eu-west-1", annotations: {} },
      metadataCidr: "169.254.170.23/32",
      balancerCidrs: ["10.0.0.0/16"],
    });
    expect(cluster.nodeTypes).toEqual(["m7i.xlarge", "m7i.2xlarge"]);
  });

  it("gives pods identities by way of their service account, with nothing to mark it by (5)", () => {
    const associations = all(stack, "aws_eks_pod_identity_association").map(
      ({ namespace, service_account }) => `${namespace}/${service_account}`,
    );
    expect(associations.sort()).toEqual(["coverstack/web", "kube-system/cluster-autoscaler"]);
  });

  it("lets the autoscaler change this cluster's groups alone (18)", () => {
    const policies = Object.values(stack.resource.aws_iam_role_policy).map(({ policy }) => JSON.parse(String(policy)));
    const scaling = policies.find(({ Statement }) => JSON.stringify(Statement).includes("SetDesiredCapacity"));
    expect(scaling.Statement[0].Condition).toEqual({
      StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/single-vm-aws-cluster": "owned" },
    });
    for (const { Action, Resource, Condition } of scaling.Statement) {
      const reads = [Action].flat().every((action) => /:(Describe|Get)/.test(action));
      expect(reads || Condition !== undefined, String(Action)).toBe(true);
      expect(Resource).toBeDefined();
    }
  });

  it("lets nodes call each other, the control plane and HTTPS, and be called by these two", () => {
    const nodes = /aws_security_group\.cluster_security-group_/;
    const rules = (type: string) =>
      all(stack, type).filter(({ security_group_id }) => nodes.test(String(security_group_id)));
    expect(ranges(stack, "aws_vpc_security_group_egress_rule")).toEqual(["0.0.0.0/0:443", "198.51.100.7/32:5433"]);
    expect(rules("aws_vpc_security_group_egress_rule")).toHaveLength(4);
    for (const { cidr_ipv4 } of rules("aws_vpc_security_group_ingress_rule")) expect(cidr_ipv4).toBeUndefined();
    expect(rules("aws_vpc_security_group_ingress_rule")).toHaveLength(2);
  });

  it.runIf(terraform && awsPlugin)("is valid to the real Terraform and the real AWS provider", SLOW, () => {
    expect(awsObjections(stack)).toEqual([]);
  });
});

describe("add-ons of a cluster on AWS", () => {
  const stack = synthAws((surroundings) => void awsCluster(surroundings));
  const addons = new Map(all(stack, "aws_eks_addon").map((addon) => [addon.addon_name, addon]));
  const settings = (name: string) => JSON.parse(String(addons.get(name)?.configuration_values));

  it("are what nodes and pods need, in the versions that EKS names for the cluster's", () => {
    expect([...addons.keys()].sort()).toEqual([
      "coredns",
      "eks-pod-identity-agent",
      "kube-proxy",
      "metrics-server",
      "vpc-cni",
    ]);
    const versions = Object.values(stack.data.aws_eks_addon_version);
    for (const { kubernetes_version } of versions)
      expect(kubernetes_version).toBe(only(stack, "aws_eks_cluster").version);
    expect(only(stack, "aws_eks_cluster").bootstrap_self_managed_addons).toBe(false);
  });

  it("enforce network policies (K16, 22)", () => {
    expect(settings("vpc-cni").enableNetworkPolicy).toBe("true");
  });

  it("request, and are limited to, what is reckoned with (K10)", () => {
    for (const name of addons.keys()) {
      const { requests, limits } = settings(String(name)).resources;
      expect(Object.keys({ ...requests, ...limits }).sort()).toEqual(["cpu", "memory"]);
      expect(limits.memory).toBe(requests.memory);
    }
  });

  it("are there before nodes where nodes need them, and after the system's pool where they need nodes", () => {
    for (const group of all(stack, "aws_eks_node_group")) {
      const waits = (group.depends_on as string[]).filter((name) => name.startsWith("aws_eks_addon."));
      expect(waits).toHaveLength(3);
    }
    for (const name of ["coredns", "metrics-server"]) {
      expect(addons.get(name)?.depends_on).toEqual([expect.stringMatching(/^aws_eks_node_group\.cluster_system_/)]);
    }
  });

  it("manage addresses under an identity of their own, which nodes do not have (5)", () => {
    expect(addons.get("vpc-cni")?.pod_identity_association).toMatchObject([{ service_account: "aws-node" }]);
    const attached = Object.entries(stack.resource.aws_iam_role_policy_attachment)
      .filter(([name]) => name.startsWith("cluster_nodes_"))
      .map(([, { policy_arn }]) => String(policy_arn).split("/").at(-1));
    expect(attached.sort()).toEqual(["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy"]);
  });
});

describe("who reaches the API of a cluster on AWS", () => {
  const stack = synthAws((surroundings) => {
    awsCluster(surroundings, { apiAllowFrom: ["203.0.113.0/24", "10.8.0.0/16", "203.0.113.0/24"], protect: false });
  });

  it("are the ranges that were named: public ones from outside, private ones from inside", () => {
    expect(only(stack, "aws_eks_cluster").vpc_config).toMatchObject({
      endpoint_private_access: true,
      endpoint_public_access: true,
      public_access_cidrs: ["203.0.113.0/24"],
    });
    expect(ranges(stack, "aws_vpc_security_group_ingress_rule")).toEqual(["10.0.0.0/16:443", "10.8.0.0/16:443"]);
  });

  it("may destroy it where it is not protected", () => {
    expect(only(stack, "aws_eks_cluster").lifecycle).toMatchObject({ prevent_destroy: false });
  });
});

describe("a cluster in a network that lies where services would", () => {
  it("gives services other addresses", () => {
    let cluster!: AwsCluster;
    const build = (surroundings: Parameters<typeof awsCluster>[0]) => {
      cluster = awsCluster(surroundings);
    };
    const stack = synthAws(build, { network: { cidr: "172.20.0.0/16" } });
    expect(only(stack, "aws_eks_cluster").kubernetes_network_config).toMatchObject({
      service_ipv4_cidr: "10.100.0.0/16",
    });
    expect(cluster.traits.dnsServiceIp).toBe("10.100.0.10");
  });
});

describe("a cluster that is there already", () => {
  let cluster!: AwsCluster;
  const stack = synthAws((surroundings) => {
    const { stack, provider, network } = surroundings;
    cluster = AwsCluster.fromName(stack, "cluster", {
      cloud: { provider },
      name: "theirs",
      network,
      nodeRoleName: "their-nodes",
      webGroups: ["eks-web-1234"],
    });
    new AwsRegistry(stack, "registry", provider).grantPull(cluster.nodeIdentity);
    cluster.podIdentity(stack, "web-pods", { namespace: "coverstack", name: "web" });
    cluster.expose(stack, "exposure", {
      hostname: "coverage.example.com",
      tls: { dnsZone: "Z1" },
      allowFrom: ["203.0.113.0/24"],
      requestSeconds: 600,
    });
    cluster.allowTo("198.51.100.7/32", 5433);
  });

  it("is looked up, and nothing of a cluster is made (F5, 39)", () => {
    expect(
      Object.keys(stack.resource).filter((type) => /^aws_(eks_(cluster|node|addon|access)|launch|kms)/.test(type)),
    ).toEqual([]);
    expect(Object.values(stack.data.aws_eks_cluster)).toMatchObject([{ name: "theirs" }]);
    expect(only(stack, "aws_eks_pod_identity_association").cluster_name).toBe("theirs");
  });

  it("brings its own autoscaler and DNS", () => {
    expect(cluster.traits).not.toHaveProperty("autoscaler");
    expect(cluster.traits).not.toHaveProperty("dnsServiceIp");
    expect(cluster.nodeTypes).toEqual([]);
  });

  it("has grants added to its nodes' role", () => {
    const policies = all(stack, "aws_iam_role_policy").filter(({ role }) => role === "their-nodes");
    expect(policies).toHaveLength(1);
    expect(String(policies[0].policy)).toContain("ecr:BatchGetImage");
  });

  it("is reached through the groups that were named", () => {
    expect(only(stack, "aws_autoscaling_attachment").autoscaling_group_name).toBe("eks-web-1234");
    const group = all(stack, "aws_vpc_security_group_egress_rule").find(({ to_port }) => to_port === 5433);
    expect(group?.security_group_id).toMatch(/^\$\{data\.aws_eks_cluster\..*cluster_security_group_id\}$/);
  });

  it.runIf(terraform && awsPlugin)("is valid to the real Terraform and the real AWS provider", SLOW, () => {
    expect(awsObjections(stack)).toEqual([]);
  });
});

describe("the way to a cluster from another stack", () => {
  const app = Testing.app();
  const platform = new TerraformStack(app, "platform");
  const aws = new AwsProvider(platform, "provider", {
    region: "eu-west-1",
    defaultTags: [{ tags: { Application: "coverstack" } }],
  });
  const network = new AwsVpc(platform, "network", aws, { zones: 2, reach: "private" });
  const cluster = new EksCluster(platform, "cluster", aws, { network, pools: POOLS, protect: true });
  const workload = new TerraformStack(app, "workload");
  cluster.connect(workload, "kubernetes");
  const stack = JSON.parse(Testing.synth(workload)) as Synthesised;

  it("is a token that AWS' command line makes as often as the run needs one, and that is kept nowhere", () => {
    expect(stack.provider.kubernetes).toMatchObject([
      {
        exec: [
          { command: "aws", args: ["eks", "get-token", "--cluster-name", expect.anything(), "--region", "eu-west-1"] },
        ],
      },
    ]);
    expect(stack.provider.kubernetes[0]).not.toHaveProperty("token");
    expect(stack.data?.aws_eks_cluster_auth).toBeUndefined();
  });
});

describe("a cluster on AWS refuses", () => {
  const refusal =
    (props: Partial<ClusterProps<AwsNetwork>>, settings: Parameters<typeof synthAws>[1] = {}) =>
    () =>
      synthAws((surroundings) => void awsCluster(surroundings, props), settings);

  it.each([
    [{ version: "1.34.2" }, `'version' must be a minor version of Kubernetes, got "1.34.2"`],
    [{ version: "latest" }, `'version' must be a minor version of Kubernetes, got "latest"`],
    [{ apiAllowFrom: ["203.0.113.7"] }, "'apiAllowFrom' must be an address range"],
    [
      { apiAllowFrom: ["2001:db8::/32"] },
      `'apiAllowFrom' names an IPv6 range, got "2001:db8::/32"; allowed: IPv4 ranges`,
    ],
    [{ pools: { ...POOLS, web: { ...POOLS.web, nodes: { min: -1, max: 2 } } } }, "'nodes.min' is out of range, got -1"],
    [{ pools: { ...POOLS, web: { ...POOLS.web, nodes: { min: 0, max: 0 } } } }, "'nodes.max' is out of range, got 0"],
    [
      { pools: { ...POOLS, worker: { ...POOLS.worker, nodes: { min: 3, max: 2 } } } },
      `[single-vm-aws/cluster/worker] 'nodes.min' is above 'nodes.max', got {"min":3,"max":2}`,
    ],
  ])("%o", (props, message) => {
    expect(refusal(props)).toThrow(message);
  });

  it("a network without two private zones that call out", () => {
    expect(refusal({}, { network: { zones: 1 } })).toThrow(
      "a cluster on EKS needs private subnets in two zones, got 1",
    );
    expect(refusal({}, { network: { reach: "data" } })).toThrow("a cluster on EKS needs private subnets that call out");
  });

  it("to be exposed when it was brought along without the groups of its web nodes", () => {
    const build = () =>
      synthAws(({ stack, provider, network }) => {
        const attributes = { cloud: { provider }, name: "theirs", network, nodeRoleName: "nodes" };
        const props = { hostname: "c.example.com", tls: {}, allowFrom: [], requestSeconds: 600 };
        AwsCluster.fromName(stack, "cluster", attributes).expose(stack, "exposure", props);
      });
    expect(build).toThrow("no load balancer reaches the nodes of this cluster; name the Auto Scaling groups");
  });
});

function ranges(stack: Synthesised, type: string): string[] {
  return all(stack, type)
    .filter(({ cidr_ipv4 }) => cidr_ipv4 !== undefined)
    .map(({ cidr_ipv4, from_port }) => `${cidr_ipv4}:${from_port}`)
    .sort();
}
