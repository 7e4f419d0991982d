import { describe, expect, it } from "vitest";
import { AwsRole } from "../../lib/aws/identity.js";
import { AwsObjectStore } from "../../lib/aws/object-store.js";
import { awsObjections, awsPlugin, synthAws, terraform } from "../support/aws-parts.js";
import { SLOW } from "../support/programs.js";
import { only } from "../support/synth.js";

const PUBLIC = { network: { reach: "public" } } as const;

describe("an object store on AWS", () => {
  let settings!: AwsObjectStore["settings"];
  const stack = synthAws(({ stack, provider, network }) => {
    const store = new AwsObjectStore(stack, "objects", provider, { network, keepVersionsDays: 30, protect: true });
    const identity = new AwsRole(stack, "identity", provider, "ec2.amazonaws.com");
    store.grantReadWrite(identity);
    store.grantReadWrite(identity);
    settings = store.settings;
  }, PUBLIC);
  const bucket = only(stack, "aws_s3_bucket");

  it("cannot be made public (15)", () => {
    expect(only(stack, "aws_s3_bucket_public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(only(stack, "aws_s3_bucket_ownership_controls").rule).toEqual({ object_ownership: "BucketOwnerEnforced" });
  });

  it("encrypts objects, and answers over TLS 1.2 and later only (F8, 6)", () => {
    const [rule] = only(stack, "aws_s3_bucket_server_side_encryption_configuration").rule as object[];
    expect(rule).toEqual({ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } });
    const { Statement } = JSON.parse(String(only(stack, "aws_s3_bucket_policy").policy));
    expect(Statement.map(({ Condition }: { Condition: object }) => Condition)).toEqual([
      { Bool: { "aws:SecureTransport": "false" } },
      { NumericLessThan: { "s3:TlsVersion": "1.2" } },
    ]);
    for (const statement of Statement) {
      expect(statement).toMatchObject({ Effect: "Deny", Principal: "*", Action: "s3:*" });
      expect(statement.Resource).toHaveLength(2);
    }
  });

  it("keeps old versions for so many days, and unfinished uploads for a week (13, 14)", () => {
    expect(only(stack, "aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
    expect(only(stack, "aws_s3_bucket_lifecycle_configuration").rule).toMatchObject([
      { id: "old-versions", noncurrent_version_expiration: [{ noncurrent_days: 30 }] },
      { id: "unfinished-uploads", abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }] },
    ]);
  });

  it("outlives Terraform's mistakes and a stack's new name (40)", () => {
    expect(bucket).toMatchObject({
      force_destroy: false,
      lifecycle: { prevent_destroy: true, ignore_changes: ["bucket_prefix"] },
    });
    expect(bucket.bucket_prefix).toBe("single-vm-aws-objects-");
  });

  it("counts its requests (F17)", () => {
    expect(only(stack, "aws_s3_bucket_metric").name).toBe("all");
  });

  it("is used under the identities that it was granted to, in this one bucket alone (5, G13)", () => {
    const { Statement } = JSON.parse(String(only(stack, "aws_iam_role_policy").policy));
    const [ofBucket, ofObjects, ...more] = Statement;
    expect(more).toEqual([]);
    expect(ofBucket.Action).toEqual(["s3:ListBucket", "s3:ListBucketMultipartUploads"]);
    expect(ofBucket.Resource).toMatch(/^\$\{aws_s3_bucket\.[\w-]+\.arn\}$/);
    expect(ofObjects.Action).toEqual(expect.arrayContaining(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]));
    expect(ofObjects.Resource).toBe(`${ofBucket.Resource}/*`);
  });

  it("tells the service its name and region, and no key (F13)", () => {
    expect(settings).toEqual({
      chosen_storage: "aws",
      aws: { bucket: expect.stringContaining("TfToken"), region: expect.stringContaining("TfToken") },
    });
  });

  it.runIf(terraform && awsPlugin)("is valid to the real Terraform and the real AWS provider", SLOW, () => {
    expect(awsObjections(stack)).toEqual([]);
  });
});

describe("an object store for a trial", () => {
  const stack = synthAws(({ stack, provider, network }) => {
    const props = { network, keepVersionsDays: 1, protect: false };
    new AwsObjectStore(stack, "objects", provider, props, { bucket: { tags: { Team: "quality" } } });
  });

  it("goes with everything in it (40)", () => {
    expect(only(stack, "aws_s3_bucket")).toMatchObject({ force_destroy: true, lifecycle: { prevent_destroy: false } });
  });

  it("takes overrides of the bucket", () => {
    expect(only(stack, "aws_s3_bucket").tags).toEqual({ Team: "quality" });
  });
});

describe("an object store on AWS refuses", () => {
  it.each([0, 1.5, 3651])("to keep versions for %d days", (keepVersionsDays) => {
    const build = () =>
      synthAws(
        ({ stack, provider, network }) =>
          new AwsObjectStore(stack, "objects", provider, { network, keepVersionsDays, protect: true }),
      );
    expect(build).toThrow(
      `[single-vm-aws/objects] 'keepVersionsDays' is out of range, got ${keepVersionsDays}; allowed: a whole number of days, 1 to 3650`,
    );
  });
});
