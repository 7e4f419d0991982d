import { DnsARecord } from "@cdktf/provider-azurerm/lib/dns-a-record";
import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import { CoverstackError } from "../errors.js";
import type { AzureContext } from "./context.js";

const ZONE_ID = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/dnsZones\/[^/]+$/i;

/** @throws CoverstackError for what is no DNS zone's resource id, or a zone that the hostname is not in */
export function checkZone(zoneId: string, hostname: string | undefined, scope: Construct): void {
  if (hostname === undefined) {
    throw new CoverstackError({ what: "'dnsZone' needs a hostname", fix: "add 'hostname'" }, scope);
  }
  if (Token.isUnresolved(zoneId)) return;
  if (!ZONE_ID.test(zoneId)) {
    const allowed = "/subscriptions/…/providers/Microsoft.Network/dnszones/ZONE";
    const fix = "az network dns zone show --name ZONE --resource-group GROUP --query id prints it";
    throw new CoverstackError({ what: "'dnsZone' must be a DNS zone's id", given: zoneId, allowed, fix }, scope);
  }
  const zone = zoneId.split("/")[8];
  if (!Token.isUnresolved(hostname) && hostname !== zone && !hostname.endsWith(`.${zone}`)) {
    throw new CoverstackError({ what: `'hostname' is not in the zone ${zone}`, given: hostname }, scope);
  }
}

/** Points a hostname at an address, in a public zone. */
export function dnsRecord(
  scope: Construct,
  { zoneId, hostname, addressId }: { zoneId: string; hostname: string; addressId: string },
  azure: AzureContext,
): DnsARecord {
  const unknown = Token.isUnresolved(zoneId) || Token.isUnresolved(hostname);
  const part = (index: number) => {
    return unknown ? Token.asString(Fn.element(Fn.split("/", zoneId), index)) : zoneId.split("/")[index];
  };
  const zoneName = part(8);
  const name = unknown ? Fn.trimsuffix(hostname, `.${zoneName}`) : hostname.slice(0, -zoneName.length - 1) || "@";
  const { provider, tags } = azure;
  const resourceGroupName = part(4);
  return new DnsARecord(scope, "record", {
    provider,
    tags,
    resourceGroupName,
    zoneName,
    name,
    ttl: 300,
    targetResourceId: addressId,
  });
}
