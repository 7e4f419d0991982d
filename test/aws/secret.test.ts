import { describe, expect, it } from "vitest";
import { bootOf } from "../support/boot.js";
import { synthSingleVm } from "../support/single-vm.js";
import { only } from "../support/synth.js";

describe("the generated secret", () => {
  const stack = synthSingleVm();
  const generated = Object.values(stack.ephemeral.aws_secretsmanager_random_password);

  it("is made by Terraform in passing and written where state does not keep it (G10)", () => {
    const value = only(stack, "aws_secretsmanager_secret_version");
    expect(value).not.toHaveProperty("secret_string");
    expect(value.secret_string_wo_version).toBe(1);
    expect(value.secret_string_wo).toMatch(/^\$\{jsonencode\(\{ database_password = ephemeral\./);
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
      expect(written).toContain(`${key} = ephemeral.`);
      expect(files["docker-compose.yml"]).toContain(`\${${variable}}`);
    }
    expect(variables).toHaveLength(6);
  });

  it("can be made again after it was deleted: the name is completed by AWS", () => {
    expect(only(stack, "aws_secretsmanager_secret")).toMatchObject({ name_prefix: "single-vm-aws-coverage-secret-" });
  });
});
