import { Ajv, type ErrorObject } from "ajv";
import { closest } from "./closest.js";
import { GrammarError } from "./grammar-error.js";
import { GRAMMARS, type GrammarName } from "./grammars.js";
import { valueAt } from "./normalize.js";
import { RepositoryYamlFile } from "./schema/repository-yaml-file.js";
import type { Path, Tree } from "./yaml-text.js";

/** A fault whose position is not looked up yet. */
export interface SchemaFault {
  readonly path: Path;
  /** Whether the key is what is wrong, not its value. */
  readonly part: "key" | "value";
  readonly message: string;
}

interface Described {
  readonly description?: string;
  readonly writeOnly?: boolean;
  readonly grammar?: GrammarName;
  readonly names?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Described>>;
  readonly patternProperties?: Readonly<Record<string, Described>>;
}

/** More faults than these tell nobody more. */
const MOST_FAULTS = 100;

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false });
ajv.addKeyword({
  keyword: "grammar",
  schemaType: "string",
  validate: (name: GrammarName, value: unknown) => reasonAgainst(name, value) === null,
});
const validate = ajv.compile<RepositoryYamlFile>(RepositoryYamlFile);

/** Whatever is wrong with a yaml, each value once. */
export function checkYaml(tree: Tree): readonly SchemaFault[] {
  if (validate(tree)) return [];
  const faults = new Map<string, SchemaFault>();
  for (const error of validate.errors ?? []) {
    const fault = faultOf(error, tree);
    const key = JSON.stringify(fault.path);
    if (!faults.has(key)) faults.set(key, fault);
    if (faults.size >= MOST_FAULTS) break;
  }
  return [...faults.values()];
}

function faultOf(error: ErrorObject, tree: Tree): SchemaFault {
  const path = pathOf(error.instancePath);
  const schema = error.parentSchema as Described;
  if (error.keyword === "additionalProperties")
    return unknownKey([...path, error.params.additionalProperty], schema, tree);
  if (error.keyword === "required") {
    const key: string = error.params.missingProperty;
    return {
      path,
      part: "value",
      message: `${nameOf(path, tree)} needs ${key}: ${schema.properties?.[key].description}`,
    };
  }
  return { path, part: "value", message: wrongValue(path, schema, error, tree) };
}

function unknownKey(path: Path, schema: Described, tree: Tree): SchemaFault {
  const [key, above] = [path[path.length - 1], path.slice(0, -1)];
  const section = above.length === 0 ? "the file" : nameOf(above, tree);
  if (schema.names !== undefined) {
    return {
      path,
      part: "key",
      message: `${JSON.stringify(key)} is no name for ${section}: it must be one ${schema.names}`,
    };
  }
  const known = Object.keys(schema.properties ?? {});
  const meant = closest(key, known);
  const elsewhere = meant === null ? placesOf(key).slice(0, 3) : [];
  const help =
    meant !== null
      ? `did you mean ${meant}?`
      : elsewhere.length > 0
        ? `it belongs in ${elsewhere.join(" or ")}`
        : `allowed are ${known.join(", ")}`;
  return { path, part: "key", message: `${key} is no key of ${section}: ${help}` };
}

function wrongValue(path: Path, schema: Described, error: ErrorObject, tree: Tree): string {
  const value = valueAt(tree, path);
  const given = schema.writeOnly ? "what was given" : shown(value);
  const wrong = `${nameOf(path, tree)} must be ${schema.description}, not ${given}`;
  if (error.keyword === "grammar" && schema.grammar) return `${wrong}: ${reasonAgainst(schema.grammar, value)}`;
  if (error.keyword === "maxItems") return `${nameOf(path, tree)} has more than ${error.params.limit} items`;
  if (schema.type?.includes("boolean") && /^(?:yes|no|on|off|true|false)$/i.test(String(value))) {
    return `${wrong}: leave the quotes out`;
  }
  const texts = (schema.enum ?? []).filter((allowed) => typeof allowed === "string");
  const meant = typeof value === "string" ? closest(value, texts) : null;
  if (meant !== null) return `${wrong}: did you mean ${meant}?`;
  const wantsText = schema.type === "string" && (typeof value === "number" || typeof value === "boolean");
  return wantsText ? `${wrong}: put it in quotes` : wrong;
}

function reasonAgainst(name: GrammarName, value: unknown): string | null {
  try {
    (GRAMMARS[name] as (value: unknown) => unknown)(value);
    return null;
  } catch (error) {
    // Anything else comes of a value of a type that the grammar does not take, which has a fault of its own.
    return error instanceof GrammarError ? error.message : "it is of another type";
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null && !(value instanceof Date)) return "a section";
  return (JSON.stringify(value) ?? "nothing").slice(0, 100);
}

/** `a.b[0].c` */
export function nameOf(path: Path, tree: Tree): string {
  return path.reduce((name, key, index) => {
    if (Array.isArray(valueAt(tree, path.slice(0, index)))) return `${name}[${key}]`;
    const step = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
    return name === "" ? step : `${name}.${step}`;
  }, "");
}

function pathOf(pointer: string): Path {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Sections that have such a key. */
function placesOf(key: string): readonly string[] {
  const places = (schema: Described, above: string): readonly string[] => {
    const here = Object.hasOwn(schema.properties ?? {}, key) ? [above === "" ? "the file itself" : above] : [];
    const named = Object.values(schema.patternProperties ?? {}).map((below) => ["NAME", below] as const);
    const sections = [...Object.entries(schema.properties ?? {}), ...named];
    return [...here, ...sections.flatMap(([name, below]) => places(below, above === "" ? name : `${above}.${name}`))];
  };
  return places(RepositoryYamlFile as Described, "");
}
