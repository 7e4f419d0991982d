import { isSecretText, type SecretText } from "../secret-text.js";
import type { ServiceSettings } from "../service-settings.js";
import { toYaml } from "./yaml.js";

type Leaf = string | number | boolean | SecretText;

/** `codecov.yml`: every setting that is no secret. */
export function settingsFile(settings: ServiceSettings): string {
  const plain = leaves(settings).filter(([, value]) => !isSecretText(value));
  const tree = {};
  for (const [path, value] of plain) put(tree, path, value);
  return toYaml(tree);
}

/** The settings that are secrets, each under the upper-case path of its key: `services.redis_url` → `SERVICES__REDIS_URL`. */
export function settingsEnvironment(settings: ServiceSettings): Readonly<Record<string, SecretText>> {
  const secrets = leaves(settings).filter((leaf): leaf is [string[], SecretText] => isSecretText(leaf[1]));
  return Object.fromEntries(secrets.map(([path, value]) => [path.join("__").toUpperCase(), value]));
}

function leaves(tree: object, above: readonly string[] = []): [string[], Leaf][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]): [string[], Leaf][] => {
    const path = [...above, key];
    if (value === undefined) return [];
    const isBranch = typeof value === "object" && value !== null && !Array.isArray(value) && !isSecretText(value);
    return isBranch ? leaves(value, path) : [[path, value as Leaf]];
  });
}

function put(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  tree[key] ??= {};
  put(tree[key] as Record<string, unknown>, rest, value);
}
