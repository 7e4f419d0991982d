import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import { checkWhole } from "./checks.js";
import { checkCidr } from "./cidr.js";
import type { NetworkProps, NetworkReach } from "./network.js";

const REACHES: readonly NetworkReach[] = ["public", "data", "private"];

/** Refuses zones beyond those that a network spreads over. */
export function checkZones(zones: number, scope: IConstruct): void {
  checkWhole(zones, "zones", { unit: "availability zones", least: 1, most: 3 }, scope);
}

/**
 * What a network is made with, defaults filled in.
 *
 * @throws CoverstackError on a range that is none or not a /16 to /20, zones beyond 1 to 3, or an unknown reach
 */
export function networkProps(
  { cidr = "10.0.0.0/16", zones = 1, reach = "public" }: NetworkProps,
  scope: IConstruct,
): { readonly cidr: string; readonly zones: number; readonly reach: NetworkReach } {
  checkCidr(cidr, "cidr", scope);
  if (!Token.isUnresolved(cidr) && !/^[\d.]+\/(1[6-9]|20)$/.test(cidr)) {
    const allowed = "an IPv4 range from /16 to /20, such as 10.8.0.0/16";
    throw new CoverstackError({ what: "'cidr' has the wrong size for a network", given: cidr, allowed }, scope);
  }
  checkZones(zones, scope);
  if (!REACHES.includes(reach)) {
    throw new CoverstackError({ what: "'reach' is not known", given: reach, allowed: REACHES.join(", ") }, scope);
  }
  return { cidr, zones, reach };
}
