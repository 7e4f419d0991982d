import { RE2JS } from "re2js";
import { GrammarError } from "../grammar-error.js";

/** What somebody may write as one pattern. */
export const LONGEST_PATTERN = 1000;
/** See `costOf`: compiling takes some milliseconds then. */
const MOST_COST = 50_000;
const ESCAPED = /\\./gs;

/**
 * A regular expression that somebody wrote, for the start of a text, on an engine that takes linear time whatever the
 * expression. Python's `\Z` is understood.
 * @throws GrammarError
 */
export function compileRegex(source: string): RE2JS {
  refuseLong(source);
  if (costOf(source) > MOST_COST) throw new GrammarError("it repeats too much");
  try {
    return compile(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : String(error);
    throw new GrammarError(looksAround(source) ?? reason);
  }
}

/** Whether a text can be read as a regular expression, be it one that is refused. */
export function isRegex(source: string): boolean {
  if (costOf(source) > MOST_COST || looksAround(source) !== null) return true;
  try {
    compile(source);
    return true;
  } catch {
    return false;
  }
}

/** @throws GrammarError */
export function refuseLong(pattern: string): void {
  if (pattern.length > LONGEST_PATTERN) throw new GrammarError(`it is longer than ${LONGEST_PATTERN} characters`);
}

/**
 * How large an expression becomes at most: `a{9}` is compiled as nine times `a`. Linear time is of little help against
 * expressions that are large themselves.
 */
export function costOf(source: string): number {
  let cost = source.length;
  for (const [, least, most] of source.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) cost *= Math.max(1, Number(most || least));
  return cost;
}

function compile(source: string): RE2JS {
  // By itself, too: `a)(b` only makes sense between parentheses.
  RE2JS.compile(understood(source));
  return anchored(`(?:${understood(source)})`);
}

function anchored(source: string): RE2JS {
  return RE2JS.compile(`\\A(?:${source})`);
}

function understood(source: string): string {
  return source.replace(ESCAPED, (escaped) => (escaped === "\\Z" ? "\\z" : escaped));
}

/** What a regular expression uses that cannot be matched in linear time, or null. */
function looksAround(source: string): string | null {
  if (/\(\?<?[=!]/.test(source)) return "look-around, (?=…) (?!…) (?<=…) (?<!…), is not supported";
  return /(?:^|[^\\])\\[1-9]/.test(source) ? "a back-reference such as \\1 is not supported" : null;
}

/** How many expressions are joined to one: faster than one by one, until the engine's tables overflow. */
const JOINED = 50;

/** Whether a text matches, from its start on, one of several regular expressions. */
export function startsWithAny(sources: readonly string[]): (text: string) => boolean {
  const expressions: RE2JS[] = [];
  for (let start = 0; start < sources.length; start += JOINED) {
    expressions.push(...joined(sources.slice(start, start + JOINED)));
  }
  return (text) => expressions.some((expression) => expression.test(text));
}

function joined(sources: readonly string[]): readonly RE2JS[] {
  const parts = sources.map((source) => `(?:${understood(source)})`);
  try {
    return [anchored(parts.join("|"))];
  } catch {
    // Together they are too large, or name the same group.
    return parts.map(anchored);
  }
}
