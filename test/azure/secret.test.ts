import { describe, expect, it } from "vitest";
import { SecretReference } from "../../lib/index.js";
import { someMachine, synthAzure } from "../support/azure.js";
import { all, only } from "../support/synth.js";

const THEIRS = "/subscriptions/1/resourceGroups/theirs/providers/Microsoft.KeyVault/vaults/theirs/secrets/oauth";

describe("a generated secret on Azure", () => {
  const stack = synthAzure((bench) => {
    const { stack, cloud } = bench;
    const secret = cloud.secret(stack, "secret", { generate: { cookie_secret: 64, upload_token: 40 } });
    const { identity } = someMachine(bench);
    secret.grantRead(identity);
    secret.grantRead(identity);
  });
  const secret = only(stack, "azurerm_key_vault_secret");

  it("is made by Terraform in passing and written where state does not keep it (G10)", () => {
    expect(secret).not.toHaveProperty("value");
    expect(secret.value_wo_version).toBe(1);
    expect(secret.value_wo).toBe(
      `\${jsonencode({ cookie_secret = ephemeral.random_password.secret_cookie_secret.result, upload_token = ephemeral.random_password.secret_upload_token.result })}`,
    );
    expect(stack.terraform.required_version).toBe(">= 1.11.0");
  });

  it("has letters and digits only, as many as were asked for", () => {
    expect(stack.ephemeral.random_password).toEqual({
      secret_cookie_secret: { length: 64, special: false, provider: "random" },
      secret_upload_token: { length: 40, special: false, provider: "random" },
    });
    expect(stack.provider.random).toHaveLength(1);
  });

  it("lies in a vault that goes by roles, and that cannot be emptied for good by mistake (4, 40)", () => {
    expect(only(stack, "azurerm_key_vault")).toMatchObject({
      rbac_authorization_enabled: true,
      purge_protection_enabled: true,
      soft_delete_retention_days: 90,
    });
  });

  it("is written only once whoever deploys may write", () => {
    const assignments = stack.resource.azurerm_role_assignment;
    const [id, writer] = Object.entries(assignments).find(([id]) => id.startsWith("azure_write-secrets"))!;
    expect(writer).toMatchObject({ role_definition_name: "Key Vault Secrets Officer" });
    expect(only(stack, "azurerm_key_vault").depends_on).toEqual([`azurerm_role_assignment.${id}`]);
  });

  it("is read by exactly the identity that it was granted to, once (5)", () => {
    const readers = all(stack, "azurerm_role_assignment").filter(
      ({ role_definition_name }) => role_definition_name === "Key Vault Secrets User",
    );
    expect(readers).toHaveLength(1);
    expect(readers[0].scope).toMatch(/^\$\{azurerm_key_vault_secret\.secret_\w+\.resource_versionless_id\}$/);
    expect(readers[0].principal_id).toMatch(/^\$\{azurerm_user_assigned_identity\.machine_/);
  });

  it("is there before a machine that reads it boots", () => {
    const depends = only(stack, "azurerm_linux_virtual_machine").depends_on;
    expect(depends).toContainEqual(expect.stringMatching(/^azurerm_key_vault_secret\.secret_/));
    expect(depends).toContainEqual(expect.stringMatching(/^azurerm_role_assignment\.secret_read-by-machine/));
  });
});

describe("a secret that is there already on Azure", () => {
  const granted = (id: string) =>
    synthAzure((bench) => {
      const { stack, cloud } = bench;
      cloud.existingSecret(stack, "theirs", SecretReference.of(id)).grantRead(someMachine(bench).identity);
    });

  it("is named by its resource id, and nothing is made for it", () => {
    const stack = granted(THEIRS);
    expect(only(stack, "azurerm_role_assignment").scope).toBe(THEIRS);
    expect(all(stack, "azurerm_key_vault")).toEqual([]);
  });

  it("is named by its address, whose vault is looked up", () => {
    const stack = granted("https://theirs.vault.azure.net/secrets/oauth");
    expect(stack.data.azurerm_resources).toEqual({
      [Object.keys(stack.data.azurerm_resources)[0]]: {
        name: "theirs",
        type: "Microsoft.KeyVault/vaults",
        provider: "azurerm",
      },
    });
    expect(only(stack, "azurerm_role_assignment").scope).toMatch(
      /^\$\{data\.azurerm_resources\.[\w-]+\.resources\[0\]\.id\}\/secrets\/oauth$/,
    );
  });

  it.each([
    "oauth",
    "https://theirs.vault.azure.net/secrets/oauth/0123456789abcdef",
    "https://example.com/secrets/oauth",
  ])("fails for %s", (id) => {
    expect(() => granted(id)).toThrow(
      `[single-vm-aws/theirs] a secret on Azure is named by its resource id or its address without a version, got "${id}"`,
    );
  });

  it("gives Terraform one field of it in passing", () => {
    let value = "";
    const stack = synthAzure(({ stack, cloud }) => {
      value = cloud.secretValue(stack, "oauth", { secret: THEIRS, key: "client_secret" });
    });
    expect(value).toBe(`\${jsondecode(ephemeral.azurerm_key_vault_secret._oauth.value)["client_secret"]}`);
    expect(Object.keys(stack.ephemeral.azurerm_key_vault_secret)).toEqual(["_oauth"]);
  });
});
