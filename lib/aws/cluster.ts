import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import { EksAccessEntry } from "@cdktf/provider-aws/lib/eks-access-entry";
import { EksAccessPolicyAssociation } from "@cdktf/provider-aws/lib/eks-access-policy-association";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Cluster, ClusterTraits, ExposureProps, PodIdentity, ServiceAccountName } from "../cloud/cluster.js";
import { bindings } from "../cloud/optional-bindings.js";
import { CoverstackError } from "../errors.js";
import { AwsExposure } from "./exposure.js";
import { type AwsSource, allowRange, type SecurityGroupId } from "./firewall.js";
import { type AwsIdentity, type AwsRole, ExistingRole } from "./identity.js";
import type { AwsLoadBalancerOverrides } from "./load-balancer.js";
import { partition } from "./names.js";
import type { AwsNetwork } from "./network.js";
import { podIdentity } from "./pod-identity.js";

export interface AwsClusterAttributes {
  /** The cloud that it is in: an `Aws`, or anything with its provider. */
  readonly cloud: { readonly provider: AwsProvider };
  /** What EKS calls the cluster. */
  readonly name: string;
  /** The one that its nodes are in. */
  readonly network: AwsNetwork;
  /** The IAM role of the nodes. */
  readonly nodeRoleName: string;
  /** Security group of the nodes. @default the one that EKS made for the cluster */
  readonly nodeSecurityGroupId?: string | undefined;
  /**
   * Auto Scaling groups of the nodes that carry web pods, which a load balancer sends requests to.
   *
   * @default none: an ingress controller of the cluster's own does
   */
  readonly webGroups?: readonly string[] | undefined;
}

/** What every cluster has. */
export interface AwsClusterProps {
  readonly provider: AwsProvider;
  readonly network: AwsNetwork;
  /** Whether Terraform refuses to destroy the balancer before it. */
  readonly protect: boolean;
  /** Laid over the resources of that balancer. @default none */
  readonly loadBalancer?: AwsLoadBalancerOverrides | undefined;
}

/** Where EKS' agent on each node tells pods who they are. */
const POD_IDENTITY_AGENT = "169.254.170.23/32";

/** A cluster on EKS, made or brought along. */
export abstract class AwsCluster extends Construct implements Cluster<AwsIdentity>, AwsSource {
  abstract readonly clusterName: string;
  /** Where Kubernetes' API answers. */
  abstract readonly apiEndpoint: string;
  /** PEM of the API's authority, in base64. */
  abstract readonly certificateAuthority: string;
  abstract readonly nodeTypes: readonly string[];
  abstract readonly nodeIdentity: AwsIdentity;
  /** Of the nodes, and so of the pods on them. */
  abstract readonly securityGroup: SecurityGroupId;
  /** Auto Scaling groups of the nodes that carry web pods. */
  protected abstract readonly webGroups: readonly string[];
  readonly #provider: AwsProvider;
  readonly #network: AwsNetwork;
  readonly #balancer: Pick<AwsClusterProps, "protect" | "loadBalancer">;

  /**
   * A cluster that is there already (F5). Its add-ons include the agent for pod identities, and what scales its nodes is
   * its own.
   */
  static fromName(scope: Construct, id: string, attributes: AwsClusterAttributes): AwsCluster {
    return new ExistingCluster(scope, id, attributes);
  }

  constructor(scope: Construct, id: string, { provider, network, ...balancer }: AwsClusterProps) {
    super(scope, id);
    this.#provider = provider;
    this.#network = network;
    this.#balancer = balancer;
  }

  get traits(): ClusterTraits {
    return { metadataCidr: POD_IDENTITY_AGENT, balancerCidrs: [this.#network.cidr] };
  }

  /** Belongs into the cluster's stack: EKS is told which service account it is for, the account itself needs no mark. */
  podIdentity(scope: Construct, id: string, account: ServiceAccountName): PodIdentity<AwsRole> {
    const identity = podIdentity(scope, id, this.#provider, this.clusterName, account);
    return { identity, annotations: {}, podLabels: {} };
  }

  /** @throws CoverstackError when a cluster was brought along without the groups of its web nodes */
  expose(scope: Construct, id: string, props: ExposureProps): AwsExposure {
    if (this.webGroups.length === 0) {
      const what = "no load balancer reaches the nodes of this cluster";
      const fix = "name the Auto Scaling groups of its web nodes in 'webGroups', or give 'ingress'";
      throw new CoverstackError({ what, fix }, this);
    }
    return new AwsExposure(scope, id, this.#provider, {
      ...props,
      network: this.#network,
      nodes: this,
      webGroups: this.webGroups,
      ...this.#balancer,
    });
  }

  /** Lets the nodes out to a range, on a TCP port; port 443 is open. */
  allowTo(cidr: string, port: number): void {
    allowRange(this, "to", cidr, port, this.#provider);
  }

  /** Makes an IAM role or user an administrator of the cluster, besides whoever made it. */
  grantAdmin(id: string, principalArn: string): void {
    const common = { provider: this.#provider, clusterName: this.clusterName };
    const entry = new EksAccessEntry(this, `${id}-access`, { ...common, principalArn });
    new EksAccessPolicyAssociation(this, `${id}-admin`, {
      ...common,
      principalArn: entry.principalArn,
      policyArn: `arn:${partition(this.#provider.region ?? "")}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
      accessScope: { type: "cluster" },
    });
  }

  /**
   * Terraform's Kubernetes provider in the stack of `scope`. Whoever runs Terraform signs in with their own credentials,
   * by AWS' command line: its tokens last 15 minutes, and a first roll-out may take longer, so they are made as needed.
   */
  connect(scope: Construct, id: string): KubernetesProvider {
    const { KubernetesProvider } = bindings.kubernetesProvider();
    return new KubernetesProvider(scope, id, {
      host: this.apiEndpoint,
      clusterCaCertificate: Fn.base64decode(this.certificateAuthority),
      exec: [
        {
          apiVersion: "client.authentication.k8s.io/v1beta1",
          command: "aws",
          args: ["eks", "get-token", "--cluster-name", this.clusterName, "--region", this.#provider.region ?? ""],
        },
      ],
    });
  }
}

/** Looked up, and never changed. */
class ExistingCluster extends AwsCluster {
  readonly clusterName: string;
  readonly apiEndpoint: string;
  readonly certificateAuthority: string;
  readonly nodeTypes = [];
  readonly nodeIdentity: AwsIdentity;
  readonly securityGroup: SecurityGroupId;
  protected readonly webGroups: readonly string[];

  constructor(scope: Construct, id: string, attributes: AwsClusterAttributes) {
    const { cloud, name, network, nodeRoleName, nodeSecurityGroupId, webGroups = [] } = attributes;
    const { provider } = cloud;
    super(scope, id, { provider, network, protect: false });
    const cluster = new DataAwsEksCluster(this, "cluster", { provider, name });
    this.clusterName = name;
    this.apiEndpoint = cluster.endpoint;
    this.certificateAuthority = cluster.certificateAuthority.get(0).data;
    this.nodeIdentity = new ExistingRole(this, "nodes", provider, nodeRoleName);
    this.securityGroup = { id: nodeSecurityGroupId ?? cluster.vpcConfig.get(0).clusterSecurityGroupId };
    this.webGroups = webGroups;
  }
}
