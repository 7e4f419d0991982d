import { CronJobV1, type CronJobV1Config } from "@cdktf/provider-kubernetes/lib/cron-job-v1";
import type { HorizontalPodAutoscalerV2 } from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2";
import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import type { PeakHours } from "../workload/peak-hours.js";
import type { ScaledRole } from "../workload/roles.js";
import { IMAGES } from "../workload/versions.js";
import { labels, type Place, selector } from "./place.js";
import { CONTAINER_SECURITY, NOBODY, podSecurity, TEMPORARY_MOUNT, temporaryVolume } from "./pods.js";
import { type Resources, requestsAndLimits } from "./resources.js";
import { serviceAccount } from "./service-account.js";

export type CronJobOverrides = DeepPartial<CronJobV1Config>;

export interface PeakHoursProps {
  readonly role: ScaledRole;
  readonly hours: PeakHours;
  readonly autoscaler: HorizontalPodAutoscalerV2;
  /** Outside of those hours. */
  readonly min: number;
  readonly max: number;
  readonly pullSecrets: readonly { readonly name: string }[];
}

const RESOURCES: Resources = { cpu: { request: 50, limit: 500 }, memory: 128 };

/** Raises the autoscaler's minimum when the hours begin, and lowers it when they end (F19). */
export function peakHours(place: Place, props: PeakHoursProps, overrides?: CronJobOverrides): readonly CronJobV1[] {
  const { hours, min, max, role } = props;
  if (hours.min > max) {
    throw new CoverstackError(
      {
        what: `the minimum of ${role} in peak hours must not be above its maximum`,
        given: hours.min,
        allowed: `up to ${max}`,
        fix: `raise the max of ${role} in 'capacity'`,
      },
      place.scope,
    );
  }
  const account = scheduler(place, props);
  return [
    schedule(place, props, account, { name: "begin", hour: hours.from, replicas: Math.max(min, hours.min) }, overrides),
    schedule(place, props, account, { name: "end", hour: hours.to, replicas: min }, overrides),
  ];
}

/** Who may read and change this one autoscaler, and nothing else. */
function scheduler(place: Place, { role, autoscaler }: PeakHoursProps): string {
  const { scope, provider, namespace } = place;
  const name = `${role}-peak-hours`;
  const account = serviceAccount(place, "peak-hours", name);
  const permission = new RoleV1(scope, "role", {
    provider,
    metadata: { name, namespace, labels: labels("peak-hours") },
    rule: [
      {
        apiGroups: ["autoscaling"],
        resources: ["horizontalpodautoscalers"],
        resourceNames: [autoscaler.metadata.name],
        verbs: ["get", "patch"],
      },
    ],
  });
  new RoleBindingV1(scope, "role-binding", {
    provider,
    metadata: { name, namespace, labels: labels("peak-hours") },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: permission.metadata.name },
    subject: [{ kind: "ServiceAccount", name: account.metadata.name, namespace }],
  });
  return account.metadata.name;
}

function schedule(
  { scope, provider, namespace }: Place,
  { role, hours, pullSecrets }: PeakHoursProps,
  account: string,
  { name, hour, replicas }: { readonly name: string; readonly hour: number; readonly replicas: number },
  overrides?: CronJobOverrides,
): CronJobV1 {
  const patch = JSON.stringify({ spec: { minReplicas: replicas } });
  const config: CronJobV1Config = {
    provider,
    metadata: { name: `${role}-peak-hours-${name}`, namespace, labels: labels("peak-hours") },
    spec: {
      schedule: `0 ${hour} * * ${hours.days.join(",")}`,
      timezone: hours.timeZone,
      concurrencyPolicy: "Replace",
      startingDeadlineSeconds: 1800,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels: labels("peak-hours") },
        spec: {
          backoffLimit: 5,
          activeDeadlineSeconds: 600,
          template: {
            metadata: { labels: selector("peak-hours") },
            spec: {
              serviceAccountName: account,
              automountServiceAccountToken: true,
              enableServiceLinks: false,
              restartPolicy: "Never",
              securityContext: podSecurity(NOBODY),
              imagePullSecrets: [...pullSecrets],
              container: [
                {
                  name: "kubectl",
                  image: IMAGES.kubectl,
                  command: ["/bin/kubectl"],
                  args: ["patch", "hpa", role, `--namespace=${namespace}`, "--type=merge", `--patch=${patch}`],
                  env: [{ name: "HOME", value: TEMPORARY_MOUNT.mountPath }],
                  resources: requestsAndLimits(RESOURCES),
                  securityContext: CONTAINER_SECURITY,
                  volumeMount: [TEMPORARY_MOUNT],
                },
              ],
              volume: [temporaryVolume("64Mi")],
            },
          },
        },
      },
    },
  };
  return new CronJobV1(scope, name, merge(config, overrides));
}
