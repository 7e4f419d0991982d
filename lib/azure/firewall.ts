import { createHash } from "node:crypto";
import { NetworkSecurityGroup } from "@cdktf/provider-azurerm/lib/network-security-group";
import { NetworkSecurityRule } from "@cdktf/provider-azurerm/lib/network-security-rule";
import { Construct } from "constructs";
import type { TrafficSource } from "../cloud/identity.js";
import { pathFrom } from "../cloud/path-from.js";
import type { AzureContext } from "./context.js";
import { resourceName } from "./names.js";

/** One end of a connection: an application security group, address ranges, or one of Azure's service tags. */
export type Peer = { readonly groupId: string } | { readonly prefixes: readonly string[] };

export const ANYONE: Peer = { prefixes: ["*"] };
export const INTERNET: Peer = { prefixes: ["Internet"] };

export interface Rule {
  readonly direction: "Inbound" | "Outbound";
  readonly from: Peer;
  readonly to: Peer;
  /** @default all */
  readonly port?: number | string | undefined;
  /** @default Tcp */
  readonly protocol?: "Tcp" | "*" | undefined;
}

/** Where traffic comes from on Azure. */
export interface AzureSource extends TrafficSource {
  readonly peer: Peer;
  /** Lets the source out to there; its own rules say nothing where they let everything out. */
  openTo(id: string, to: Peer, port: number): void;
}

const FIRST_PRIORITY = 200;
const PRIORITIES = 3800;
const LAST_PRIORITY = 4096;

/** A network security group. What no rule allows is refused, inside the network, too. */
export class NetworkRules extends Construct {
  readonly group: NetworkSecurityGroup;
  readonly #taken = new Set<string>();

  /** @param closed the directions in which nothing passes but what a rule allows */
  constructor(
    scope: Construct,
    id: string,
    private readonly azure: AzureContext,
    closed: readonly Rule["direction"][],
  ) {
    super(scope, id);
    this.group = new NetworkSecurityGroup(this, "group", { ...azure.home, name: resourceName(this, 80) });
    for (const direction of closed) {
      const rule: Rule = { direction, from: ANYONE, to: ANYONE, protocol: "*" };
      this.#add(`no-other-${direction.toLowerCase()}`, rule, "Deny", LAST_PRIORITY);
    }
  }

  /** Asked twice for the same id, the first stays. */
  allow(id: string, rule: Rule): void {
    if (!this.node.tryFindChild(id)) this.#add(id, rule, "Allow", this.#priority(id, rule.direction));
  }

  /** Worked out from the rule's id, so that a rule more or less moves no other. */
  #priority(id: string, direction: Rule["direction"]): number {
    let priority = createHash("sha256").update(id).digest().readUInt32BE() % PRIORITIES;
    while (this.#taken.has(`${direction} ${priority}`)) priority = (priority + 1) % PRIORITIES;
    this.#taken.add(`${direction} ${priority}`);
    return FIRST_PRIORITY + priority;
  }

  #add(id: string, rule: Rule, access: "Allow" | "Deny", priority: number): void {
    const { direction, from, to, port = "*", protocol = "Tcp" } = rule;
    const { provider, resourceGroupName } = this.azure;
    new NetworkSecurityRule(this, id, {
      provider,
      resourceGroupName,
      networkSecurityGroupName: this.group.name,
      name: id.slice(0, 80).replace(/[^\w]$/, ""),
      direction,
      access,
      priority,
      protocol,
      sourcePortRange: "*",
      destinationPortRange: String(port),
      ...("groupId" in from
        ? { sourceApplicationSecurityGroupIds: [from.groupId] }
        : from.prefixes.length === 1
          ? { sourceAddressPrefix: from.prefixes[0] }
          : { sourceAddressPrefixes: [...from.prefixes] }),
      ...("groupId" in to
        ? { destinationApplicationSecurityGroupIds: [to.groupId] }
        : to.prefixes.length === 1
          ? { destinationAddressPrefix: to.prefixes[0] }
          : { destinationAddressPrefixes: [...to.prefixes] }),
    });
  }
}

export interface Opening {
  /** The part that is reached. */
  readonly part: Construct;
  /** Its own rules, or its subnet's; none where the network was brought along with rules of its own. */
  readonly rules: NetworkRules | undefined;
  readonly to: Peer;
  readonly port: number;
}

/** Opens one TCP port between a source and a part: in at the one, out at the other. */
export function allowBetween(source: AzureSource, { part, rules, to, port }: Opening): void {
  const id = `${pathFrom(source, part)}-from-${pathFrom(part, source)}-${port}`;
  rules?.allow(id, { direction: "Inbound", from: source.peer, to, port });
  source.openTo(`to-${pathFrom(source, part)}-${port}`, to, port);
}
