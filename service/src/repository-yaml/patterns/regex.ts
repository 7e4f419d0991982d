import { RE2JS } from "re2js";
import { GrammarError } from "../grammar-error.js";

/** What somebody may write as one pattern. */
export const LONGEST_PATTERN = 1000;

const ESCAPED = /\\./gs;

/**
 * A regular expression that somebody wrote, on an engine that takes linear time whatever the expression. Python's `\Z`
 * is understood.
 * @throws GrammarError
 */
export function compileRegex(source: string): RE2JS {
  if (source.length > LONGEST_PATTERN) throw new GrammarError(`it is longer than ${LONGEST_PATTERN} characters`);
  try {
    return RE2JS.compile(understood(source));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : String(error);
    throw new GrammarError(looksAround(source) ?? reason);
  }
}

/** Whether a text can be read as a regular expression, be it one that is not supported. */
export function isRegex(source: string): boolean {
  try {
    compileRegex(source);
    return true;
  } catch {
    return looksAround(source) !== null;
  }
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
  const anchored = (source: string) => RE2JS.compile(`\\A(?:${source})`);
  const parts = sources.map((source) => `(?:${understood(source)})`);
  try {
    return [anchored(parts.join("|"))];
  } catch {
    // Together they are too large, or name the same group.
    return parts.map(anchored);
  }
}
