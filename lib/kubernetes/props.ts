import type { TerraformProvider } from "cdktf";
import type { ClusterTraits, Exposure, PodIdentity } from "../cloud/cluster.js";
import type { Capacity } from "../workload/capacity.js";
import type { Reach } from "../workload/endpoint.js";
import type { PeakHours } from "../workload/peak-hours.js";
import type { Role, ScaledRole } from "../workload/roles.js";
import type { ServiceSettings } from "../workload/service-settings.js";
import type { NodeScaling } from "./cluster-autoscaler.js";
import type { KubernetesOverrides } from "./overrides.js";
import type { PullCredentials } from "./pull-secret.js";

export const DEFAULT_NAMESPACE = "coverstack";

/** What a cloud puts on service accounts and pods so that they are somebody to it. */
export type PodMarks = Pick<PodIdentity, "annotations" | "podLabels">;

export interface WorkloadImage {
  readonly reference: string;
  /** @default nodes may pull it as they are */
  readonly pullCredentials?: PullCredentials | undefined;
}

export interface KubernetesWorkloadProps {
  /** Terraform's provider, connected to the cluster. */
  readonly provider: TerraformProvider;
  /** Made for the workload alone. Its service accounts are called like the roles: web, worker, migrate. @default coverstack */
  readonly namespace?: string | undefined;
  readonly image: WorkloadImage;
  /** The service's settings. What is secret in them names one of the `secrets`. */
  readonly settings: ServiceSettings;
  /** By variable, an expression of an ephemeral value: neither synthesised files nor Terraform's state hold it. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Raise it when a secret's value has changed: it is written anew, and pods are replaced. @default 1 */
  readonly secretsRevision?: number | undefined;
  /** How many pods run, between which numbers they are scaled, and the machines that nodes are. */
  readonly capacity: Capacity;
  /** Average CPU above which pods are added, percent of what they request (F19). @default 80 */
  readonly targetCpuPercent?: number | undefined;
  /** Hours with a higher minimum, for each role. @default none */
  readonly peakHours?: { readonly [R in ScaledRole]?: PeakHours | undefined } | undefined;
  /** Who the pods of a role are to the cloud. @default no one */
  readonly podIdentities?: { readonly [R in Role]?: PodMarks | undefined } | undefined;
  /** How web pods are reached from outside. @default a ClusterIP service, without Ingress */
  readonly exposure?: Exposure | undefined;
  /** What the cluster does not do by itself. @default nothing is brought, and no balancer calls web pods */
  readonly traits?: ClusterTraits | undefined;
  /** What the cloud calls the cluster. @default none; needed where `traits` ask for a cluster autoscaler */
  readonly clusterName?: string | undefined;
  /** When that autoscaler takes nodes away (K3). @default below half used for 10 minutes */
  readonly nodeScaling?: NodeScaling | undefined;
  /** The DNS name that an Ingress answers to. */
  readonly hostname: string;
  /** Range and port of what pods call besides HTTPS on port 443: database, Redis, an object store of one's own. */
  readonly dataReach: readonly Reach[];
  /** Whether Terraform refuses to destroy the namespace, and with it everything (K13). @default true */
  readonly protect?: boolean | undefined;
  /** Whether there are nodes labelled, and tainted, `coverstack.io/role=web` and `=worker`. @default true */
  readonly dedicatedNodes?: boolean | undefined;
  /** Whether workers ask for names over TCP, for nodes with a Linux before 5.0 (K8, K9). @default false */
  readonly dnsOverTcp?: boolean | undefined;
  /**
   * Namespaces whose pods collect metrics.
   *
   * @default where the three clouds' collectors, and most people's Prometheus, run
   */
  readonly metricsNamespaces?: readonly string[] | undefined;
  /** Laid over each object, key by key: for what no prop covers. @default none */
  readonly overrides?: KubernetesOverrides | undefined;
}
