import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";

export type Path = readonly string[];
export type Tree = { [key: string]: unknown };

/** Settings as somebody wrote them, and where. */
export interface Source {
  readonly tree: Tree;
  /** Where the value at the path was written: `codecov.yml:3:11`, `PORT`. */
  locate(path: Path): string;
  readonly faults: readonly string[];
}

/** Reads a YAML file. A file that is not there is as good as an empty one, unless it is `required`. */
export async function readSettingsFile(path: string, required: boolean): Promise<Source> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const missing = ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
    const faults = missing && !required ? [] : [`${path} cannot be read: ${(error as Error).message}`];
    return { tree: {}, locate: () => path, faults };
  }
  const lines = new LineCounter();
  // YAML 1.1 as in Python, which the files of existing installations were written for: `yes` is true.
  const document = parseDocument(text, { lineCounter: lines, version: "1.1", prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    return {
      tree: {},
      locate: () => path,
      faults: document.errors.map((error) => `${at(error.pos[0])} ${error.message}`),
    };
  }
  const content: unknown = document.toJS() ?? {};
  const locate = (path: Path) => {
    for (let length = path.length; length >= 0; length--) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      const range = (node as { range?: [number, number, number] } | undefined)?.range;
      if (range) return at(range[0]);
    }
    return at(0);
  };
  if (!isTree(content))
    return { tree: {}, locate, faults: [`${path}:1:1 must hold sections such as setup: and services:`] };
  return { tree: withoutNulls(content), locate, faults: [] };
}

/** Lays values that were given one by one, such as environment variables, over what a file says. */
export function overlay(
  below: Source,
  values: readonly { readonly path: Path; readonly value: string; readonly name: string }[],
): Source {
  const tree = structuredClone(below.tree);
  const names = new Map<string, string>();
  for (const { path, value, name } of values) {
    let parent = tree;
    for (const key of path.slice(0, -1)) {
      if (!isTree(parent[key])) parent[key] = {};
      parent = parent[key] as Tree;
    }
    parent[path[path.length - 1]] = value;
    names.set(path.join("."), name);
  }
  return { tree, faults: below.faults, locate: (path) => names.get(path.join(".")) ?? below.locate(path) };
}

/** `setup:` with nothing after it says nothing. */
function withoutNulls(tree: Tree): Tree {
  const entries = Object.entries(tree).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [key, isTree(value) ? withoutNulls(value) : value]));
}

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
