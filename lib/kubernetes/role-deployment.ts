import { DeploymentV1, type DeploymentV1Config } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import type { ITerraformDependable } from "cdktf";
import { type DeepPartial, merge } from "../merge.js";
import type { ScaledRole } from "../workload/roles.js";
import { labels, type Place, selector } from "./place.js";
import { type Release, type RolePod, servicePod } from "./service-pod.js";

export type DeploymentOverrides = DeepPartial<DeploymentV1Config>;

/** Balancers need to see a new pod's node answer before an old one goes. */
const READY_SECONDS: Readonly<Record<ScaledRole, number>> = { web: 30, worker: 0 };

export interface RoleDeploymentProps {
  readonly role: ScaledRole;
  readonly release: Release;
  readonly pod: RolePod;
  /** To start with: from then on the autoscaler decides. */
  readonly replicas: number;
  /** What has to be done before the first pod of this release starts. */
  readonly after: readonly ITerraformDependable[];
}

/** A role's pods, replaced without ever being fewer, with versions kept to go back to (F33). */
export function roleDeployment(
  { scope, provider, namespace }: Place,
  { role, release, pod, replicas, after }: RoleDeploymentProps,
  overrides?: DeploymentOverrides,
): DeploymentV1 {
  const config: DeploymentV1Config = {
    provider,
    metadata: { name: role, namespace, labels: labels(role) },
    spec: {
      replicas: `${replicas}`,
      minReadySeconds: READY_SECONDS[role],
      revisionHistoryLimit: 5,
      selector: { matchLabels: selector(role) },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "0" } },
      template: servicePod(role, release, pod),
    },
    waitForRollout: true,
    timeouts: { create: "15m", update: "30m" },
    lifecycle: { ignoreChanges: ["spec[0].replicas"] },
    dependsOn: [...after],
  };
  return new DeploymentV1(scope, "deployment", merge(config, overrides));
}
