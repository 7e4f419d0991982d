import type { SecretSource } from "./boot-secrets.js";
import type { SecretText, SecretVariable } from "./secret-text.js";

/** How the service reaches a database or a queue. */
export interface Endpoint {
  /** With the password as a variable. */
  readonly url: SecretText;
  /** Where the variables of the URL are found. */
  readonly secrets: readonly (SecretVariable & SecretSource)[];
  /** The range in which the server's address lies, and its port: what firewalls and network policies let through. */
  readonly reach: Reach;
  /** PEM of the authority that signed the server's certificate, where that is none that everyone trusts. */
  readonly caCertificate?: string | undefined;
}

export interface Reach {
  readonly cidr: string;
  readonly port: number;
}
