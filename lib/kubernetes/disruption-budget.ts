import {
  PodDisruptionBudgetV1,
  type PodDisruptionBudgetV1Config,
} from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { type DeepPartial, merge } from "../merge.js";
import type { ScaledRole } from "../workload/roles.js";
import { labels, type Place, selector } from "./place.js";

export type DisruptionBudgetOverrides = DeepPartial<PodDisruptionBudgetV1Config>;

/** Nodes that are emptied take one pod of a role at a time. */
export function disruptionBudget(
  { scope, provider, namespace }: Place,
  role: ScaledRole,
  overrides?: DisruptionBudgetOverrides,
): PodDisruptionBudgetV1 {
  const config: PodDisruptionBudgetV1Config = {
    provider,
    metadata: { name: role, namespace, labels: labels(role) },
    spec: { maxUnavailable: "1", selector: { matchLabels: selector(role) } },
  };
  return new PodDisruptionBudgetV1(scope, "disruption-budget", merge(config, overrides));
}
