import { DataGoogleContainerCluster } from "@cdktf/provider-google/lib/data-google-container-cluster";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { Cluster, Exposure, ExposureProps, PodIdentity, ServiceAccountName } from "../cloud/cluster.js";
import { bindings } from "../cloud/optional-bindings.js";
import { needed } from "./checks.js";
import { expose } from "./exposure.js";
import { BALANCER_RANGES, GcpFirewall, type GcpSource } from "./firewall.js";
import { ExistingServiceAccount, type GcpIdentity, type GcpServiceAccount } from "./identity.js";
import type { GcpNetwork } from "./network.js";
import { podIdentity } from "./pod-identity.js";
import type { GcpProject } from "./project.js";

export interface GcpClusterAttributes {
  /** The `Gcp` of the cluster's project. */
  readonly cloud: GcpProject;
  readonly name: string;
  /** Its region or zone. @default the cloud's region */
  readonly location?: string | undefined;
  readonly network: GcpNetwork;
  /** E-mail address of the service account that its nodes run under. */
  readonly nodeServiceAccount: string;
  /** URLs of the instance groups of the nodes for web pods. @default none: bring an Ingress of your own */
  readonly webInstanceGroups?: readonly string[] | undefined;
}

/** Where pods ask GKE's metadata service who they are: at .254 with Dataplane V2, at .252 without. */
const METADATA = "169.254.169.252/30";

/** A cluster of Google Kubernetes Engine with Workload Identity, made or brought along. */
export abstract class GcpCluster extends Construct implements Cluster<GcpIdentity>, GcpSource {
  abstract readonly clusterName: string;
  abstract readonly nodeTypes: readonly string[];
  abstract readonly nodeIdentity: GcpIdentity;
  abstract readonly firewall: GcpFirewall;
  /** What a client of the cluster's API connects to, and the authority that it shows, in Base64. */
  abstract readonly api: { readonly host: string; readonly authority: string };

  readonly traits = { metadataCidr: METADATA, balancerCidrs: BALANCER_RANGES };

  /** A cluster that is there already. */
  static fromName(scope: Construct, id: string, attributes: GcpClusterAttributes): GcpCluster {
    return new ExistingCluster(scope, id, attributes);
  }

  /** Traffic of pods leaves as that of their nodes. */
  get identity(): GcpIdentity {
    return this.nodeIdentity;
  }

  /** Lets nodes and pods out to a range, on a TCP port: for servers that were brought along. */
  allowTo(cidr: string, port: number): void {
    this.firewall.allowTo(cidr, port);
  }

  /**
   * Terraform's Kubernetes provider in the stack of `scope`. It asks Google's own plugin for a token, as kubectl does, in
   * each run.
   */
  connect(scope: Construct, id: string): KubernetesProvider {
    const { KubernetesProvider } = bindings.kubernetesProvider();
    return new KubernetesProvider(scope, id, {
      host: `https://${this.api.host}`,
      clusterCaCertificate: Fn.base64decode(this.api.authority),
      exec: [{ apiVersion: "client.authentication.k8s.io/v1beta1", command: "gke-gcloud-auth-plugin" }],
    });
  }

  abstract podIdentity(scope: Construct, id: string, account: ServiceAccountName): PodIdentity<GcpServiceAccount>;

  abstract expose(scope: Construct, id: string, props: ExposureProps): Exposure;
}

class ExistingCluster extends GcpCluster {
  readonly clusterName: string;
  readonly nodeTypes = [];
  readonly nodeIdentity: GcpIdentity;
  readonly firewall: GcpFirewall;
  readonly api: { readonly host: string; readonly authority: string };
  readonly #attributes: GcpClusterAttributes;

  constructor(scope: Construct, id: string, attributes: GcpClusterAttributes) {
    super(scope, id);
    const { cloud, name, location, network, nodeServiceAccount } = attributes;
    this.#attributes = attributes;
    this.clusterName = name;
    this.nodeIdentity = new ExistingServiceAccount(this, "nodes", nodeServiceAccount);
    this.firewall = new GcpFirewall(this, "firewall", cloud, network, this.nodeIdentity, { closed: false });
    const cluster = new DataGoogleContainerCluster(this, "cluster", {
      provider: cloud.provider,
      name,
      location: location ?? cloud.region,
    });
    this.api = { host: cluster.endpoint, authority: cluster.masterAuth.get(0).clusterCaCertificate };
  }

  podIdentity(scope: Construct, id: string, account: ServiceAccountName): PodIdentity<GcpServiceAccount> {
    return podIdentity(scope, id, this.#attributes.cloud, account, []);
  }

  /** @throws CoverstackError when it is not known which nodes web pods run on */
  expose(scope: Construct, id: string, props: ExposureProps): Exposure {
    const fix = "name its 'webInstanceGroups', or bring an Ingress of your own";
    const what = "exposing a cluster needs the instance groups of its nodes";
    const instanceGroups = needed(this.#attributes.webInstanceGroups, what, fix, this);
    const nodes = { instanceGroups, firewall: this.firewall, protect: false };
    return expose(scope, id, this.#attributes.cloud, nodes, props, undefined);
  }
}
