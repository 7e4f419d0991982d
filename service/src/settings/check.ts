import { Ajv } from "ajv";
import type { Static, TSchema } from "typebox";
import { closest } from "../repository-yaml/closest.js";
import { certificatesIn } from "./certificates.js";
import { isTree, type Path, type Source, type Tree } from "./source.js";

const ajv = new Ajv({ allErrors: true, verbose: true, coerceTypes: true, strict: false });
ajv.addFormat("web-address", (text) => url(text, ["http:", "https:"]) !== null);
ajv.addFormat("https-address", (text) => url(text, ["https:"]) !== null);
ajv.addFormat("certificates", (text) => certificatesIn(text) !== null);
ajv.addFormat("web-origin", (text) => {
  const parsed = url(text, ["http:", "https:"]);
  return parsed !== null && parsed.pathname === "/" && parsed.search === "" && parsed.hash === "" && !parsed.username;
});
ajv.addFormat("day", (text) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)));
ajv.addFormat("postgres-url", (text) => url(text, ["postgres:", "postgresql:"]) !== null);
ajv.addFormat("redis-url", (text) => url(text, ["redis:", "rediss:"]) !== null);

/**
 * Checks what was written against the schema, converting texts such as "8080"; adds a line per fault. A list or section
 * in the place of a value is left out, so that whoever reads on finds no structure where the schema has none.
 */
export function check<Schema extends TSchema>(schema: Schema, source: Source, faults: string[]): Static<Schema> {
  const values = structuredClone(source.tree);
  const validate = ajv.compile(schema);
  const wrong = new Map<string, string>();
  if (!validate(values)) {
    for (const error of validate.errors ?? []) {
      const path = error.instancePath.split("/").slice(1);
      const { description, writeOnly } = leafOf(schema, path);
      const given = writeOnly ? "what was given" : JSON.stringify(valueAt(source.tree, path))?.slice(0, 100);
      const key = path.join(".");
      // One value that breaks several rules is one fault.
      const place = source.locate(path);
      // `--port` and `PORT` say it themselves.
      const name = place.replace(/^--/, "").toLowerCase() === key ? place : `${place} ${key}`;
      wrong.set(key, `${name} must be ${description}, not ${given}`);
      const parent = valueAt(values, path.slice(0, -1));
      if (isTree(parent) && typeof parent[path[path.length - 1]] === "object") delete parent[path[path.length - 1]];
    }
  }
  faults.push(...wrong.values());
  return values as Static<Schema>;
}

export interface UnknownKey {
  readonly path: Path;
  /** The key that it is most likely a slip of, of those that its section does not have yet; null when none is near. */
  readonly meant: Path | null;
}

/** Keys that the schema does not know: of a section of unknown name, only the section. */
export function unknownKeys(schema: TSchema, tree: Tree, above: Path = []): UnknownKey[] {
  const known = propertiesOf(schema);
  const absent = Object.keys(known).filter((key) => !Object.hasOwn(tree, key));
  return Object.entries(tree).flatMap(([key, value]) => {
    const path = [...above, key];
    if (!Object.hasOwn(known, key)) {
      const meant = closest(key, absent);
      return [{ path, meant: meant === null ? null : [...above, meant] }];
    }
    return isTree(value) && Object.keys(propertiesOf(known[key])).length > 0
      ? unknownKeys(known[key], value, path)
      : [];
  });
}

interface Described {
  readonly description?: string;
  readonly writeOnly?: boolean;
}

function leafOf(schema: TSchema, path: Path): Described {
  return path.reduce((above, key) => propertiesOf(above)[key] ?? above, schema) as Described;
}

export function propertiesOf(schema: TSchema): Record<string, TSchema> {
  return (schema as { properties?: Record<string, TSchema> }).properties ?? {};
}

function valueAt(tree: Tree, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (isTree(value) ? value[key] : undefined), tree);
}

function url(text: string, protocols: readonly string[]): URL | null {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  return parsed && parsed.hostname !== "" && protocols.includes(parsed.protocol) ? parsed : null;
}
