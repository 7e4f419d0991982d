import type { IConstruct } from "constructs";
import type { Machine } from "./machine.js";

/** A secret in the cloud's secret manager. */
export interface Secret<M extends Machine = Machine> extends IConstruct {
  /** What `read-secret` on a machine takes. */
  readonly secretId: string;
  /** Lets this machine read this secret, and nothing else of the secret manager. */
  grantRead(machine: M): void;
}

export interface SecretProps {
  /** Fields of the JSON object, each a random alphanumeric text of so many characters. */
  readonly generate: Readonly<Record<string, number>>;
}
