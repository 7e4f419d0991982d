import { KeyVaultSecret, type KeyVaultSecretConfig } from "@cdktf/provider-azurerm/lib/key-vault-secret";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ephemeral } from "../cloud/ephemeral.js";
import { randomProvider } from "../cloud/random-provider.js";
import type { Secret, SecretProps } from "../cloud/secret.js";
import type { SecretSource } from "../workload/boot-secrets.js";
import type { SecretReference } from "../workload/secret-reference.js";
import type { AzureContext } from "./context.js";
import type { AzureIdentity } from "./identity.js";
import { resourceName } from "./names.js";
import { vaultSecretId } from "./secret-id.js";

/** The role that reads the text of a secret, and of a certificate with its key. */
export const SECRET_READER = "Key Vault Secrets User";

/** A secret in Key Vault. */
export abstract class AzureSecret extends Construct implements Secret<AzureIdentity> {
  /** Its resource id, or what it was brought along by. */
  abstract readonly secretId: string;
  /** What must be there before anyone can read the value. */
  protected abstract readonly value: readonly ITerraformDependable[];
  protected abstract readonly resourceId: string;

  constructor(
    scope: Construct,
    id: string,
    protected readonly azure: AzureContext,
  ) {
    super(scope, id);
  }

  grantRead(identity: AzureIdentity): void {
    const grant = { verb: "read", role: SECRET_READER, on: this.resourceId, after: this.value };
    identity.grant(this, grant, this.azure);
  }
}

/** A secret in the deployment's own vault. */
class OwnSecret extends AzureSecret {
  readonly secret: KeyVaultSecret;
  protected readonly value: readonly ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    azure: AzureContext,
    content: (scope: Construct) => Pick<KeyVaultSecretConfig, "value" | "valueWo" | "valueWoVersion">,
  ) {
    super(scope, id, azure);
    const { provider, tags, vault } = azure;
    this.secret = new KeyVaultSecret(this, "secret", {
      provider,
      tags,
      name: resourceName(this, 127),
      keyVaultId: vault.id,
      contentType: "application/json",
      ...content(this),
    });
    this.value = [this.secret];
  }

  get secretId(): string {
    return this.secret.resourceVersionlessId;
  }

  protected get resourceId(): string {
    return this.secretId;
  }
}

/** A secret whose fields Terraform generates, hands over and forgets: no file, plan or state holds them. */
export class GeneratedSecret extends OwnSecret {
  constructor(scope: Construct, id: string, azure: AzureContext, { generate }: SecretProps) {
    super(scope, id, azure, (self) => {
      const provider = randomProvider(self);
      const fields = Object.entries(generate).map(([field, length]) => {
        const config = { length, special: false };
        return `${field} = ${ephemeral(self, field, "random_password", { provider, attribute: "result", config })}`;
      });
      // The values differ in every run; they are written when this number changes, which is never by itself.
      return { valueWo: `\${jsonencode({ ${fields.join(", ")} })}`, valueWoVersion: 1 };
    });
  }
}

/** A secret that holds what Azure itself made, and what the state therefore knows anyway; it follows when that changes. */
export class CopiedSecret extends OwnSecret {
  constructor(scope: Construct, id: string, azure: AzureContext, value: string) {
    super(scope, id, azure, () => ({ value }));
  }
}

/** A secret that is there already. */
export class ExistingSecret extends AzureSecret {
  readonly secretId: string;
  protected readonly value = [];
  protected readonly resourceId: string;

  constructor(scope: Construct, id: string, azure: AzureContext, reference: SecretReference) {
    super(scope, id, azure);
    this.secretId = reference.id;
    this.resourceId = vaultSecretId(this, reference.id, azure).resourceId;
  }
}

/** An expression of a secret's text, or of one field of it, that Terraform reads in each run and never stores. */
export function secretValue(scope: Construct, id: string, { secret, key }: SecretSource, azure: AzureContext): string {
  const { vaultId, name } = vaultSecretId(scope, secret, azure);
  const text = ephemeral(scope, id, "azurerm_key_vault_secret", {
    provider: azure.provider,
    attribute: "value",
    config: { key_vault_id: vaultId, name },
  });
  return key === undefined ? `\${${text}}` : `\${jsondecode(${text})[${JSON.stringify(key)}]}`;
}
