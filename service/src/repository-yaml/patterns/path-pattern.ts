import { GrammarError } from "../grammar-error.js";
import { escapeRegex, regexOfGlob } from "./glob.js";
import { compileRegex, isRegex, refuseLong } from "./regex.js";

export type PatternKind = "prefix" | "glob" | "regex";

/** One path pattern, read. */
export interface PathPattern {
  readonly excludes: boolean;
  readonly kind: PatternKind;
  /** Without `!` and `./`. */
  readonly text: string;
  /** As a regular expression from the start of a path; null for a prefix that is as it is written: `src`, `c++/`. */
  readonly regex: string | null;
  /** The regular expression as the yaml's author is shown it. */
  readonly source: string;
}

/**
 * A path pattern: a plain text is the start of a path, `*` makes it a glob, and what looks like a regular expression is
 * one. `!` excludes.
 * @throws GrammarError
 */
export function readPathPattern(value: string): PathPattern {
  const excludes = /^\^?!/.test(value);
  const text = value.replace(/^\^?!+/, "").replace(/^\.\//, "");
  if (text === "") throw new GrammarError("nothing is left of it");
  refuseLong(text);
  const kind = kindOfPattern(text);
  const regex = kind === "prefix" ? regexOfPrefix(text) : kind === "glob" ? `${regexOfGlob(text)}\\z` : text;
  if (regex !== null) compileRegex(regex);
  const source = regex ?? `^${/[^\w./ -]/.test(text) ? escapeRegex(text) : text}.*`;
  return { excludes, kind, text, regex, source: `${excludes ? "!" : ""}${source}` };
}

function regexOfPrefix(text: string): string | null {
  const regex = `^${text}.*`;
  return /[\\^|?+(){}]/.test(text) && isRegex(regex) ? regex : null;
}

/** The same text may be read in several ways; this is the likeliest one. */
export function kindOfPattern(text: string): PatternKind {
  if (!/[*$[\]]/.test(text)) return "prefix";
  if (text.includes("**") || text.includes("/*")) return "glob";
  if (text.includes("*") && !text.includes("]*") && !text.includes(".*")) return "glob";
  return isRegex(text) ? "regex" : "glob";
}
