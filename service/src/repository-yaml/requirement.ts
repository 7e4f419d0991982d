import { GrammarError } from "./grammar-error.js";

export type Change = "any_change" | "coverage_drop" | "uncovered_patch";

/** When a comment is wanted: one change of every group must have happened. No group: always. */
export type Requirement = readonly (readonly Change[])[];

const CHANGES: ReadonlySet<string> = new Set<Change>(["any_change", "coverage_drop", "uncovered_patch"]);
const TOKEN = /\s*(\(|\)|[a-z_]+)/y;
const DEEPEST = 16;
/** Words, and groups that come of them. */
const MOST = 64;

/**
 * `false`, `true`, or `coverage_drop or uncovered_patch and any_change`: "or" binds more closely than "and", and
 * parentheses group.
 * @throws GrammarError
 */
export function readRequirement(value: string | boolean): Requirement {
  if (typeof value === "boolean") return value ? [["any_change"]] : [];
  const tokens = tokensOf(value.toLowerCase());
  let next = 0;

  function all(depth: number): Requirement {
    const groups = [...any(depth)];
    while (tokens[next] === "and") {
      next++;
      groups.push(...any(depth));
    }
    return groups;
  }

  function any(depth: number): Requirement {
    let groups = one(depth);
    while (tokens[next] === "or") {
      next++;
      const others = one(depth);
      // (a and b) or c is (a or c) and (b or c).
      groups = groups.flatMap((group) => others.map((other) => [...new Set([...group, ...other])]));
      if (groups.length > MOST) throw new GrammarError("it combines too much");
    }
    return groups;
  }

  function one(depth: number): Requirement {
    const token = tokens[next++];
    if (token === "(" && depth < DEEPEST) {
      const groups = all(depth + 1);
      if (tokens[next++] !== ")") throw new GrammarError("a parenthesis is open");
      return groups;
    }
    if (token === undefined) throw new GrammarError("something is missing at its end");
    if (!CHANGES.has(token)) throw new GrammarError(`${JSON.stringify(token)} is no such change`);
    return [[token as Change]];
  }

  const groups = all(0);
  if (next < tokens.length) throw new GrammarError(`${JSON.stringify(tokens[next])} is one too many`);
  return groups;
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== "") {
    const from = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (tokens.length >= MOST) throw new GrammarError("it combines too much");
    if (token === undefined) {
      throw new GrammarError(`${JSON.stringify(text.slice(from).trim().slice(0, 20))} is no such change`);
    }
    tokens.push(token);
  }
  return tokens;
}
