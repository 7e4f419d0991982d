import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";

const WITHOUT_ZONES: ReadonlySet<string> = new Set([
  "australiacentral",
  "australiacentral2",
  "australiasoutheast",
  "brazilsoutheast",
  "canadaeast",
  "francesouth",
  "germanynorth",
  "jioindiacentral",
  "jioindiawest",
  "koreasouth",
  "northcentralus",
  "norwaywest",
  "southafricawest",
  "southindia",
  "swedensouth",
  "switzerlandwest",
  "uaecentral",
  "ukwest",
  "westcentralus",
  "westindia",
  "westus",
]);

/** @throws CoverstackError for what is no Azure region's name */
export function checkLocation(location: string, scope: IConstruct): void {
  if (Token.isUnresolved(location) || /^[a-z]{4,}[0-9]?$/.test(location)) return;
  throw new CoverstackError(
    {
      what: "'location' must be an Azure region's short name",
      given: location,
      allowed: "such as westeurope",
      fix: "az account list-locations --query [].name prints them",
    },
    scope,
  );
}

/** The availability zones of a region, by Azure's names; none where there are none. */
export function zonesOf(location: string): readonly string[] {
  return WITHOUT_ZONES.has(location) ? [] : ["1", "2", "3"];
}
