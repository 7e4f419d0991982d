import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import type { AwsNetwork } from "./network.js";

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
