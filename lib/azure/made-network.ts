import { NatGateway } from "@cdktf/provider-azurerm/lib/nat-gateway";
import { NatGatewayPublicIpAssociation } from "@cdktf/provider-azurerm/lib/nat-gateway-public-ip-association";
import { PublicIp } from "@cdktf/provider-azurerm/lib/public-ip";
import { Subnet, type SubnetConfig } from "@cdktf/provider-azurerm/lib/subnet";
import { SubnetNatGatewayAssociation } from "@cdktf/provider-azurerm/lib/subnet-nat-gateway-association";
import { SubnetNetworkSecurityGroupAssociation } from "@cdktf/provider-azurerm/lib/subnet-network-security-group-association";
import { VirtualNetwork, type VirtualNetworkConfig } from "@cdktf/provider-azurerm/lib/virtual-network";
import { Fn, type ITerraformDependable, Token } from "cdktf";
import type { Construct } from "constructs";
import type { NetworkProps } from "../cloud/network.js";
import { networkProps } from "../cloud/network-props.js";
import { CoverstackError } from "../errors.js";
import { merge } from "../merge.js";
import type { AzureContext } from "./context.js";
import { ANYONE, NetworkRules, type Rule } from "./firewall.js";
import { resourceName } from "./names.js";
import { AzureNetwork, type SubnetUse } from "./network.js";

/** Which of the sixteen parts of the range a subnet has, whatever else there is. */
const PART: Readonly<Record<SubnetUse, number>> = {
  public: 0,
  gateway: 1,
  machines: 8,
  database: 9,
  endpoints: 10,
  nodes: 11,
};

/**
 * A virtual network of its own. Its subnets span all zones, and Azure takes one NAT gateway for a subnet: it is bound to
 * no zone, and its address is in all of them.
 */
export class AzureVnet extends AzureNetwork {
  readonly vnet: VirtualNetwork;
  readonly zones: readonly string[];
  readonly egressAddresses: readonly string[];
  readonly #azure: AzureContext;
  readonly #cidr: string;

  /** @throws CoverstackError on a range of another size or with the pods' addresses, or zones that the region lacks */
  constructor(scope: Construct, id: string, azure: AzureContext, props: NetworkProps) {
    super(scope, id);
    const { cidr, zones, reach } = networkProps(props, this);
    checkBesidesPods(cidr, this);
    if (zones > 1 && azure.zones.length === 0) {
      throw new CoverstackError(
        {
          what: `${azure.location} has no availability zones`,
          given: zones,
          allowed: "1 zone",
          fix: "choose a region with zones, such as westeurope or eastus2",
        },
        this,
      );
    }
    this.#azure = azure;
    this.#cidr = cidr;
    this.zones = azure.zones.slice(0, zones);
    const config: VirtualNetworkConfig = { ...azure.home, name: resourceName(this), addressSpace: [cidr] };
    this.vnet = new VirtualNetwork(this, "vnet", merge(config, azure.overrides.network?.vnet));
    this.#add("public");
    if (reach !== "public") {
      this.#add("database", {
        rules: new NetworkRules(this, "database-rules", azure, ["Inbound"]),
        config: {
          delegation: [{ name: "postgres", serviceDelegation: { name: POSTGRES, actions: [JOIN] } }],
          // The service adds it by itself; left out, every plan would want to remove it.
          serviceEndpoints: ["Microsoft.Storage"],
        },
      });
      this.#add("endpoints", {
        rules: new NetworkRules(this, "endpoint-rules", azure, ["Inbound"]),
        // Otherwise firewall rules do not hold for private endpoints.
        config: { privateEndpointNetworkPolicies: "Enabled" },
      });
    }
    this.egressAddresses = reach === "private" ? this.#private() : [];
  }

  get vnetId(): string {
    return this.vnet.id;
  }

  /** The subnets whose machines call out, by one address that stays. */
  #private(): readonly string[] {
    const azure = this.#azure;
    const address = new PublicIp(this, "nat-address", {
      ...azure.home,
      name: `${resourceName(this, 70)}-nat`,
      sku: "Standard",
      allocationMethod: "Static",
      ...(azure.zones.length > 0 && { zones: [...azure.zones] }),
    });
    const nat = new NatGateway(this, "nat", { ...azure.home, name: resourceName(this), skuName: "Standard" });
    const addressed = new NatGatewayPublicIpAssociation(this, "nat-addressed", {
      provider: azure.provider,
      natGatewayId: nat.id,
      publicIpAddressId: address.id,
    });
    const gatewayRules = new NetworkRules(this, "gateway-rules", azure, ["Inbound"]);
    for (const [id, rule] of Object.entries(GATEWAY_NEEDS)) gatewayRules.allow(id, rule);
    this.#add("gateway", { rules: gatewayRules });
    this.#add("machines", { nat, ready: [addressed] });
    this.#add("nodes", { rules: new NetworkRules(this, "node-rules", azure, ["Inbound"]), nat, ready: [addressed] });
    return [address.ipAddress];
  }

  #add(
    use: SubnetUse,
    {
      rules,
      nat,
      ready = [],
      config,
    }: {
      rules?: NetworkRules;
      nat?: NatGateway;
      ready?: readonly ITerraformDependable[];
      config?: Partial<SubnetConfig>;
    } = {},
  ): void {
    const { provider, resourceGroupName } = this.#azure;
    const cidr = Token.asString(Fn.cidrsubnet(this.#cidr, 4, PART[use]));
    const subnet = new Subnet(this, use, {
      provider,
      resourceGroupName,
      virtualNetworkName: this.vnet.name,
      name: use,
      addressPrefixes: [cidr],
      // Azure's own services live in the other two and see to their ways out themselves.
      defaultOutboundAccessEnabled: use === "database" || use === "gateway",
      ...config,
    });
    const needs = [...ready];
    if (rules) {
      const networkSecurityGroupId = rules.group.id;
      const arguments_ = { provider, subnetId: subnet.id, networkSecurityGroupId };
      needs.push(new SubnetNetworkSecurityGroupAssociation(this, `${use}-rules-on`, arguments_));
    }
    if (nat) {
      const arguments_ = { provider, subnetId: subnet.id, natGatewayId: nat.id };
      needs.push(new SubnetNatGatewayAssociation(this, `${use}-nat`, arguments_));
    }
    this.subnets.set(use, { id: subnet.id, cidr, rules, ready: needs });
  }
}

const POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers";
const JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action";

/** Without these an application gateway does not become healthy. */
const GATEWAY_NEEDS: Readonly<Record<string, Rule>> = {
  "gateway-manager": {
    direction: "Inbound",
    from: { prefixes: ["GatewayManager"] },
    to: ANYONE,
    port: "65200-65535",
  },
  "azure-balancer": { direction: "Inbound", from: { prefixes: ["AzureLoadBalancer"] }, to: ANYONE, protocol: "*" },
};

function checkBesidesPods(cidr: string, scope: Construct): void {
  if (/^100\.6[45]\./.test(cidr)) {
    const fix = "choose a private range, such as 10.0.0.0/16";
    throw new CoverstackError({ what: "'cidr' overlaps what clusters give their pods", given: cidr, fix }, scope);
  }
}
