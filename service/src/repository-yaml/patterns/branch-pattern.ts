import { compileRegex } from "./regex.js";

export interface BranchPattern {
  readonly source: string;
  matches(branch: string): boolean;
}

/**
 * `*`, or several of them, stand for any text, everything else is a regular expression for the whole name.
 * @throws GrammarError
 */
export function readBranchPattern(value: string): BranchPattern {
  let source = value.trim().replace(/(?<!\.)\*+/g, ".*");
  if (source === "") source = ".*";
  if (!/^(?:\.\*|\^)/.test(source)) source = `^${source}`;
  if (!/(?:\.\*|\$)$/.test(source)) source = `${source}$`;
  const regex = compileRegex(source);
  return { source, matches: (branch) => regex.test(branch) };
}
