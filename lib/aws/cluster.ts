import { EksAccessEntry } from "@cdktf/provider-aws/lib/eks-access-entry";
import { EksAccessPolicyAssociation } from "@cdktf/provider-aws/lib/eks-access-policy-association";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type {
  Cluster,
  ClusterProps,
  ClusterTraits,
  ExposureProps,
  PodIdentity,
  ServiceAccountName,
} from "../cloud/cluster.js";
import { ephemeral } from "../cloud/ephemeral.js";
import { CoverstackError } from "../errors.js";
import { ExistingCluster, type ExistingClusterAttributes } from "./existing-cluster.js";
import { AwsExposure } from "./exposure.js";
import type { AwsIdentity } from "./identity.js";
import { type AwsClusterOverrides, type ClusterParts, makeCluster } from "./made-cluster.js";
import { partition } from "./names.js";
import type { AwsNetwork } from "./network.js";
import { podIdentity } from "./pod-identity.js";
import { providerIn } from "./provider-in.js";
import { type AwsSource, allowRange } from "./security.js";

/** Where EKS' agent on each node tells pods who they are. */
const POD_IDENTITY_AGENT = "169.254.170.23/32";

/** A cluster on EKS, made or brought along. */
export class AwsCluster extends Construct implements Cluster<AwsIdentity>, AwsSource {
  readonly clusterName: string;
  /** Where Kubernetes' API answers. */
  readonly apiEndpoint: string;
  /** PEM of the API's authority, in base64. */
  readonly certificateAuthority: string;
  readonly nodeTypes: readonly string[];
  readonly traits: ClusterTraits;
  readonly nodeIdentity: AwsIdentity;
  /** Of the nodes, and so of the pods on them. */
  readonly securityGroup: SecurityGroup;
  /** What the library made; undefined for a cluster that was brought along. */
  readonly parts: ClusterParts | undefined;
  readonly #provider: AwsProvider;
  readonly #network: AwsNetwork;
  readonly #webGroups: readonly string[];
  readonly #protect: boolean;

  /**
   * A cluster that is there already (F5). Its add-ons include the agent for pod identities, and what scales its nodes is
   * its own.
   */
  static fromName(scope: Construct, id: string, attributes: ExistingClusterAttributes): AwsCluster {
    return new AwsCluster(scope, id, attributes.cloud.provider, attributes);
  }

  /** @throws CoverstackError on input that EKS does not take, or a network without two private zones that call out */
  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    props: ClusterProps<AwsNetwork> | ExistingClusterAttributes,
    overrides: AwsClusterOverrides = {},
  ) {
    super(scope, id);
    this.#provider = provider;
    this.#network = props.network;
    const traits = { metadataCidr: POD_IDENTITY_AGENT, balancerCidrs: [props.network.cidr] };
    if ("name" in props) {
      const { data, nodeIdentity, securityGroup } = new ExistingCluster(this, "existing", props);
      this.clusterName = props.name;
      this.apiEndpoint = data.endpoint;
      this.certificateAuthority = data.certificateAuthority.get(0).data;
      this.nodeTypes = [];
      this.nodeIdentity = nodeIdentity;
      this.securityGroup = securityGroup;
      this.traits = traits;
      this.#webGroups = props.webGroups ?? [];
      this.#protect = false;
      return;
    }
    this.parts = makeCluster(this, provider, props, overrides);
    const { controlPlane, nodeIdentity, securityGroup, pools } = this.parts;
    this.clusterName = controlPlane.cluster.name;
    this.apiEndpoint = controlPlane.cluster.endpoint;
    this.certificateAuthority = controlPlane.cluster.certificateAuthority.get(0).data;
    this.nodeTypes = [pools.web.nodeType, pools.worker.nodeType];
    this.nodeIdentity = nodeIdentity;
    this.securityGroup = securityGroup;
    this.traits = {
      ...traits,
      dnsServiceIp: controlPlane.dnsServiceIp,
      autoscaler: { region: provider.region ?? "", annotations: {} },
    };
    this.#webGroups = [pools.web.autoScalingGroupName];
    this.#protect = props.protect;
  }

  /** Belongs into the cluster's stack: EKS is told which service account it is for, the account itself needs no mark. */
  podIdentity(scope: Construct, id: string, account: ServiceAccountName): PodIdentity<AwsIdentity> {
    const identity = podIdentity(scope, id, this.#provider, this.clusterName, account);
    return { identity, annotations: {}, podLabels: {} };
  }

  /** @throws CoverstackError when a cluster was brought along without the groups of its web nodes */
  expose(scope: Construct, id: string, props: ExposureProps): AwsExposure {
    if (this.#webGroups.length === 0) {
      const what = "no load balancer reaches the nodes of this cluster";
      const fix = "name the Auto Scaling groups of its web nodes in 'webGroups', or give 'ingress'";
      throw new CoverstackError({ what, fix }, this);
    }
    return new AwsExposure(scope, id, this.#provider, {
      ...props,
      network: this.#network,
      nodes: this,
      webGroups: this.#webGroups,
      protect: this.#protect,
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
   * Terraform's Kubernetes provider in the stack of `scope`. Whoever runs Terraform signs in with their own credentials;
   * the token lasts for the run alone.
   */
  connect(scope: Construct, id: string): KubernetesProvider {
    const token = ephemeral(scope, `${id}-token`, "aws_eks_cluster_auth", {
      provider: providerIn(scope, this.#provider),
      attribute: "token",
      config: { name: this.clusterName },
    });
    return new KubernetesProvider(scope, id, {
      host: this.apiEndpoint,
      clusterCaCertificate: Fn.base64decode(this.certificateAuthority),
      token: `\${${token}}`,
    });
  }
}
