import { GrammarError } from "../grammar-error.js";
import { regexOfGlob } from "./glob.js";
import { compileRegex, isRegex } from "./regex.js";

export type PatternKind = "prefix" | "glob" | "regex";

/** One path pattern, read. */
export interface PathPattern {
  readonly excludes: boolean;
  readonly kind: PatternKind;
  /** Without `!` and `./`. */
  readonly text: string;
  /** As a regular expression from the start of a path; null for a prefix that is none: `c++/`. */
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
  const kind = kindOfPattern(text);
  const regex = regexOf(kind, text);
  return { excludes, kind, text, regex, source: `${excludes ? "!" : ""}${regex ?? text}` };
}

function regexOf(kind: PatternKind, text: string): string | null {
  if (kind === "prefix" && !isRegex(`^${text}.*`)) return null;
  const regex = kind === "prefix" ? `^${text}.*` : kind === "glob" ? `${regexOfGlob(text)}\\z` : text;
  compileRegex(regex);
  return regex;
}

/** The same text may be read in several ways; this is the likeliest one. */
export function kindOfPattern(text: string): PatternKind {
  if (!/[*$[\]]/.test(text)) return "prefix";
  if (text.includes("**") || text.includes("/*")) return "glob";
  if (text.includes("*") && !text.includes("]*") && !text.includes(".*")) return "glob";
  return isRegex(text) ? "regex" : "glob";
}
