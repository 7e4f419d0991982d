import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster";
import type { KubernetesCluster } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { checkCidr } from "../cloud/cidr.js";
import type {
  Cluster,
  ClusterTraits,
  Exposure,
  ExposureProps,
  PodIdentity,
  ServiceAccountName,
} from "../cloud/cluster.js";
import { bindings } from "../cloud/optional-bindings.js";
import { CoverstackError } from "../errors.js";
import type { AzureContext } from "./context.js";
import { expose } from "./exposure.js";
import type { AzureSource, Peer } from "./firewall.js";
import { type AzureIdentity, ExistingIdentity, type ManagedIdentity } from "./identity.js";
import type { AzureSubnet } from "./network.js";
import { podIdentity } from "./pod-identity.js";

export interface AzureClusterAttributes {
  /** The {@link Azure} whose subscription it is in. */
  readonly cloud: { readonly context: AzureContext };
  readonly name: string;
  readonly resourceGroup: string;
  /** Range of the subnet that its nodes are in: what databases let in. */
  readonly nodeCidr: string;
  /** Address of its DNS service, where pods are to have a cache on each node. @default none */
  readonly dnsServiceIp?: string | undefined;
}

/** The server application of AKS in Entra ID, the same for everyone. */
const AKS_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630";

/** An AKS cluster, made or brought along. */
export abstract class AzureCluster extends Construct implements Cluster<AzureIdentity>, AzureSource {
  abstract readonly clusterName: string;
  abstract readonly nodeTypes: readonly string[];
  abstract readonly traits: ClusterTraits;
  abstract readonly nodeIdentity: AzureIdentity;
  abstract readonly peer: Peer;
  abstract readonly cluster: KubernetesCluster | DataAzurermKubernetesCluster;
  /** The subnet of the nodes, where this deployment keeps its firewall. */
  abstract readonly subnet: AzureSubnet | undefined;

  /**
   * A cluster that is there already; none is made (F5). It needs workload identity with the OIDC issuer, network policies,
   * and pools that are labelled and tainted `coverstack.io/role`.
   */
  static fromName(scope: Construct, id: string, attributes: AzureClusterAttributes): AzureCluster {
    return new ExistingCluster(scope, id, attributes);
  }

  constructor(
    scope: Construct,
    id: string,
    protected readonly azure: AzureContext,
  ) {
    super(scope, id);
  }

  /** Switches the cluster's own ingress controller on. @returns the object id of its identity */
  abstract routeWeb(dnsZoneIds: readonly string[]): string;

  /** Whom service accounts are vouched for by. */
  get oidcIssuerUrl(): string {
    return this.cluster.oidcIssuerUrl;
  }

  /** Address of the API. */
  get host(): string {
    return this.cluster.kubeConfig.get(0).host;
  }

  /** PEM of the API's authority. */
  get caCertificate(): string {
    return Fn.base64decode(this.cluster.kubeConfig.get(0).clusterCaCertificate);
  }

  podIdentity(scope: Construct, id: string, account: ServiceAccountName): PodIdentity<ManagedIdentity> {
    return podIdentity(scope, id, { issuer: this.oidcIssuerUrl, account }, this.azure);
  }

  expose(scope: Construct, id: string, props: ExposureProps): Exposure {
    return expose(scope, id, this, props, this.azure);
  }

  /**
   * Terraform's Kubernetes provider in the stack of `scope`. Whoever runs Terraform is signed in to Azure's command line
   * and has `kubelogin`.
   */
  connect(scope: Construct, id: string): KubernetesProvider {
    const { KubernetesProvider } = bindings.kubernetesProvider();
    return new KubernetesProvider(scope, id, {
      host: this.host,
      clusterCaCertificate: this.caCertificate,
      exec: [
        {
          apiVersion: "client.authentication.k8s.io/v1beta1",
          command: "kubelogin",
          args: ["get-token", "--login", "azurecli", "--server-id", AKS_SERVER],
        },
      ],
    });
  }

  /** Nodes may go anywhere; pods have network policies. */
  openTo(): void {}
}

class ExistingCluster extends AzureCluster {
  readonly cluster: DataAzurermKubernetesCluster;
  readonly clusterName: string;
  readonly nodeTypes = [];
  readonly traits: ClusterTraits;
  readonly nodeIdentity: AzureIdentity;
  readonly peer: Peer;
  readonly subnet = undefined;

  constructor(scope: Construct, id: string, attributes: AzureClusterAttributes) {
    const azure = attributes.cloud.context;
    super(scope, id, azure);
    const { name, resourceGroup: resourceGroupName, nodeCidr, dnsServiceIp } = attributes;
    checkCidr(nodeCidr, "nodeCidr", this);
    this.clusterName = name;
    this.cluster = new DataAzurermKubernetesCluster(this, "cluster", {
      provider: azure.provider,
      name,
      resourceGroupName,
    });
    this.nodeIdentity = new ExistingIdentity(this, "nodes", this.cluster.kubeletIdentity.get(0).objectId);
    this.peer = { prefixes: [nodeCidr] };
    this.traits = { dnsServiceIp, balancerCidrs: [] };
  }

  routeWeb(): string {
    // The data source does not tell of the ingress controller's identity; AKS names it after the cluster.
    throw new CoverstackError(
      {
        what: "a cluster that was there already keeps its own way in",
        given: this.clusterName,
        fix: "expose the service with an Ingress of yours",
      },
      this,
    );
  }
}
