import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from "yaml";

export type Path = readonly string[];
export type Tree = { readonly [key: string]: unknown };

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Something that is wrong with a repository's yaml, and where. */
export interface Fault extends Position {
  /** Keys from the top; empty: the text itself. */
  readonly path: Path;
  readonly message: string;
}

/** A yaml as somebody wrote it. */
export interface YamlText {
  /** Null when it cannot be read. */
  readonly tree: Tree | null;
  readonly faults: readonly Fault[];
  /** What is allowed, but hardly what was meant. */
  readonly notes: readonly Fault[];
  /** Where the value at the path starts, or its key; of what is not there, whatever is above it. */
  locate(path: Path, part: "key" | "value"): Position;
}

/** A repository's yaml is written by hand. */
export const LARGEST_YAML = 128 * 1024;
/** Brackets that may be open, and columns that a line may be indented: far more than anybody writes. */
const DEEPEST = 500;
/** Values that aliases may repeat, so that a few lines do not become a billion. */
const MOST_ALIASES = 100;

/** Reads YAML 1.1, as Python does, for which existing files were written: `yes` and `off` are true and false. */
export function readYamlText(text: string): YamlText {
  if (text.length > LARGEST_YAML) return unreadable(`the file is longer than ${LARGEST_YAML / 1024} KiB`);
  const tooDeep = deeperThan(DEEPEST, text);
  if (tooDeep !== null) return unreadable("the file is nested deeper than anything that it could say", tooDeep);
  const lines = new LineCounter();
  const document = withoutStackTraces(() =>
    parseDocument(text, {
      lineCounter: lines,
      version: "1.1",
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: "silent",
    }),
  );
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [error] = document.errors;
  // What follows the first error is what the parser made of it.
  if (error) return unreadable(error.message, at(error.pos[0]));
  keepKeysAsWritten(document);
  keepExclamations(document);
  const notes = repeatedKeys(document, at);
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: MOST_ALIASES }) ?? {};
  } catch (error) {
    return unreadable(error instanceof Error ? error.message : String(error));
  }
  if (!isTree(content)) return unreadable("the file must hold keys such as coverage: and ignore:");
  return { tree: content, faults: [], notes, locate: (path, part) => locate(document, path, part, at) };
}

/** The parser makes an error of every character that is wrong, of which only the first is told, and never its stack. */
function withoutStackTraces<Result>(run: () => Result): Result {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function unreadable(message: string, position: Position = { line: 1, column: 1 }): YamlText {
  return { tree: null, faults: [{ ...position, path: [], message }], notes: [], locate: () => position };
}

/** Where the text nests deeper than `depth`, null if nowhere: the parser would run out of stack. */
function deeperThan(depth: number, text: string): Position | null {
  let open = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const starts = /^[ ?-]*/.exec(line)?.[0].length ?? 0;
    for (const character of line) {
      if (character === "[" || character === "{") open++;
      else if (character === "]" || character === "}") open = Math.max(0, open - 1);
      if (open > depth || starts > depth) return { line: index + 1, column: 1 };
    }
  }
  return null;
}

/** A flag may be called 3.10 or on: a key is the text that was written, not the number or the truth in it. */
function keepKeysAsWritten(document: Document): void {
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && typeof key.value !== "string" && typeof key.value !== "symbol") {
        key.value = key.source ?? String(key.value);
      }
    },
  });
}

/** `- !gen` without quotes is a tag of YAML with nothing after it, but a pattern that excludes is what is meant. */
function keepExclamations(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      if (node.tag?.startsWith("!") && (node.value === "" || node.value === null)) node.value = node.tag;
    },
  });
}

function repeatedKeys(document: Document, at: (offset: number) => Position): Fault[] {
  const notes: Fault[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || !key.range || typeof key.value !== "string" || key.value === "<<") continue;
        if (seen.has(key.value)) {
          const message = `${key.value} is there twice: the last one counts`;
          notes.push({ ...at(key.range[0]), path: [key.value], message });
        }
        seen.add(key.value);
      }
    },
  });
  return notes;
}

function locate(document: Document, path: Path, part: "key" | "value", at: (offset: number) => Position): Position {
  for (let length = path.length; length >= 0; length--) {
    if (part === "key" && length > 0) {
      const parent: unknown = document.getIn(path.slice(0, length - 1), true);
      const pair = isMap(parent) && parent.items.find(({ key }) => isScalar(key) && key.value === path[length - 1]);
      if (pair && isScalar(pair.key) && pair.key.range) return at(pair.key.range[0]);
    }
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) return at(range[0]);
  }
  return at(0);
}
