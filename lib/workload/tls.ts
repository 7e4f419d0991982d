import { CoverstackError } from "../errors.js";
import type { SecretReference } from "./secret-reference.js";
import { isToken } from "./token.js";

/** How the service is reached over HTTPS. */
export type Tls = AcmeTls | SecretTls;

export interface AcmeTls {
  readonly kind: "acme";
  readonly email: string;
}

export interface SecretTls {
  readonly kind: "secret";
  readonly secret: SecretReference;
}

export const Tls = {
  /**
   * A certificate of Let's Encrypt, renewed by itself. Needs a hostname that points at the machine, and opens port 80
   * to the internet for the challenge (it answers that and redirects, nothing else).
   *
   * @param email where Let's Encrypt writes when something is wrong with the certificate
   */
  acme(email: string): AcmeTls {
    if (!isToken(email) && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) {
      throw new CoverstackError({ what: "tls needs an e-mail address", given: email, allowed: "name@example.com" });
    }
    return { kind: "acme", email };
  },

  /** Your own certificate: a secret with the fields `certificate` and `private_key`, both PEM, the chain included. */
  fromSecret(secret: SecretReference): SecretTls {
    secret.mustBeWhole("certificate and private key");
    return { kind: "secret", secret };
  },
} as const;
