import type { PathPattern } from "./path-pattern.js";
import { startsWithAny } from "./regex.js";

/** Which paths a list of patterns means. */
export interface PathFilter {
  /** Whether nothing is left out. */
  readonly takesAll: boolean;
  includes(path: string): boolean;
}

export const EVERY_PATH: PathFilter = { takesAll: true, includes: () => true };

/**
 * The paths that no excluding pattern fits and, where there are others, that one of these fits. No pattern at all means
 * every path.
 */
export function pathFilter(patterns: readonly PathPattern[]): PathFilter {
  if (patterns.length === 0) return EVERY_PATH;
  const excluding = patterns.filter(({ excludes }) => excludes);
  const including = patterns.filter(({ excludes }) => !excludes);
  const excluded = anyOf(excluding);
  const included = including.length > 0 ? anyOf(including) : () => true;
  return { takesAll: false, includes: (path) => !excluded(path) && included(path) };
}

/** The same patterns with the opposite meaning: what `ignore` lists is left out, what it excepts is what remains. */
export function inverted(patterns: readonly PathPattern[]): readonly PathPattern[] {
  return patterns.map((pattern) => ({ ...pattern, excludes: !pattern.excludes }));
}

function anyOf(patterns: readonly PathPattern[]): (path: string) => boolean {
  const byRegex = startsWithAny([...new Set(patterns.flatMap(({ regex }) => regex ?? []))]);
  // Names such as `app/(group)/` and `app/[id]/page.tsx` mean something else as an expression, but are meant as they are.
  const names = new Set(patterns.flatMap(({ kind, text }) => (kind === "prefix" ? [] : [text])));
  const starts = new Set(patterns.flatMap(({ kind, text }) => (kind === "prefix" ? [text] : [])));
  const lengths = [...new Set([...starts].map(({ length }) => length))];
  return (path) => names.has(path) || lengths.some((length) => starts.has(path.slice(0, length))) || byRegex(path);
}
