import { checkYaml, nameOf } from "./check.js";
import { unknownParts } from "./grammars.js";
import { normalize } from "./normalize.js";
import { costOf } from "./patterns/regex.js";
import type { RepositoryYamlFile } from "./schema/repository-yaml-file.js";
import { type Fault, isTree, type Path, readYamlText, type Tree } from "./yaml-text.js";

/** Of all patterns together: see `costOf`. */
const MOST_COST = 500_000;

/** What a repository's yaml says, or what is wrong with it. */
export interface ReadYaml {
  /** Null when there is a fault. */
  readonly yaml: RepositoryYamlFile | null;
  /** Everything that is wrong, in the order of the file. */
  readonly faults: readonly Fault[];
  /** What is allowed, but hardly what was meant. */
  readonly notes: readonly Fault[];
  /** Whether the text is a yaml at all, whose values are at fault. */
  readonly parsed: boolean;
}

/** Reads the text of a `codecov.yml`. Nothing is thrown, whatever the text. */
export function readRepositoryYaml(text: string): ReadYaml {
  const written = readYamlText(text);
  if (written.tree === null) return { yaml: null, faults: written.faults, notes: [], parsed: false };
  const { tree, origin } = normalize(written.tree);
  if (costOfTexts(tree) > MOST_COST) {
    const fault = { line: 1, column: 1, path: [], message: "the file's patterns repeat too much, all in all" };
    return { yaml: null, faults: [fault], notes: written.notes, parsed: true };
  }
  const faults = checkYaml(tree)
    .map(({ path, part, message }) => ({ path, message, ...written.locate(origin(path), part) }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  // A value that is wrong needs no note.
  const faulty = new Set(faults.map(({ path }) => path.join("\n")));
  const notes = notesOn(tree, written.locate, origin).filter(({ path }) => !faulty.has(path.join("\n")));
  return {
    yaml: faults.length === 0 ? (tree as RepositoryYamlFile) : null,
    faults,
    notes: [...written.notes, ...notes],
    parsed: true,
  };
}

function costOfTexts(value: unknown): number {
  if (typeof value === "string") return costOf(value);
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, below) => sum + costOfTexts(below), 0);
}

type Locate = ReturnType<typeof readYamlText>["locate"];

function notesOn(tree: Tree, locate: Locate, origin: (path: Path) => Path): Fault[] {
  const notes: Fault[] = [];
  const visit = (value: unknown, path: Path): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, [...path, String(index)]);
    } else if (isTree(value)) {
      for (const [key, below] of Object.entries(value)) visit(below, [...path, key]);
    } else if (typeof value === "string") {
      const hint = hintOn(value, path);
      if (hint !== null)
        notes.push({ path, message: `${nameOf(path, tree)} ${hint}`, ...locate(origin(path), "value") });
    }
  };
  visit(tree, []);
  return notes;
}

function hintOn(value: string, path: Path): string | null {
  const [section, key] = path.slice(-2);
  if (/^!?\//.test(value) && /^(?:paths|ignore)$/.test(section)) {
    return "starts with a slash, so it fits no file: paths start at the repository's root";
  }
  const unknown = key === "layout" ? unknownParts(value) : [];
  return unknown.length > 0 ? `names parts that there are not: ${unknown.join(", ")}` : null;
}
