import type { CronJobV1 } from "@cdktf/provider-kubernetes/lib/cron-job-v1";
import type { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import type { HorizontalPodAutoscalerV2 } from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2";
import type { JobV1 } from "@cdktf/provider-kubernetes/lib/job-v1";
import type { RoleCapacity } from "../workload/capacity.js";
import type { ScaledRole } from "../workload/roles.js";
import { autoscaler } from "./autoscaler.js";
import { disruptionBudget } from "./disruption-budget.js";
import { peakHours } from "./peak-hours.js";
import { type Place, within } from "./place.js";
import type { KubernetesWorkloadProps } from "./props.js";
import type { Resources } from "./resources.js";
import { roleDeployment } from "./role-deployment.js";
import { rolePod } from "./role-pod.js";
import type { Release } from "./service-pod.js";

export interface SizedRole extends RoleCapacity {
  readonly role: ScaledRole;
  readonly resources: Resources;
}

export interface ScaledRoleObjects {
  readonly deployment: DeploymentV1;
  readonly autoscaler: HorizontalPodAutoscalerV2;
  readonly schedules: readonly CronJobV1[];
}

/** Everything of a role that keeps running, once the database is migrated. */
export function scaledRole(
  place: Place,
  { role, replicas, max, resources }: SizedRole,
  release: Release,
  migration: JobV1,
  props: KubernetesWorkloadProps,
): ScaledRoleObjects {
  const { targetCpuPercent = 80, overrides } = props;
  const own = overrides?.[role] ?? {};
  const hours = props.peakHours?.[role];
  const pod = rolePod(place, role, resources, props);
  const deployment = roleDeployment(place, { role, release, pod, replicas, after: [migration] }, own.deployment);
  const scaler = autoscaler(
    place,
    { role, deployment, min: replicas, max, targetCpuPercent, scheduled: hours !== undefined },
    own.autoscaler,
  );
  disruptionBudget(place, role, own.disruptionBudget);
  const schedules = hours
    ? peakHours(
        within(place, "peak-hours"),
        { role, hours, autoscaler: scaler, min: replicas, max, pullSecrets: release.pullSecrets },
        own.schedule,
      )
    : [];
  return { deployment, autoscaler: scaler, schedules };
}
