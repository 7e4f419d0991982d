import { ApplicationSecurityGroup } from "@cdktf/provider-azurerm/lib/application-security-group";
import type { PrivateDnsZone } from "@cdktf/provider-azurerm/lib/private-dns-zone";
import { PrivateDnsZoneVirtualNetworkLink } from "@cdktf/provider-azurerm/lib/private-dns-zone-virtual-network-link";
import { PrivateEndpoint } from "@cdktf/provider-azurerm/lib/private-endpoint";
import { PrivateEndpointApplicationSecurityGroupAssociation } from "@cdktf/provider-azurerm/lib/private-endpoint-application-security-group-association";
import { Construct } from "constructs";
import type { AzureContext } from "./context.js";
import { type AzureSource, allowBetween } from "./firewall.js";
import { resourceName } from "./names.js";
import type { AzureNetwork, AzureSubnet } from "./network.js";

export interface PrivateLinkProps {
  readonly network: AzureNetwork;
  readonly resourceId: string;
  /** Which of the resource's services is reached. */
  readonly service: "blob" | "redisEnterprise";
  /** The zone in which Azure looks for the private address. */
  readonly zone: string;
  readonly port: number;
}

/** A private address in the network for a resource outside it. Nothing reaches it until allowed. */
export class PrivateLink extends Construct {
  readonly subnet: AzureSubnet;
  readonly applicationSecurityGroup: ApplicationSecurityGroup;
  readonly endpoint: PrivateEndpoint;
  readonly #port: number;

  constructor(scope: Construct, id: string, azure: AzureContext, props: PrivateLinkProps) {
    super(scope, id);
    const { network, resourceId, service, zone, port } = props;
    this.#port = port;
    this.subnet = network.subnet("endpoints", this);
    const name = resourceName(this);
    const dnsZone = azure.privateZone(`${service.toLowerCase()}-zone`, zone);
    linkZone(network, `${service.toLowerCase()}-zone`, dnsZone, azure);
    this.endpoint = new PrivateEndpoint(this, "endpoint", {
      ...azure.home,
      name,
      subnetId: this.subnet.id,
      privateServiceConnection: {
        name,
        isManualConnection: false,
        privateConnectionResourceId: resourceId,
        subresourceNames: [service],
      },
      privateDnsZoneGroup: { name: "default", privateDnsZoneIds: [dnsZone.id] },
      dependsOn: [...this.subnet.ready],
    });
    this.applicationSecurityGroup = new ApplicationSecurityGroup(this, "application-security-group", {
      ...azure.home,
      name,
    });
    new PrivateEndpointApplicationSecurityGroupAssociation(this, "grouped", {
      provider: azure.provider,
      privateEndpointId: this.endpoint.id,
      applicationSecurityGroupId: this.applicationSecurityGroup.id,
    });
  }

  allowFrom(source: AzureSource): void {
    const to = { groupId: this.applicationSecurityGroup.id };
    allowBetween(source, { part: this, rules: this.subnet.rules, to, port: this.#port });
  }
}

/** Makes a private zone's names known in a network, once. */
export function linkZone(network: AzureNetwork, id: string, zone: PrivateDnsZone, azure: AzureContext) {
  const { provider, resourceGroupName, tags } = azure;
  const found = network.node.tryFindChild(id) as PrivateDnsZoneVirtualNetworkLink | undefined;
  return (
    found ??
    new PrivateDnsZoneVirtualNetworkLink(network, id, {
      provider,
      resourceGroupName,
      tags,
      name: resourceName(network, 80),
      privateDnsZoneName: zone.name,
      virtualNetworkId: network.vnetId,
    })
  );
}
