/** A class of a binding, as its source says it. */
export interface BindingClass {
  /** The cdktf class that it extends. */
  readonly base: string;
  readonly code: string;
  readonly members: readonly Member[];
  /** Attributes that hold objects and are written like blocks. */
  readonly objectAttributes: ReadonlySet<string>;
  /** Attributes and blocks whose elements have no order. */
  readonly sets: ReadonlySet<string>;
}

/** An attribute or block of a class, with what the comment above it says. */
export interface Member {
  readonly name: string;
  readonly computed: boolean;
  readonly optional: boolean;
  readonly required: boolean;
  /** The object that stands for it, where it holds objects or is a computed map. */
  readonly construction: { readonly type: string; readonly isSet: boolean } | undefined;
  /** The TypeScript type of the field that keeps what is configured. */
  readonly field: string | undefined;
  readonly getter: string;
}

const CLASS = /^export (?:abstract )?class (\w+) extends cdktf\.(\w+)/gm;
const MEMBER = /^ {2}\/\/ (\S+) - computed: (true|false), optional: (true|false), required: (true|false)\n/gm;
const CONSTRUCTION = /^ {2}private _\w+ = new ([\w.]+)\(this, "\w+"(?:, (true|false))?\)/;
const FIELD = /^ {2}private _\w+\?: (.*?); *$/m;

/** The classes in a binding's TypeScript source, by name. */
export function readBinding(source: string): ReadonlyMap<string, BindingClass> {
  const heads = [...source.matchAll(CLASS)];
  return new Map(
    heads.map(({ 1: name, 2: base, index }, position) => {
      const code = source.slice(index, heads[position + 1]?.index ?? source.length);
      const stem = name.replace(/OutputReference$/, "");
      const rendering = stem === name ? code : renderers(source, stem);
      const sets = readRenderings(rendering).filter(({ type }) => type === "set");
      return [
        name,
        {
          base,
          code,
          members: readMembers(code),
          objectAttributes: mappedAttributes(rendering),
          sets: new Set(sets.map(({ name }) => name)),
        },
      ];
    }),
  );
}

/** How an attribute is rendered as HCL. */
export interface Rendering {
  readonly name: string;
  readonly value: string;
  readonly isBlock: boolean;
  readonly type: string;
  readonly storage: string;
}

const RENDERING =
  /^ {4,6}(\w+): \{\n\s+value: (.*),\n\s+isBlock: (true|false),\n\s+type: "(\w+)",\n\s+storageClassType: "(\w+)",$/gm;

export function readRenderings(code: string): readonly Rendering[] {
  return [...code.matchAll(RENDERING)].map(([, name, value, isBlock, type, storage]) => ({
    name,
    value,
    isBlock: isBlock === "true",
    type,
    storage,
  }));
}

function readMembers(code: string): readonly Member[] {
  const heads = [...code.matchAll(MEMBER)];
  return heads.map(({ 0: head, 1: name, 2: computed, 3: optional, 4: required, index }, position) => {
    const body = code.slice(index + head.length, heads[position + 1]?.index ?? code.length);
    const construction = CONSTRUCTION.exec(body);
    return {
      name,
      computed: computed === "true",
      optional: optional === "true",
      required: required === "true",
      construction: construction ? { type: construction[1], isSet: construction[2] === "true" } : undefined,
      field: FIELD.exec(body)?.[1],
      getter: /public get \w+\(\) \{\n(.*)\n/.exec(body)?.[1] ?? "",
    };
  });
}

/** The two functions that render a struct, which stand one after the other. */
function renderers(source: string, struct: string): string {
  const camel = `${struct[0].toLowerCase()}${struct.slice(1)}`;
  const start = source.indexOf(`export function ${camel}ToTerraform(`);
  const hcl = source.indexOf(`export function ${camel}ToHclTerraform(`, start);
  return start < 0 ? "" : source.slice(start, source.indexOf("\n}", hcl));
}

function mappedAttributes(rendering: string): ReadonlySet<string> {
  return new Set([...rendering.matchAll(/^\s+(\w+): cdktf\.listMapper\(\w+, false\)/gm)].map(([, name]) => name));
}

/** The TypeScript that a compiled binding was made from, which it carries in its source map. */
export function sourceOf(compiled: string): string | undefined {
  const encoded = /^\/\/# sourceMappingURL=data:application\/json;base64,(\S+)/m.exec(compiled)?.[1];
  if (encoded === undefined) return undefined;
  const { sourcesContent } = JSON.parse(Buffer.from(encoded, "base64").toString("utf8")) as SourceMap;
  return sourcesContent?.[0];
}

interface SourceMap {
  readonly sourcesContent?: readonly string[];
}
