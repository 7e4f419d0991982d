import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { Gcp } from "../../lib/gcp/index.js";
import { SecretReference } from "../../lib/index.js";
import { gcp, PROJECT, REGION, synthGcp } from "../support/gcp.js";
import { all, only } from "../support/synth.js";

const SIZE = { name: "e2-standard-4", vcpus: 4, memoryGb: 16 };

describe("a generated secret on Google Cloud", () => {
  const stack = synthGcp((cloud, stack) => {
    const network = cloud.network(stack, "network");
    const secret = cloud.secret(stack, "secret", { generate: { cookie_secret: 64, upload_token: 40 } });
    const machine = cloud.machine(stack, "machine", {
      network,
      size: SIZE,
      boot: () => `#cloud-config ${secret.secretId}`,
    });
    secret.grantRead(machine.identity);
    secret.grantRead(machine.identity);
  });

  it("is made by Terraform in passing and written where state does not keep it (4, G10)", () => {
    const value = only(stack, "google_secret_manager_secret_version");
    expect(value).not.toHaveProperty("secret_data");
    expect(value.secret_data_wo_version).toBe(1);
    expect(value.secret_data_wo).toBe(
      `\${jsonencode({ cookie_secret = ephemeral.random_password.secret_cookie_secret.result, upload_token = ephemeral.random_password.secret_upload_token.result })}`,
    );
    expect(stack.ephemeral.random_password.secret_cookie_secret).toMatchObject({ length: 64, special: false });
    expect(stack.terraform.required_version).toBe(">= 1.11.0");
  });

  it("has a provider of random values of its own, once", () => {
    expect(stack.provider.random).toHaveLength(1);
  });

  it("stays in the region", () => {
    expect(only(stack, "google_secret_manager_secret").replication).toEqual({
      user_managed: { replicas: [{ location: "europe-west3" }] },
    });
  });

  it("is read by whom it was granted to, itself and no other (5)", () => {
    expect(only(stack, "google_secret_manager_secret_iam_member")).toMatchObject({
      secret_id: expect.stringMatching(/^\$\{google_secret_manager_secret_version\.secret_value_\w+\.secret\}$/),
      role: "roles/secretmanager.secretAccessor",
      member: expect.stringMatching(/^serviceAccount:\$\{google_service_account\.machine_identity/),
    });
    expect(all(stack, "google_project_iam_member")).toEqual([]);
  });

  it("is granted before the machine boots", () => {
    expect(only(stack, "google_compute_instance").depends_on).toContainEqual(
      expect.stringMatching(/^google_secret_manager_secret_iam_member\./),
    );
  });
});

describe("a secret's value on Google Cloud", () => {
  it("is read anew in each run: the whole text, or a field", () => {
    const expressions: string[] = [];
    const stack = synthGcp((cloud, stack) => {
      const secret = "projects/quality-247012/secrets/github";
      const pods = new Construct(stack, "pods");
      expressions.push(cloud.secretValue(pods, "whole", { secret }));
      expressions.push(cloud.secretValue(pods, "field", { secret, key: "client_secret" }));
    });
    expect(expressions).toEqual([
      `\${ephemeral.google_secret_manager_secret_version.pods_whole.secret_data}`,
      `\${jsondecode(ephemeral.google_secret_manager_secret_version.pods_field.secret_data)["client_secret"]}`,
    ]);
    expect(stack.ephemeral.google_secret_manager_secret_version.pods_whole).toEqual({
      secret: "projects/quality-247012/secrets/github",
      provider: "google",
    });
  });
});

describe("a secret of another stack on Google Cloud", () => {
  it("is named by a local value, which crosses over", () => {
    const app = Testing.app();
    const clouds = ["platform", "workload"].map((name) => {
      const stack = new TerraformStack(app, name);
      return { stack, cloud: new Gcp(stack, "gcp", { project: PROJECT, region: REGION }) };
    });
    const [platform, workload] = clouds;
    const secret = platform.cloud.secret(platform.stack, "secret", { generate: { token: 40 } }).secretId;
    workload.cloud.secretValue(workload.stack, "token", { secret, key: "token" });
    app.synth();
    const { data, locals, ephemeral } = JSON.parse(
      readFileSync(join(app.outdir, "stacks", "workload", "cdk.tf.json"), "utf8"),
    );
    const [local] = Object.entries(locals);
    expect(local[1]).toMatch(/^\$\{data\.terraform_remote_state\./);
    expect(data.terraform_remote_state).toBeDefined();
    const [read] = Object.values(ephemeral.google_secret_manager_secret_version);
    expect(read).toMatchObject({ secret: `\${local.${local[0]}}` });
  });
});

describe("a secret on Google Cloud that is there already", () => {
  it("is named in full", () => {
    const { cloud, stack } = gcp();
    const id = "projects/quality-247012/secrets/github";
    expect(cloud.existingSecret(stack, "secret", SecretReference.of(id)).secretId).toBe(id);
  });

  it("fails when it is not", () => {
    const { cloud, stack } = gcp();
    expect(() => cloud.existingSecret(stack, "secret", SecretReference.of("github"))).toThrow(
      `[test/secret] a secret on Google Cloud is named by its full id, got "github"; allowed: projects/PROJECT/secrets/NAME`,
    );
  });
});
