import type { IConstruct } from "constructs";
import type { Identity } from "./identity.js";

/** A secret in the cloud's secret manager. */
export interface Secret<I extends Identity = Identity> extends IConstruct {
  /** What `read-secret` on a machine takes, and `secretValue` of the cloud. */
  readonly secretId: string;
  /** Lets this identity read this secret, and nothing else of the secret manager. */
  grantRead(identity: I): void;
}

export interface SecretProps {
  /** Fields of the JSON object, each a random alphanumeric text of so many characters. */
  readonly generate: Readonly<Record<string, number>>;
}
