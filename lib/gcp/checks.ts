import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";

/**
 * Refuses a network that lacks what a part lives on.
 *
 * @throws CoverstackError
 */
export function needed<T>(value: T | undefined, what: string, fix: string, scope: IConstruct): T {
  if (value !== undefined) return value;
  throw new CoverstackError({ what, fix }, scope);
}
