import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { ephemeral } from "../cloud/ephemeral.js";
import type { Secret, SecretProps } from "../cloud/secret.js";
import { CoverstackError } from "../errors.js";
import type { SecretReference } from "../workload/secret-reference.js";
import type { AwsMachine } from "./machine.js";
import { namePrefix } from "./names.js";

/** A secret in AWS Secrets Manager. */
export abstract class AwsSecret extends Construct implements Secret<AwsMachine> {
  abstract readonly secretId: string;
  /** What must be there before a machine can read the value. */
  protected abstract readonly value: readonly ITerraformDependable[];

  constructor(
    scope: Construct,
    id: string,
    private readonly provider: AwsProvider,
  ) {
    super(scope, id);
  }

  grantRead(machine: AwsMachine): void {
    const policy = new IamRolePolicy(this, `read-by-${machine.node.id}`, {
      provider: this.provider,
      role: machine.role.id,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: this.secretId }],
      }),
    });
    machine.bootAfter(policy, ...this.value);
  }
}

/** A secret whose fields Terraform generates, hands over and forgets: no file, plan or state holds them. */
export class GeneratedSecret extends AwsSecret {
  readonly secret: SecretsmanagerSecret;
  protected readonly value: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, provider: AwsProvider, { generate }: SecretProps) {
    super(scope, id, provider);
    this.secret = new SecretsmanagerSecret(this, "secret", {
      provider,
      namePrefix: namePrefix(this),
      description: `Generated for ${this.node.path}`,
    });
    const fields = Object.entries(generate).map(([field, length]) => {
      const config = { password_length: length, exclude_punctuation: true };
      const attribute = "random_password";
      const type = "aws_secretsmanager_random_password";
      return `${field} = ${ephemeral(this, field, type, { provider, attribute, config })}`;
    });
    const version = new SecretsmanagerSecretVersion(this, "value", {
      provider,
      secretId: this.secret.id,
      secretStringWo: `\${jsonencode({ ${fields.join(", ")} })}`,
      // The values above differ in every run; they are written when this number changes, which is never by itself.
      secretStringWoVersion: 1,
    });
    this.value = [version];
  }

  get secretId(): string {
    return this.secret.arn;
  }
}

/** A secret that is there already. */
export class ExistingSecret extends AwsSecret {
  readonly secretId: string;
  protected readonly value = [];

  constructor(scope: Construct, id: string, provider: AwsProvider, reference: SecretReference) {
    super(scope, id, provider);
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
