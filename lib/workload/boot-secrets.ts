import type { SecretVariable } from "./secret-text.js";

/** Where a machine finds a secret at boot: the cloud's id of it, and the field of its JSON (absent: the whole text). */
export interface SecretSource {
  readonly secret: string;
  readonly key?: string | undefined;
}

/** Everything secret that a machine fetches each time the service starts. */
export interface BootSecrets {
  /** Written to `.env`, where Compose finds them. */
  readonly variables: readonly (SecretVariable & SecretSource)[];
  /** Written to files, relative to the service's folder. */
  readonly files: readonly (SecretSource & { readonly path: string })[];
  /** Logged in to with the fields `username` and `password` of a secret, or, without one, as the machine itself. */
  readonly registries: readonly { readonly server: string; readonly secret?: string | undefined }[];
}
