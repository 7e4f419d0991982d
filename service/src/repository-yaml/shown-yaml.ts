import { GRAMMARS, type GrammarName } from "./grammars.js";
import { RepositoryYamlFile } from "./schema/repository-yaml-file.js";
import { isTree } from "./yaml-text.js";

interface Read {
  readonly grammar?: GrammarName;
  readonly writeOnly?: boolean;
  readonly properties?: Readonly<Record<string, Read>>;
  readonly patternProperties?: Readonly<Record<string, Read>>;
  readonly items?: Read;
}

/** The yaml as it is understood: numbers for percentages, expressions for patterns, no secrets. */
export function shownYaml(yaml: RepositoryYamlFile): unknown {
  return shownBy(RepositoryYamlFile as Read, yaml);
}

function shownBy(schema: Read, value: unknown): unknown {
  if (schema.writeOnly) return "hidden";
  // A layout is shown as it is written: it is text on pages, too.
  if (schema.grammar && schema.grammar !== "layout")
    return (GRAMMARS[schema.grammar] as (value: unknown) => unknown)(value);
  const { items } = schema;
  if (Array.isArray(value)) return items ? value.map((item) => shownBy(items, item)) : value;
  if (!isTree(value)) return value;
  const [named] = Object.values(schema.patternProperties ?? {});
  const entries = Object.entries(value).map(([key, below]) => {
    const inner = schema.properties?.[key] ?? named;
    return [key, inner ? shownBy(inner, below) : below];
  });
  return Object.fromEntries(entries);
}
