import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket, type S3BucketConfig } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketMetric } from "@cdktf/provider-aws/lib/s3-bucket-metric";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { checkWhole } from "../cloud/checks.js";
import type { ObjectStore, ObjectStoreProps } from "../cloud/object-store.js";
import { pathFrom } from "../cloud/path-from.js";
import { type DeepPartial, merge } from "../merge.js";
import type { ObjectStoreSettings } from "../workload/service-settings.js";
import type { AwsSource } from "./firewall.js";
import type { AwsIdentity } from "./identity.js";
import { fixedName } from "./names.js";

/** Laid over the bucket of every object store, key by key. */
export interface AwsObjectStoreOverrides {
  readonly bucket?: DeepPartial<S3BucketConfig>;
}

const UNFINISHED_UPLOAD_DAYS = 7;
const MOST_DAYS = 3650;

/** An S3 bucket that is reached over HTTPS alone. */
export class AwsObjectStore extends Construct implements ObjectStore<AwsIdentity> {
  readonly bucket: S3Bucket;
  readonly settings: ObjectStoreSettings;

  /** @throws CoverstackError on days that are no whole number from 1 */
  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    { keepVersionsDays, protect }: ObjectStoreProps,
    overrides: AwsObjectStoreOverrides = {},
  ) {
    super(scope, id);
    checkWhole(keepVersionsDays, "keepVersionsDays", { unit: "days", least: 1, most: MOST_DAYS }, this);
    const config: S3BucketConfig = {
      provider,
      bucketPrefix: `${fixedName(this, 36)}-`,
      forceDestroy: !protect,
      // A stack that is renamed keeps its bucket.
      lifecycle: { preventDestroy: protect, ignoreChanges: ["bucket_prefix"] },
    };
    this.bucket = new S3Bucket(this, "bucket", merge(config, overrides.bucket));
    this.settings = { chosen_storage: "aws", aws: { bucket: this.bucket.id, region: this.bucket.region } };
    this.#close(provider);
    this.#keep(provider, keepVersionsDays);
    new S3BucketMetric(this, "metrics", { provider, bucket: this.bucket.id, name: "all" });
  }

  grantReadWrite(identity: AwsIdentity): void {
    identity.allow(`use-${pathFrom(identity, this)}`, [
      {
        Effect: "Allow",
        Action: ["s3:ListBucket", "s3:ListBucketMultipartUploads"],
        Resource: this.bucket.arn,
      },
      {
        Effect: "Allow",
        Action: [
          "s3:GetObject",
          "s3:PutObject",
          "s3:DeleteObject",
          "s3:AbortMultipartUpload",
          "s3:ListMultipartUploadParts",
        ],
        Resource: `${this.bucket.arn}/*`,
      },
    ]);
  }

  /** Nothing: S3 is reached like any other address, and asks who one is. */
  allowFrom(_source: AwsSource): void {}

  #close(provider: AwsProvider): void {
    const bucket = this.bucket.id;
    const publicAccess = new S3BucketPublicAccessBlock(this, "public-access", {
      provider,
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, "ownership", {
      provider,
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      provider,
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    const deny = {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [this.bucket.arn, `${this.bucket.arn}/*`],
    };
    new S3BucketPolicy(this, "policy", {
      provider,
      bucket,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } },
          { ...deny, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
        ],
      }),
      // S3 takes one change of a bucket's access at a time.
      dependsOn: [publicAccess],
    });
  }

  #keep(provider: AwsProvider, days: number): void {
    const bucket = this.bucket.id;
    const versioning = new S3BucketVersioningA(this, "versioning", {
      provider,
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      provider,
      bucket,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: days }],
          expiration: [{ expiredObjectDeleteMarker: true }],
        },
        {
          id: "unfinished-uploads",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: UNFINISHED_UPLOAD_DAYS }],
        },
      ],
      dependsOn: [versioning],
    });
  }
}
