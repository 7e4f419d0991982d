import type { GcovBranch } from "./parser-options.js";

/** Text within quotes, and what follows `//` or lies between comment marks. */
const NO_CODE = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\/.*|\/\*.*?(?:\*\/|$)/g;

/** A longer line is generated code: its start has to do. */
const MOST_LENGTH = 2000;

const KINDS: readonly (readonly [RegExp, GcovBranch])[] = [
  [/\b(?:for|while|do|repeat|foreach)\b/, "loop"],
  [/\b(?:if|switch|case|guard)\b|&&|\|\||\?/, "conditional"],
  [/\b[A-Z][A-Z0-9_]*[A-Z0-9]\s*\(/, "macro"],
];

/**
 * What the branches of a line are made by. gcov does not tell, the source does: the first of a loop, a condition and a
 * macro (a call whose name is in capitals) that the line has; otherwise what it calls, whose exceptions are branches.
 */
export function branchKind(source: string): GcovBranch {
  const code = source.slice(0, MOST_LENGTH).replace(NO_CODE, "");
  return KINDS.find(([pattern]) => pattern.test(code))?.[1] ?? "method";
}

/** Whether a branch that gcov lists was taken: `branch  0 taken 3 (fallthrough)`, `taken 50%`, `never executed`. */
export function isTaken(branch: string): boolean {
  return /^branch\s+\d+ taken (?!0(?:%|\s|$))\d/.test(branch);
}
