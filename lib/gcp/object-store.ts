import { StorageBucket, type StorageBucketConfig } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import type { ObjectStore, ObjectStoreProps } from "../cloud/object-store.js";
import { pathFrom } from "../cloud/path-from.js";
import { type DeepPartial, merge } from "../merge.js";
import type { ObjectStoreSettings } from "../workload/service-settings.js";
import type { GcpSource } from "./firewall.js";
import type { GcpIdentity } from "./identity.js";
import { resourceName } from "./names.js";
import type { GcpNetwork } from "./network.js";
import type { GcpProject } from "./project.js";

/** Laid over the bucket of every object store, key by key. */
export interface GcpObjectStoreOverrides {
  readonly bucket?: DeepPartial<StorageBucketConfig>;
}

const UNFINISHED_UPLOAD_DAYS = 7;
const MOST_DAYS = 3650;
/** With the project's id, at most 30 letters, and a hyphen before it: a bucket's name is unique in the world. */
const LONGEST_NAME = 32;

/** A Cloud Storage bucket, in the region, with one way of access: grants. It is reached over HTTPS alone. */
export class GcpObjectStore extends Construct implements ObjectStore<GcpIdentity> {
  readonly bucket: StorageBucket;
  readonly settings: ObjectStoreSettings;
  readonly #project: GcpProject;

  /** @throws CoverstackError on days that are no whole number from 1 */
  constructor(
    scope: Construct,
    id: string,
    project: GcpProject,
    { keepVersionsDays, protect }: Omit<ObjectStoreProps<GcpNetwork>, "network">,
    overrides: GcpObjectStoreOverrides = {},
  ) {
    super(scope, id);
    this.#project = project;
    checkWhole(keepVersionsDays, "keepVersionsDays", { unit: "days", least: 1, most: MOST_DAYS }, this);
    const config: StorageBucketConfig = {
      provider: project.provider,
      name: `${project.project}-${resourceName(this, "", LONGEST_NAME)}`,
      location: project.region,
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      versioning: { enabled: true },
      // Versions are the net; soft deletion would keep, and bill, everything once more.
      softDeletePolicy: { retentionDurationSeconds: 0 },
      lifecycleRule: [
        {
          action: { type: "Delete" },
          condition: { daysSinceNoncurrentTime: keepVersionsDays, withState: "ARCHIVED" },
        },
        {
          action: { type: "AbortIncompleteMultipartUpload" },
          condition: { age: UNFINISHED_UPLOAD_DAYS },
        },
      ],
      forceDestroy: !protect,
      lifecycle: { preventDestroy: protect },
      dependsOn: project.apis("storage"),
    };
    this.bucket = new StorageBucket(this, "bucket", merge(config, overrides.bucket));
    this.settings = { chosen_storage: "gcp", gcp: { bucket: this.bucket.name } };
  }

  grantReadWrite(identity: GcpIdentity): void {
    const grant = `used-by-${pathFrom(this, identity)}`;
    if (this.node.tryFindChild(grant)) return;
    identity.startAfter(
      new StorageBucketIamMember(this, grant, {
        provider: this.#project.provider,
        bucket: this.bucket.name,
        role: "roles/storage.objectUser",
        member: identity.member,
      }),
    );
  }

  /** Nothing: Cloud Storage is reached like any other address, and asks who one is. */
  allowFrom(_source: GcpSource): void {}
}
