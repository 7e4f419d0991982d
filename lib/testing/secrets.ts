import { isObject, type ObjectValue, UNKNOWN, type Value } from "./value.js";

/** Which attribute of a resource takes a secret's value, and which of its attributes name the secret. */
interface SecretKind {
  readonly written: readonly string[];
  readonly read: string;
  readonly named: readonly string[];
}

/** Resources that write a secret; the ephemeral resource of the same name reads it. */
const KINDS: Readonly<Record<string, SecretKind>> = {
  aws_secretsmanager_secret_version: {
    written: ["secret_string_wo", "secret_string"],
    read: "secret_string",
    named: ["secret_id"],
  },
  google_secret_manager_secret_version: {
    written: ["secret_data_wo", "secret_data"],
    read: "secret_data",
    named: ["secret"],
  },
  azurerm_key_vault_secret: { written: ["value_wo", "value"], read: "value", named: ["key_vault_id", "name"] },
};

/** The secrets that were written in a rehearsal: what is write-only reaches the cloud, and no state. */
export class Secrets {
  readonly #values = new Map<string, string>();
  readonly #fields = new Set(["username", "password"]);

  /** Names a field that secrets nobody wrote are to have as well. */
  expectField(field: string): void {
    this.#fields.add(field);
  }

  remember(type: string, config: Value, state: ObjectValue): void {
    const kind = KINDS[type];
    if (kind === undefined || !isObject(config)) return;
    const value = kind.written.map((name) => config[name]).find((text) => typeof text === "string");
    if (typeof value === "string") this.#values.set(key(type, kind, state), value);
  }

  /** @returns the attribute that holds the secret and its value, for an ephemeral resource that reads one */
  read(type: string, config: ObjectValue): readonly [attribute: string, value: string] | undefined {
    const kind = KINDS[type];
    if (kind === undefined) return undefined;
    return [kind.read, this.#values.get(key(type, kind, config)) ?? this.#somebodyElses()];
  }

  #somebodyElses(): string {
    return JSON.stringify(Object.fromEntries([...this.#fields].map((field) => [field, `rehearsed-${field}`])));
  }
}

function key(type: string, { named }: SecretKind, values: ObjectValue): string {
  const names = named.map((name) => values[name]).map((name) => (name === UNKNOWN ? "" : String(name)));
  return [type, ...names].join(" ");
}
