import { DataAzurermSubnet } from "@cdktf/provider-azurerm/lib/data-azurerm-subnet";
import type { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Network } from "../cloud/network.js";
import { checkZones } from "../cloud/network-props.js";
import { CoverstackError } from "../errors.js";
import type { NetworkRules } from "./firewall.js";

/** What lives in a subnet of its own, since Azure or its firewalls ask for it. */
export type SubnetUse = "public" | "gateway" | "machines" | "database" | "endpoints" | "nodes";

export interface AzureSubnet {
  readonly id: string;
  readonly cidr: string;
  /** Its firewall rules; none where it was brought along with its own. */
  readonly rules?: NetworkRules | undefined;
  /** What must be there before anything in it calls out. */
  readonly ready: readonly ITerraformDependable[];
}

export interface AzureNetworkAttributes {
  /** Resource ids of subnets of one virtual network, by what is to live in them; those that are needed. */
  readonly subnets: Readonly<Partial<Record<SubnetUse, string | undefined>>>;
  /** Availability zones to spread over, 1 to 3. @default 1 */
  readonly zones?: number | undefined;
  /**
   * Addresses of the NAT gateway that private subnets call out by.
   *
   * @default none: they call out by routes of their own, and a cluster's API cannot be opened to its nodes by address
   */
  readonly egressAddresses?: readonly string[] | undefined;
  /** @default the stack's default azurerm provider */
  readonly provider?: AzurermProvider | undefined;
}

/** A virtual network, made or brought along. */
export abstract class AzureNetwork extends Construct implements Network {
  abstract readonly vnetId: string;
  /** The zones that parts spread over; empty in a region without zones. */
  abstract readonly zones: readonly string[];
  /** Addresses that machines in private subnets call out from, where they are known. */
  abstract readonly egressAddresses: readonly string[];
  protected readonly subnets = new Map<SubnetUse, AzureSubnet>();

  /**
   * A network that is there already. Its subnets keep their own firewall rules and ways out; the one for the database is
   * delegated to `Microsoft.DBforPostgreSQL/flexibleServers`.
   */
  static fromSubnets(scope: Construct, id: string, attributes: AzureNetworkAttributes): AzureNetwork {
    return new ExistingNetwork(scope, id, attributes);
  }

  /** @throws CoverstackError when the network has no subnet for that */
  subnet(use: SubnetUse, user: Construct): AzureSubnet {
    const subnet = this.subnets.get(use);
    if (subnet) return subnet;
    throw new CoverstackError(
      {
        what: `the network has no subnet for '${use}'`,
        given: [...this.subnets.keys()],
        fix: `make it with reach: "${REACH_OF[use]}", or bring such a subnet along`,
      },
      user,
    );
  }
}

const REACH_OF: Readonly<Record<SubnetUse, string>> = {
  public: "public",
  database: "data",
  endpoints: "data",
  gateway: "private",
  machines: "private",
  nodes: "private",
};

const SUBNET_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Network\/virtualNetworks\/([^/]+)\/subnets\/([^/]+)$/i;

class ExistingNetwork extends AzureNetwork {
  readonly vnetId: string;
  readonly zones: readonly string[];
  readonly egressAddresses: readonly string[];

  constructor(scope: Construct, id: string, attributes: AzureNetworkAttributes) {
    super(scope, id);
    const { subnets, zones = 1, egressAddresses = [], provider } = attributes;
    checkZones(zones, this);
    const given = Object.entries(subnets).filter(([, id]) => id !== undefined) as [SubnetUse, string][];
    for (const [use, subnetId] of given) {
      const [, resourceGroupName, virtualNetworkName, name] = SUBNET_ID.exec(subnetId) ?? [];
      if (!name) {
        const allowed = "/subscriptions/…/virtualNetworks/NETWORK/subnets/SUBNET";
        throw new CoverstackError({ what: `'subnets.${use}' must be a subnet's id`, given: subnetId, allowed }, this);
      }
      const place = { resourceGroupName, virtualNetworkName, name };
      const subnet = new DataAzurermSubnet(this, use, { ...place, ...(provider && { provider }) });
      this.subnets.set(use, { id: subnet.id, cidr: Fn.element(subnet.addressPrefixes, 0), ready: [] });
    }
    const networks = [...new Set(given.map(([, subnetId]) => subnetId.replace(/\/subnets\/[^/]+$/, "")))];
    if (networks.length !== 1) {
      throw new CoverstackError(
        {
          what: "'subnets' must name subnets of one network",
          given: networks,
          fix: "name at least one, and no other network's",
        },
        this,
      );
    }
    this.vnetId = networks[0];
    this.zones = ["1", "2", "3"].slice(0, zones);
    this.egressAddresses = egressAddresses;
  }
}
