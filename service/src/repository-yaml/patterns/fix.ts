import type { RE2JS } from "re2js";
import { GrammarError } from "../grammar-error.js";
import { escapeRegex, regexOfGlob } from "./glob.js";
import { kindOfPattern } from "./path-pattern.js";
import { compileRegex, isRegex, refuseLong } from "./regex.js";

/** An item of `fixes`: `before::after` replaces the start of a path, `before::` removes it, `::after` comes before it. */
export interface Fix {
  readonly before: RE2JS | null;
  readonly after: string;
  /** As the yaml's author is shown it. */
  readonly source: string;
}

/** @throws GrammarError */
export function readFix(value: string): Fix {
  refuseLong(value);
  const split = value.indexOf("::");
  if (split < 0) throw new GrammarError("it has no ::");
  // Paths are relative to the repository, so a slash before one would fit none.
  const before = value.slice(0, split).replace(/^(?:\.{0,2}\/)+/, "");
  const after = value.slice(split + 2);
  if (before === "") return { before: null, after, source: `::${after}` };
  const source = after === "" ? removedStart(before) : replacedStart(before);
  return { before: compileRegex(source), after, source: `${source}::${after}` };
}

function replacedStart(before: string): string {
  const kind = kindOfPattern(before);
  if (kind === "glob") return regexOfGlob(before);
  return regexOrText(kind === "regex" ? before : `^${before}`, before);
}

function removedStart(before: string): string {
  const stars = before.replaceAll("**", ".*").replace(/(^|[^.])\*/g, "$1[^/\\n]+");
  return regexOrText(stars, before);
}

function regexOrText(regex: string, text: string): string {
  return isRegex(regex) ? regex : `^${escapeRegex(text)}`;
}
