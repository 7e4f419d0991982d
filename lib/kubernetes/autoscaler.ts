import type { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import {
  HorizontalPodAutoscalerV2,
  type HorizontalPodAutoscalerV2Config,
} from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2";
import { type DeepPartial, merge } from "../merge.js";
import type { ScaledRole } from "../workload/roles.js";
import { labels, type Place } from "./place.js";

export type AutoscalerOverrides = DeepPartial<HorizontalPodAutoscalerV2Config>;

export interface AutoscalerProps {
  readonly role: ScaledRole;
  readonly deployment: DeploymentV1;
  readonly min: number;
  readonly max: number;
  readonly targetCpuPercent: number;
  /** Whether the minimum changes with the hour of the day, and is not Terraform's to set back. */
  readonly scheduled: boolean;
}

/** Adds pods when they are busy (F19, F20), and takes them away slowly: load comes in waves. */
export function autoscaler(
  { scope, provider, namespace }: Place,
  { role, deployment, min, max, targetCpuPercent, scheduled }: AutoscalerProps,
  overrides?: AutoscalerOverrides,
): HorizontalPodAutoscalerV2 {
  const config: HorizontalPodAutoscalerV2Config = {
    provider,
    metadata: { name: role, namespace, labels: labels(role) },
    spec: {
      minReplicas: min,
      maxReplicas: max,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment.metadata.name },
      metric: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: targetCpuPercent } },
        },
      ],
      behavior: {
        // What Kubernetes does by itself, written out: otherwise it fills it in, and Terraform sees a difference.
        scaleUp: [
          {
            stabilizationWindowSeconds: 0,
            selectPolicy: "Max",
            policy: [
              { type: "Pods", value: 4, periodSeconds: 15 },
              { type: "Percent", value: 100, periodSeconds: 15 },
            ],
          },
        ],
        scaleDown: [
          {
            stabilizationWindowSeconds: 300,
            selectPolicy: "Max",
            policy: [{ type: "Percent", value: 25, periodSeconds: 60 }],
          },
        ],
      },
    },
    ...(scheduled && { lifecycle: { ignoreChanges: ["spec[0].min_replicas"] } }),
  };
  return new HorizontalPodAutoscalerV2(scope, "autoscaler", merge(config, overrides));
}
