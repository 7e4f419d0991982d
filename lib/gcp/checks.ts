import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";

/**
 * Refuses what is no whole number in the range. Tokens pass.
 *
 * @throws CoverstackError
 */
export function checkWhole(
  given: number,
  name: string,
  { unit, least, most }: { readonly unit: string; readonly least: number; readonly most: number },
  scope: IConstruct,
): void {
  if (Token.isUnresolved(given) || (Number.isInteger(given) && given >= least && given <= most)) return;
  const allowed = `a whole number of ${unit}, ${least} to ${most}`;
  throw new CoverstackError({ what: `'${name}' is out of range`, given, allowed }, scope);
}

/**
 * Refuses a network that lacks what a part lives on.
 *
 * @throws CoverstackError
 */
export function needed<T>(value: T | undefined, what: string, fix: string, scope: IConstruct): T {
  if (value !== undefined) return value;
  throw new CoverstackError({ what, fix }, scope);
}
