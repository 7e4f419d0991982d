import type { Role, ScaledRole } from "../workload/roles.js";
import type { AutoscalerOverrides } from "./autoscaler.js";
import type { ClusterAutoscalerOverrides } from "./cluster-autoscaler.js";
import type { ConfigurationOverrides } from "./configuration.js";
import type { DisruptionBudgetOverrides } from "./disruption-budget.js";
import type { IngressOverrides } from "./ingress.js";
import type { LimitRangeOverrides, QuotaOverrides } from "./limits.js";
import type { MigrationOverrides } from "./migration-job.js";
import type { NamespaceOverrides } from "./namespace.js";
import type { NetworkPolicyOverrides } from "./network-policies.js";
import type { NodeLocalDnsOverrides } from "./node-local-dns.js";
import type { CronJobOverrides } from "./peak-hours.js";
import type { PullSecretOverrides } from "./pull-secret.js";
import type { DeploymentOverrides } from "./role-deployment.js";
import type { ServiceAccountOverrides } from "./service-account.js";
import type { StatsdOverrides } from "./statsd.js";
import type { ServiceOverrides } from "./web-service.js";

export interface RoleOverrides {
  readonly deployment?: DeploymentOverrides | undefined;
  readonly autoscaler?: AutoscalerOverrides | undefined;
  readonly disruptionBudget?: DisruptionBudgetOverrides | undefined;
  /** Both schedules of peak hours. */
  readonly schedule?: CronJobOverrides | undefined;
}

/**
 * Laid over the objects, key by key; lists are replaced as a whole. For one field within a list there is `addOverride`
 * of the object itself.
 */
export interface KubernetesOverrides extends Readonly<Partial<Record<ScaledRole, RoleOverrides>>> {
  readonly namespace?: NamespaceOverrides | undefined;
  readonly limitRange?: LimitRangeOverrides | undefined;
  readonly quota?: QuotaOverrides | undefined;
  readonly configuration?: ConfigurationOverrides | undefined;
  readonly pullSecret?: PullSecretOverrides | undefined;
  readonly networkPolicies?: NetworkPolicyOverrides | undefined;
  readonly serviceAccounts?: Readonly<Partial<Record<Role, ServiceAccountOverrides>>> | undefined;
  readonly migration?: MigrationOverrides | undefined;
  readonly service?: ServiceOverrides | undefined;
  readonly ingress?: IngressOverrides | undefined;
  readonly statsd?: StatsdOverrides | undefined;
  readonly clusterAutoscaler?: ClusterAutoscalerOverrides | undefined;
  readonly nodeLocalDns?: NodeLocalDnsOverrides | undefined;
}
