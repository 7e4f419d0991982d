import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import type { AwsNetwork } from "./network.js";

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
 * Refuses a network without private subnets in two zones, which managed parts of AWS ask for.
 *
 * @throws CoverstackError
 */
export function checkPrivateZones({ privateSubnets }: AwsNetwork, what: string, scope: IConstruct): void {
  if (privateSubnets.length >= 2) return;
  throw new CoverstackError(
    {
      what: `${what} needs private subnets in two zones`,
      given: privateSubnets.length,
      fix: "give the network 'zones' 2 and 'reach' data or private, or name the private subnets that you bring",
    },
    scope,
  );
}
