import type { CronJobV1 } from "@cdktf/provider-kubernetes/lib/cron-job-v1";
import type { DaemonSetV1 } from "@cdktf/provider-kubernetes/lib/daemon-set-v1";
import type { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import type { HorizontalPodAutoscalerV2 } from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2";
import type { IngressV1 } from "@cdktf/provider-kubernetes/lib/ingress-v1";
import type { JobV1 } from "@cdktf/provider-kubernetes/lib/job-v1";
import type { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import type { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { ClusterTraits, Exposure, PodIdentity } from "../cloud/cluster.js";
import type { Capacity } from "../workload/capacity.js";
import type { Reach } from "../workload/endpoint.js";
import type { PeakHours } from "../workload/peak-hours.js";
import type { Role, ScaledRole } from "../workload/roles.js";
import type { ServiceSettings } from "../workload/service-settings.js";
import { autoscaler } from "./autoscaler.js";
import { checkWorkload } from "./check.js";
import { clusterAutoscaler, type NodeScaling } from "./cluster-autoscaler.js";
import { type Configuration, configuration } from "./configuration.js";
import { disruptionBudget } from "./disruption-budget.js";
import { ingress } from "./ingress.js";
import { limitRange, quota } from "./limits.js";
import { migrationJob } from "./migration-job.js";
import { namespace } from "./namespace.js";
import { networkPolicies } from "./network-policies.js";
import { nodeLocalDns } from "./node-local-dns.js";
import type { KubernetesOverrides } from "./overrides.js";
import { peakHours } from "./peak-hours.js";
import { type Place, within } from "./place.js";
import { type PullCredentials, pullSecret } from "./pull-secret.js";
import { roleResources } from "./resources.js";
import { roleDeployment } from "./role-deployment.js";
import { serviceAccount } from "./service-account.js";
import type { Release, RolePod } from "./service-pod.js";
import { statsd } from "./statsd.js";
import { webService } from "./web-service.js";

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
  readonly peakHours?: Readonly<Partial<Record<ScaledRole, PeakHours>>> | undefined;
  /** Who the pods of a role are to the cloud. @default no one */
  readonly podIdentities?: Readonly<Partial<Record<Role, PodMarks>>> | undefined;
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

const METRICS_NAMESPACES = ["kube-system", "gmp-system", "amazon-cloudwatch", "monitoring"];
const SCALED_ROLES = ["web", "worker"] as const;
const NOBODY: PodMarks = { annotations: {}, podLabels: {} };
const INSIDE_ONLY: Exposure = { service: { type: "ClusterIP", annotations: {} } };

/** The service on any Kubernetes cluster: the same objects everywhere (K15). */
export class KubernetesWorkload extends Construct {
  readonly namespace: NamespaceV1;
  readonly configuration: Configuration;
  readonly policies: readonly NetworkPolicyV1[];
  readonly migration: JobV1;
  readonly deployments: Readonly<Record<ScaledRole, DeploymentV1>>;
  readonly autoscalers: Readonly<Record<ScaledRole, HorizontalPodAutoscalerV2>>;
  readonly schedules: readonly CronJobV1[];
  readonly service: ServiceV1;
  readonly ingress: IngressV1 | undefined;
  readonly statsd: DeploymentV1;
  readonly clusterAutoscaler: DeploymentV1 | undefined;
  readonly nodeLocalDns: DaemonSetV1 | undefined;

  /**
   * @throws CoverstackError on a namespace that is none or the cluster's own, a percentage or revision out of range, a
   * secret that is written out, settings that refer to none, and machines or peak hours that do not fit
   */
  constructor(scope: Construct, id: string, props: KubernetesWorkloadProps) {
    super(scope, id);
    checkWorkload(this, props);
    const { provider, capacity, overrides = {}, exposure = INSIDE_ONLY, traits = { balancerCidrs: [] } } = props;
    const { secretsRevision = 1, targetCpuPercent = 80, peakHours: hours = {} } = props;
    const root = { scope: this, provider, namespace: props.namespace ?? DEFAULT_NAMESPACE };
    this.namespace = namespace(root, props.protect ?? true, overrides.namespace);
    const place: Place = { ...root, namespace: this.namespace.metadata.name };

    const scaled = SCALED_ROLES.map((role) => ({
      max: capacity.roles[role].max,
      resources: roleResources(role, capacity.roles[role].machine, this),
    }));
    const limits = [limitRange(place, overrides.limitRange), quota(place, scaled, overrides.quota)];
    this.configuration = configuration(place, { ...props, secretsRevision }, overrides.configuration);
    const credentials = props.image.pullCredentials;
    const pullSecrets = credentials
      ? [{ name: pullSecret(place, credentials, secretsRevision, overrides.pullSecret).metadata.name }]
      : [];
    this.policies = networkPolicies(
      within(place, "network-policies"),
      {
        exposure,
        traits,
        dataReach: props.dataReach,
        metricsNamespaces: props.metricsNamespaces ?? METRICS_NAMESPACES,
        scheduled: Object.keys(hours).length > 0,
      },
      overrides.networkPolicies,
    );
    const release: Release = {
      namespace: place.namespace,
      image: props.image.reference,
      configuration: this.configuration,
      pullSecrets,
      dnsServiceIp: traits.dnsServiceIp,
      dedicatedNodes: props.dedicatedNodes ?? true,
    };

    const migrate = within(place, "migrate");
    this.migration = migrationJob(
      migrate,
      release,
      this.#pod(migrate, "migrate", props),
      [...limits, ...this.policies, this.configuration.secret],
      overrides.migration,
    );
    const roles = SCALED_ROLES.map((role) => {
      const here = within(place, role);
      const { replicas: min, max } = capacity.roles[role];
      const own = overrides[role] ?? {};
      const pod = this.#pod(here, role, props);
      const deployment = roleDeployment(
        here,
        { role, release, pod, replicas: min, after: [this.migration] },
        own.deployment,
      );
      const peak = hours[role];
      const scaler = autoscaler(
        here,
        { role, deployment, min, max, targetCpuPercent, scheduled: peak !== undefined },
        own.autoscaler,
      );
      const schedules = peak
        ? peakHours(
            within(here, "peak-hours"),
            { role, hours: peak, autoscaler: scaler, min, max, pullSecrets },
            own.schedule,
          )
        : [];
      disruptionBudget(here, role, own.disruptionBudget);
      return { here, deployment, scaler, schedules };
    });
    const [web, worker] = roles;
    this.deployments = { web: web.deployment, worker: worker.deployment };
    this.autoscalers = { web: web.scaler, worker: worker.scaler };
    this.schedules = roles.flatMap(({ schedules }) => schedules);
    this.service = webService(web.here, exposure.service, overrides.service);
    this.ingress =
      exposure.ingress && ingress(web.here, exposure.ingress, props.hostname, this.service, overrides.ingress);
    this.statsd = statsd(within(place, "statsd"), pullSecrets, overrides.statsd).deployment;
    this.nodeLocalDns =
      traits.dnsServiceIp === undefined
        ? undefined
        : nodeLocalDns(new Construct(this, "node-local-dns"), provider, traits.dnsServiceIp, overrides.nodeLocalDns);
    this.clusterAutoscaler =
      traits.autoscaler && props.clusterName !== undefined
        ? clusterAutoscaler(
            { scope: new Construct(this, "cluster-autoscaler"), provider },
            { clusterName: props.clusterName, autoscaler: traits.autoscaler, scaling: props.nodeScaling ?? {} },
            overrides.clusterAutoscaler,
          )
        : undefined;
  }

  #pod(place: Place, role: Role, { podIdentities, capacity, dnsOverTcp, overrides }: KubernetesWorkloadProps): RolePod {
    const { annotations, podLabels } = podIdentities?.[role] ?? NOBODY;
    const account = serviceAccount(place, role, role, annotations, overrides?.serviceAccounts?.[role]);
    const machine = capacity.roles[role === "web" ? "web" : "worker"].machine;
    return {
      account,
      labels: podLabels,
      resources: roleResources(role, machine, this),
      dnsOverTcp: role === "worker" && (dnsOverTcp ?? false),
    };
  }
}
