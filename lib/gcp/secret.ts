import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { SecretManagerSecretVersion } from "@cdktf/provider-google/lib/secret-manager-secret-version";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { ephemeral } from "../cloud/ephemeral.js";
import { pathFrom } from "../cloud/path-from.js";
import { randomProvider } from "../cloud/random-provider.js";
import type { Secret, SecretProps } from "../cloud/secret.js";
import { CoverstackError } from "../errors.js";
import type { SecretSource } from "../workload/boot-secrets.js";
import type { SecretReference } from "../workload/secret-reference.js";
import type { GcpIdentity } from "./identity.js";
import { resourceName } from "./names.js";
import type { GcpProject } from "./project.js";

/** A secret in Google's Secret Manager. */
export abstract class GcpSecret extends Construct implements Secret<GcpIdentity> {
  abstract readonly secretId: string;

  constructor(
    scope: Construct,
    id: string,
    protected readonly project: GcpProject,
  ) {
    super(scope, id);
  }

  grantRead(identity: GcpIdentity): void {
    const grant = `read-by-${pathFrom(this, identity)}`;
    if (this.node.tryFindChild(grant)) return;
    identity.startAfter(
      new SecretManagerSecretIamMember(this, grant, {
        provider: this.project.provider,
        secretId: this.secretId,
        role: "roles/secretmanager.secretAccessor",
        member: identity.member,
      }),
    );
  }
}

/** A secret whose text Terraform hands over and forgets: no plan or state holds it. */
abstract class WrittenSecret extends GcpSecret {
  readonly secret: SecretManagerSecret;
  readonly version: SecretManagerSecretVersion;
  /** Comes from the value, so that whoever names the secret waits until there is something to read. */
  readonly secretId: string;

  constructor(
    scope: Construct,
    id: string,
    project: GcpProject,
    { text, againWith }: { readonly text: (secret: Construct) => string; readonly againWith?: string },
  ) {
    super(scope, id, project);
    const { provider, region } = project;
    this.secret = new SecretManagerSecret(this, "secret", {
      provider,
      secretId: resourceName(this, "", 255),
      replication: { userManaged: { replicas: [{ location: region }] } },
      dependsOn: project.apis("secretmanager"),
    });
    this.version = new SecretManagerSecretVersion(this, "value", {
      provider,
      secret: this.secret.id,
      secretDataWo: text(this),
      // Written when this number changes, which is never by itself.
      secretDataWoVersion: 1,
      ...(againWith !== undefined && { lifecycle: { replaceTriggeredBy: [againWith] } }),
    });
    this.secretId = this.version.secret;
  }
}

/** A secret whose fields Terraform generates. */
export class GeneratedSecret extends WrittenSecret {
  constructor(scope: Construct, id: string, project: GcpProject, { generate }: SecretProps) {
    super(scope, id, project, {
      text: (secret) => {
        const provider = randomProvider(secret);
        const fields = Object.entries(generate).map(([field, length]) => {
          const config = { length, special: false };
          const expression = ephemeral(secret, field, "random_password", { provider, attribute: "result", config });
          return `${field} = ${expression}`;
        });
        return `\${jsonencode({ ${fields.join(", ")} })}`;
      },
    });
  }
}

/** A secret that keeps a password which Google made. */
export class StoredPassword extends WrittenSecret {
  /** @param address of the resource's attribute that holds it, without `${}`: another password is another version */
  constructor(scope: Construct, id: string, project: GcpProject, password: string, address: string) {
    super(scope, id, project, { text: () => Fn.jsonencode({ password }), againWith: address });
  }
}

/** A secret that is there already. */
export class ExistingSecret extends GcpSecret {
  readonly secretId: string;

  constructor(scope: Construct, id: string, project: GcpProject, reference: SecretReference) {
    super(scope, id, project);
    if (!Token.isUnresolved(reference.id) && !/^projects\/[^/\s]+\/secrets\/[\w-]{1,255}$/.test(reference.id)) {
      throw new CoverstackError(
        {
          what: "a secret on Google Cloud is named by its full id",
          given: reference.id,
          allowed: "projects/PROJECT/secrets/NAME",
          fix: "gcloud secrets describe NAME --format='value(name)' prints it",
        },
        this,
      );
    }
    this.secretId = reference.id;
  }
}

/** An expression of a secret's text, or of one field, that is read anew in each run and never stored. */
export function secretValue(scope: Construct, id: string, { secret, key }: SecretSource, project: GcpProject): string {
  const text = ephemeral(scope, id, "google_secret_manager_secret_version", {
    provider: project.provider,
    attribute: "secret_data",
    config: { secret },
  });
  return key === undefined ? `\${${text}}` : `\${jsondecode(${text})[${JSON.stringify(key)}]}`;
}
