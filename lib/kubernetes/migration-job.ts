import { JobV1, type JobV1Config } from "@cdktf/provider-kubernetes/lib/job-v1";
import { type ITerraformDependable, TerraformLocal } from "cdktf";
import { type DeepPartial, merge } from "../merge.js";
import { SETTINGS_FILE } from "./configuration.js";
import { labels, type Place } from "./place.js";
import { migrationPod, type Release, type RolePod } from "./service-pod.js";

export type MigrationOverrides = DeepPartial<JobV1Config>;

/** Longer than a migration of a large database takes; then something is wrong. */
const MOST_SECONDS = 1800;

/**
 * Brings the database up to date, and with it Terraform waits until that is done. A finished job stays, until the next
 * version has another name: one that Kubernetes cleans up would come back, and run, with every apply.
 */
export function migrationJob(
  { scope, provider, namespace }: Place,
  release: Release,
  pod: RolePod,
  after: readonly ITerraformDependable[],
  overrides?: MigrationOverrides,
): JobV1 {
  const { configMap, environment } = release.configuration;
  const version = new TerraformLocal(scope, "version", {
    image: release.image,
    settings: `\${${configMap.fqn}.data["${SETTINGS_FILE}"]}`,
    environment: environment.flatMap((variable) => ("value" in variable ? [variable] : [])),
  });
  const config: JobV1Config = {
    provider,
    metadata: {
      name: `migrate-\${substr(sha256(jsonencode(${version.fqn})), 0, 10)}`,
      namespace,
      labels: labels("migrate"),
    },
    spec: {
      backoffLimit: 3,
      activeDeadlineSeconds: MOST_SECONDS,
      template: migrationPod(release, pod),
    },
    waitForCompletion: true,
    timeouts: { create: `${MOST_SECONDS + 300}s`, update: `${MOST_SECONDS + 300}s` },
    dependsOn: [...after],
  };
  return new JobV1(scope, "job", merge(config, overrides));
}
