import { describe, expect, it } from "vitest";
import { AwsRole } from "../../lib/aws/identity.js";
import { ExistingSecret, GeneratedSecret, secretValue } from "../../lib/aws/secret.js";
import { SecretReference } from "../../lib/index.js";
import { synthAws } from "../support/aws-parts.js";
import { bootOf } from "../support/boot.js";
import { synthSingleVm } from "../support/single-vm.js";
import { all, only } from "../support/synth.js";

describe("the generated secret", () => {
  const stack = synthSingleVm();
  const generated = Object.values(stack.ephemeral.aws_secretsmanager_random_password);

  it("is made by Terraform in passing and written where state does not keep it (G10)", () => {
    const value = only(stack, "aws_secretsmanager_secret_version");
    expect(value).not.toHaveProperty("secret_string");
    expect(value.secret_string_wo_version).toBe(1);
    expect(value.secret_string_wo).toMatch(/^\$\{jsonencode\(\{"database_password" = ephemeral\./);
    expect(stack.terraform.required_version).toBe(">= 1.11.0");
  });

  it("has a long text of letters and digits for each field", () => {
    expect(generated).toHaveLength(6);
    for (const field of generated) expect(field).toMatchObject({ exclude_punctuation: true });
    expect(Math.min(...generated.map(({ password_length }) => Number(password_length)))).toBe(20);
  });

  it("reaches the machine as a name only: nothing secret is in the synthesised file (G10, G11)", () => {
    const { files } = bootOf(stack);
    const { variables } = JSON.parse(files["secrets.json"]) as { variables: { variable: string; key: string }[] };
    const written = String(only(stack, "aws_secretsmanager_secret_version").secret_string_wo);
    for (const { variable, key } of variables) {
      expect(written).toContain(`"${key}" = ephemeral.`);
      expect(files["docker-compose.yml"]).toContain(`\${${variable}}`);
    }
    expect(variables).toHaveLength(6);
  });

  it("can be made again after it was deleted: the name is completed by AWS", () => {
    expect(only(stack, "aws_secretsmanager_secret")).toMatchObject({
      name_prefix: "single-vm-aws-coverage-secret-",
      lifecycle: { ignore_changes: ["name_prefix"] },
    });
  });
});

const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:theirs-a1b2c3";

describe("reading secrets on AWS", () => {
  const values: string[] = [];
  const stack = synthAws(({ stack, provider }) => {
    const identity = new AwsRole(stack, "identity", provider, "ec2.amazonaws.com");
    const made = new GeneratedSecret(stack, "made", provider, { generate: { token: 40 } });
    const theirs = new ExistingSecret(stack, "theirs", SecretReference.of(ARN));
    for (const secret of [made, theirs, theirs]) secret.grantRead(identity);
    values.push(secretValue(made, "token", { secret: made.secretId, key: "token" }, provider));
    values.push(secretValue(theirs, "whole", { secret: theirs.secretId }, provider));
  });

  it("is granted for each secret alone, once (4, 5)", () => {
    const resources = all(stack, "aws_iam_role_policy")
      .filter((_, i) => Object.keys(stack.resource.aws_iam_role_policy)[i].startsWith("identity_read"))
      .flatMap(({ policy }) => JSON.parse(String(policy)).Statement)
      .map(({ Action, Resource }) => [Action, Resource]);
    expect(resources).toEqual([
      [
        "secretsmanager:GetSecretValue",
        expect.stringMatching(/^\$\{aws_secretsmanager_secret_version\.made_[^}]+\.arn\}$/),
      ],
      ["secretsmanager:GetSecretValue", ARN],
    ]);
  });

  it("happens in passing, and only when there is a value (G10)", () => {
    const read = "ephemeral.aws_secretsmanager_secret_version";
    expect(values).toEqual([
      `\${jsondecode(${read}.made_token.secret_string)["token"]}`,
      `\${${read}.theirs_whole.secret_string}`,
    ]);
    const [token, whole] = Object.values(stack.ephemeral.aws_secretsmanager_secret_version);
    expect(token.secret_id).toMatch(/^\$\{local\.made_token-secret_id_\w+\}$/);
    const { locals } = JSON.parse(stack.json) as { locals: Record<string, string> };
    expect(Object.values(locals)).toEqual([
      expect.stringMatching(/^\$\{aws_secretsmanager_secret_version\.made_[^}]+\.arn\}$/),
    ]);
    expect(whole.secret_id).toBe(ARN);
  });

  it("fails for what is no full ARN", () => {
    const build = () => synthAws(({ stack }) => void new ExistingSecret(stack, "theirs", SecretReference.of("mine")));
    expect(build).toThrow('[single-vm-aws/theirs] a secret on AWS is named by its full ARN, got "mine"');
  });
});
