import {
  ArtifactRegistryRepository,
  type ArtifactRegistryRepositoryConfig,
} from "@cdktf/provider-google/lib/artifact-registry-repository";
import { ArtifactRegistryRepositoryIamMember } from "@cdktf/provider-google/lib/artifact-registry-repository-iam-member";
import { Construct } from "constructs";
import { pathFrom } from "../cloud/path-from.js";
import type { Registry } from "../cloud/registry.js";
import { type DeepPartial, merge } from "../merge.js";
import type { GcpIdentity } from "./identity.js";
import { resourceName } from "./names.js";
import type { GcpProject } from "./project.js";

/** Laid over the repository of every registry, key by key. */
export interface GcpRegistryOverrides {
  readonly repository?: DeepPartial<Omit<ArtifactRegistryRepositoryConfig, "format">>;
}

const KEEP_UNTAGGED = `${14 * 24 * 3600}s`;

/** A repository of Artifact Registry, in the region. What is pushed is scanned for known weaknesses. */
export class GcpRegistry extends Construct implements Registry<GcpIdentity> {
  readonly artifacts: ArtifactRegistryRepository;
  readonly host: string;
  readonly repository: string;
  readonly user = "oauth2accesstoken";
  readonly passwordCommand = ["gcloud", "auth", "print-access-token"];
  readonly #project: GcpProject;

  constructor(scope: Construct, id: string, project: GcpProject, overrides: GcpRegistryOverrides = {}) {
    super(scope, id);
    this.#project = project;
    const config: ArtifactRegistryRepositoryConfig = {
      provider: project.provider,
      repositoryId: resourceName(this),
      location: project.region,
      format: "DOCKER",
      description: this.node.path,
      dockerConfig: { immutableTags: true },
      cleanupPolicies: [
        { id: "untagged", action: "DELETE", condition: { tagState: "UNTAGGED", olderThan: KEEP_UNTAGGED } },
      ],
      // Google scans wherever the API is on.
      vulnerabilityScanningConfig: { enablementConfig: "INHERITED" },
      dependsOn: project.apis("artifactregistry", "containerscanning"),
    };
    this.artifacts = new ArtifactRegistryRepository(this, "repository", merge(config, overrides.repository));
    this.host = `${project.region}-docker.pkg.dev`;
    this.repository = `${this.host}/${project.project}/${this.artifacts.repositoryId}`;
  }

  grantPull(identity: GcpIdentity): void {
    const grant = `pulled-by-${pathFrom(this, identity)}`;
    if (this.node.tryFindChild(grant)) return;
    const { provider, region } = this.#project;
    identity.startAfter(
      new ArtifactRegistryRepositoryIamMember(this, grant, {
        provider,
        location: region,
        repository: this.artifacts.name,
        role: "roles/artifactregistry.reader",
        member: identity.member,
      }),
    );
  }
}
