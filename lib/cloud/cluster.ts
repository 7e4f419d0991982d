import type { Construct, IConstruct } from "constructs";
import type { MachineSize } from "../workload/machine-size.js";
import type { Identity, TrafficSource } from "./identity.js";
import type { BalancerTls } from "./load-balancer.js";
import type { Network } from "./network.js";

/** A pool of nodes for one role, labelled and tainted `coverstack.io/role=ROLE`. */
export interface NodePoolProps {
  readonly size: MachineSize;
  readonly nodes: { readonly min: number; readonly max: number };
  /** Cheaper nodes that the cloud may take back at any time. @default false */
  readonly spot?: boolean | undefined;
}

export interface ClusterProps<N extends Network = Network> {
  /** With private subnets that call out (`reach` private) in at least two zones. */
  readonly network: N;
  /** Kubernetes' minor version. @default 1.35; on GKE the release channel's own */
  readonly version?: string | undefined;
  /** Besides these there is a small untainted pool for what belongs to the cluster itself. */
  readonly pools: Readonly<Record<"web" | "worker", NodePoolProps>>;
  /** Ranges that reach the cluster's API. @default none: from inside the network only */
  readonly apiAllowFrom?: readonly string[] | undefined;
  readonly protect: boolean;
}

/** A managed Kubernetes cluster, made or brought along. */
export interface Cluster<I extends Identity = Identity> extends TrafficSource, IConstruct {
  readonly clusterName: string;
  /** The cloud's own types that the sizes of the pools web and worker were mapped to; none of a cluster brought along. */
  readonly nodeTypes: readonly string[];
  /** What each cloud's cluster does by itself, and what the workload has to bring. */
  readonly traits: ClusterTraits;
  /** The identity that pods of this service account have. */
  podIdentity(scope: Construct, id: string, account: ServiceAccountName): PodIdentity<I>;
  /** Lets the nodes pull from the account's registry and nowhere else. */
  readonly nodeIdentity: I;
  /** Makes the way from the internet to the web pods, as far as the cloud has a part in it. */
  expose(scope: Construct, id: string, props: ExposureProps): Exposure;
}

export interface ServiceAccountName {
  readonly namespace: string;
  readonly name: string;
}

export interface PodIdentity<I extends Identity = Identity> {
  readonly identity: I;
  /** On the service account. */
  readonly annotations: Readonly<Record<string, string>>;
  /** On the pods. */
  readonly podLabels: Readonly<Record<string, string>>;
}

export interface ClusterTraits {
  /** Address of the cluster's DNS service, where the workload brings a cache for each node (K9); none: built in. */
  readonly dnsServiceIp?: string | undefined;
  /** What the workload's cluster autoscaler needs to know; none: built in. */
  readonly autoscaler?: { readonly region: string; readonly annotations: Readonly<Record<string, string>> } | undefined;
  /** Address, or range, at which pods ask who they are; they need to reach it. none: they do not ask. */
  readonly metadataCidr?: string | undefined;
  /** Ranges from which the cloud's balancer calls web pods. */
  readonly balancerCidrs: readonly string[];
}

export interface ExposureProps {
  readonly hostname: string;
  readonly tls: BalancerTls;
  readonly allowFrom: readonly string[];
  readonly requestSeconds: number;
}

/** How web pods are reached from outside, as data for the workload. */
export interface Exposure {
  readonly service: {
    readonly type: "ClusterIP" | "NodePort";
    readonly nodePort?: number | undefined;
    readonly annotations: Readonly<Record<string, string>>;
  };
  /** @default no Ingress object: the balancer reaches the service by itself */
  readonly ingress?: IngressRule | undefined;
  /** What a DNS record points to, when the cloud knows it. */
  readonly address?: string | undefined;
}

export interface IngressRule {
  readonly className: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Name of a Kubernetes secret with the certificate. @default the controller finds one by the annotations */
  readonly tlsSecret?: string | undefined;
  /** Namespace and pod labels of the controller, which alone may call web pods. @default the cluster's balancer ranges */
  readonly controller?:
    | { readonly namespace: string; readonly podLabels?: Readonly<Record<string, string>> | undefined }
    | undefined;
}
