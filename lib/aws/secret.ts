import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn, ref, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { ephemeral } from "../cloud/ephemeral.js";
import { pathFrom } from "../cloud/path-from.js";
import type { Secret, SecretProps } from "../cloud/secret.js";
import { CoverstackError } from "../errors.js";
import type { SecretSource } from "../workload/boot-secrets.js";
import type { SecretReference } from "../workload/secret-reference.js";
import type { AwsIdentity } from "./identity.js";
import { KEEPS_NAME, namePrefix } from "./names.js";

/** A secret in AWS Secrets Manager. */
export abstract class AwsSecret extends Construct implements Secret<AwsIdentity> {
  /** The ARN; where the library makes the secret, it is known once there is a value to read. */
  abstract readonly secretId: string;

  grantRead(identity: AwsIdentity): void {
    identity.allow(`read-${pathFrom(identity, this)}`, [
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: this.secretId },
    ]);
  }
}

/** A secret of the library's own: one JSON object, written where state does not keep it. */
export class KeptSecret extends AwsSecret {
  readonly secret: SecretsmanagerSecret;
  readonly version: SecretsmanagerSecretVersion;

  /** @param fields the value of each field, known to Terraform alone; made below the secret's own construct */
  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    fields: (secret: Construct) => Readonly<Record<string, string>>,
  ) {
    super(scope, id);
    this.secret = new SecretsmanagerSecret(this, "secret", {
      provider,
      namePrefix: namePrefix(this),
      description: `Generated for ${this.node.path}`,
      lifecycle: KEEPS_NAME,
    });
    this.version = new SecretsmanagerSecretVersion(this, "value", {
      provider,
      secretId: this.secret.id,
      secretStringWo: Fn.jsonencode(fields(this)),
      // Generated values differ in every run; they are written when this number changes, which is never by itself.
      secretStringWoVersion: 1,
    });
  }

  get secretId(): string {
    return this.version.arn;
  }
}

/** A secret whose fields Terraform generates, hands over and forgets: no file, plan or state holds them. */
export class GeneratedSecret extends KeptSecret {
  constructor(scope: Construct, id: string, provider: AwsProvider, { generate }: SecretProps) {
    super(scope, id, provider, (secret) =>
      Object.fromEntries(
        Object.entries(generate).map(([field, length]) => {
          const config = { password_length: length, exclude_punctuation: true };
          const attribute = "random_password";
          const type = "aws_secretsmanager_random_password";
          const value = ephemeral(secret, field, type, { provider, attribute, config });
          return [field, Token.asString(ref(value, TerraformStack.of(secret)))];
        }),
      ),
    );
  }
}

/** A secret that is there already. */
export class ExistingSecret extends AwsSecret {
  readonly secretId: string;

  constructor(scope: Construct, id: string, reference: SecretReference) {
    super(scope, id);
    if (!Token.isUnresolved(reference.id) && !/^arn:aws[\w-]*:secretsmanager:[\w-]+:\d+:secret:./.test(reference.id)) {
      throw new CoverstackError(
        {
          what: "a secret on AWS is named by its full ARN",
          given: reference.id,
          allowed: "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-RANDOM",
          fix: "aws secretsmanager describe-secret --secret-id NAME prints it",
        },
        this,
      );
    }
    this.secretId = reference.id;
  }
}

/** An expression of a secret's text, or of one field, for write-only arguments and provider blocks. */
export function secretValue(
  scope: Construct,
  id: string,
  { secret, key }: SecretSource,
  provider: AwsProvider,
): string {
  const text = ephemeral(scope, id, "aws_secretsmanager_secret_version", {
    provider,
    attribute: "secret_string",
    config: { secret_id: secret },
  });
  return key === undefined ? `\${${text}}` : `\${jsondecode(${text})[${JSON.stringify(key)}]}`;
}
