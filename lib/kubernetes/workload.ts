import type { CronJobV1 } from "@cdktf/provider-kubernetes/lib/cron-job-v1";
import type { DaemonSetV1 } from "@cdktf/provider-kubernetes/lib/daemon-set-v1";
import type { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import type { HorizontalPodAutoscalerV2 } from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2";
import type { IngressV1 } from "@cdktf/provider-kubernetes/lib/ingress-v1";
import type { JobV1 } from "@cdktf/provider-kubernetes/lib/job-v1";
import type { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import type { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { Construct } from "constructs";
import type { Exposure } from "../cloud/cluster.js";
import type { ScaledRole } from "../workload/roles.js";
import { checkWorkload } from "./check.js";
import { clusterAutoscaler } from "./cluster-autoscaler.js";
import { type Configuration, configuration } from "./configuration.js";
import { ingress } from "./ingress.js";
import { limitRange, quota } from "./limits.js";
import { migrationJob } from "./migration-job.js";
import { namespace } from "./namespace.js";
import { networkPolicies } from "./network-policies.js";
import { nodeLocalDns } from "./node-local-dns.js";
import { type Place, within } from "./place.js";
import { DEFAULT_NAMESPACE, type KubernetesWorkloadProps } from "./props.js";
import { pullSecret } from "./pull-secret.js";
import { MIGRATE_RESOURCES, roleResources } from "./resources.js";
import { rolePod } from "./role-pod.js";
import { scaledRole } from "./scaled-role.js";
import type { Release } from "./service-pod.js";
import { statsd } from "./statsd.js";
import { webService } from "./web-service.js";

export type { KubernetesWorkloadProps } from "./props.js";

/** Where the three clouds' collectors, and most people's Prometheus, run. */
const METRICS_NAMESPACES = ["kube-system", "gmp-system", "amazon-cloudwatch", "monitoring"];
const SCALED_ROLES = ["web", "worker"] as const;
const INSIDE_ONLY: Exposure = { service: { type: "ClusterIP", annotations: {} } };

/** The service on any Kubernetes cluster: the same objects everywhere (K15). */
export class KubernetesWorkload extends Construct {
  readonly namespace: NamespaceV1;
  readonly configuration: Configuration;
  readonly policies: readonly NetworkPolicyV1[];
  readonly migration: JobV1;
  readonly deployments: Readonly<Record<ScaledRole, DeploymentV1>>;
  readonly autoscalers: Readonly<Record<ScaledRole, HorizontalPodAutoscalerV2>>;
  /** What raises and lowers the minimum in peak hours. */
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
    const { provider, capacity, image, overrides = {}, secretsRevision = 1, peakHours = {} } = props;
    const { exposure = INSIDE_ONLY, traits = { balancerCidrs: [] } } = props;
    const root = { scope: this, provider, namespace: props.namespace ?? DEFAULT_NAMESPACE };
    this.namespace = namespace(root, props.protect ?? true, overrides.namespace);
    const place: Place = { ...root, namespace: this.namespace.metadata.name };
    const scaled = SCALED_ROLES.map((role) => ({
      role,
      ...capacity.roles[role],
      resources: roleResources(role, capacity.roles[role].machine, this),
    }));
    const limits = [limitRange(place, overrides.limitRange), quota(place, scaled, overrides.quota)];

    this.configuration = configuration(place, { ...props, secretsRevision }, overrides.configuration);
    const { pullCredentials } = image;
    const pullSecrets = pullCredentials
      ? [{ name: pullSecret(place, pullCredentials, secretsRevision, overrides.pullSecret).metadata.name }]
      : [];
    const { dataReach, metricsNamespaces = METRICS_NAMESPACES } = props;
    const scheduled = Object.values(peakHours).some((hours) => hours !== undefined);
    this.policies = networkPolicies(
      within(place, "network-policies"),
      { exposure, traits, dataReach, metricsNamespaces, scheduled },
      overrides.networkPolicies,
    );
    const { dnsServiceIp, autoscaler } = traits;
    this.nodeLocalDns =
      dnsServiceIp === undefined
        ? undefined
        : nodeLocalDns(new Construct(this, "node-local-dns"), provider, dnsServiceIp, overrides.nodeLocalDns);

    const release: Release = {
      namespace: place.namespace,
      image: image.reference,
      configuration: this.configuration,
      pullSecrets,
      dnsServiceIp,
      dedicatedNodes: props.dedicatedNodes ?? true,
    };
    const migrate = within(place, "migrate");
    this.migration = migrationJob(
      migrate,
      release,
      rolePod(migrate, "migrate", MIGRATE_RESOURCES, props),
      [...limits, ...this.policies, ...(this.nodeLocalDns ? [this.nodeLocalDns] : [])],
      overrides.migration,
    );
    const [web, worker] = scaled.map((sized) =>
      scaledRole(within(place, sized.role), sized, release, this.migration, props),
    );
    this.deployments = { web: web.deployment, worker: worker.deployment };
    this.autoscalers = { web: web.autoscaler, worker: worker.autoscaler };
    this.schedules = [...web.schedules, ...worker.schedules];
    const { service: way, ingress: rule } = exposure;
    const entrance = within(place, "exposure");
    this.service = webService(entrance, way, overrides.service);
    this.ingress = rule && ingress(entrance, rule, props.hostname, this.service, overrides.ingress);
    this.statsd = statsd(within(place, "statsd"), pullSecrets, overrides.statsd).deployment;
    this.clusterAutoscaler =
      autoscaler && props.clusterName !== undefined
        ? clusterAutoscaler(
            { scope: new Construct(this, "cluster-autoscaler"), provider },
            { clusterName: props.clusterName, autoscaler, scaling: props.nodeScaling ?? {} },
            overrides.clusterAutoscaler,
          )
        : undefined;
  }
}
