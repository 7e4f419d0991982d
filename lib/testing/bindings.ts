import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { sourceOf } from "./binding-source.js";
import { deriveSchema, type Kind } from "./derive-schema.js";
import { RehearsalError } from "./rehearsal-error.js";
import type { Block } from "./schema.js";

/** A provider as its installed `@cdktf/provider-*` package describes it. */
export interface Binding {
  readonly provider: Block;
  resource(type: string): Block;
  dataSource(type: string): Block;
}

const found = new Map<string, Binding>();

/**
 * The binding of a provider, by its name ("aws").
 *
 * @throws RehearsalError when it is not installed
 */
export function bindingOf(provider: string): Binding {
  const known = found.get(provider) ?? readBindingPackage(provider);
  found.set(provider, known);
  return known;
}

function readBindingPackage(provider: string): Binding {
  const name = `@cdktf/provider-${provider}`;
  const lib = join(packageFolder(name), "lib");
  const schemas = new Map<string, Block>();
  const schema = (kind: Kind, type: string, ...folders: readonly string[]): Block => {
    const key = `${kind} ${type}`;
    const known = schemas.get(key) ?? firstSchema(lib, folders, kind);
    if (known === undefined)
      throw new RehearsalError(`${name} has no ${type}: is it another version than the stack was made with?`);
    schemas.set(key, known);
    return known;
  };
  const words = (type: string) => type.replaceAll("_", "-");
  return {
    provider: schema("TerraformProvider", "provider", "provider"),
    resource: (type) => {
      const folder = words(type.slice(type.indexOf("_") + 1));
      return schema("TerraformResource", type, folder, `${folder}-resource`);
    },
    dataSource: (type) => schema("TerraformDataSource", type, `data-${words(type)}`),
  };
}

function packageFolder(name: string): string {
  for (const from of [join(process.cwd(), "package.json"), __filename]) {
    try {
      return dirname(createRequire(from).resolve(`${name}/package.json`));
    } catch {
      // Looked for in the next place.
    }
  }
  throw new RehearsalError(`${name} is not installed, and a stack uses its provider; npm install --save-dev ${name}`);
}

function firstSchema(lib: string, folders: readonly string[], kind: Kind): Block | undefined {
  for (const folder of folders) {
    const schema = deriveSchema(readSources(join(lib, folder)), kind);
    if (schema !== undefined) return schema;
  }
  return undefined;
}

/** The TypeScript of a binding; large ones are split over several files. */
function readSources(folder: string): string {
  let names: readonly string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return "";
  }
  return names
    .filter((name) => name.endsWith(".js"))
    .map((name) => sourceOf(readFileSync(join(folder, name), "utf8")) ?? "")
    .join("\n");
}
