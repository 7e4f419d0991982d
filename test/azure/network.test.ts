import { describe, expect, it } from "vitest";
import { AzureNetwork } from "../../lib/azure/index.js";
import type { NetworkProps } from "../../lib/cloud/network.js";
import { MACHINE_SIZES } from "../../lib/index.js";
import { BOOT, rules, synthAzure } from "../support/azure.js";
import { addresses, all, only } from "../support/synth.js";

const made = (network: NetworkProps, location = "westeurope") => synthAzure(() => {}, { network, azure: { location } });

describe("a network on Azure", () => {
  const forms = (["public", "data", "private"] as const).map((reach) => made({ reach, zones: 2 }));
  const [open, data, closed] = forms;

  it("has a subnet for whatever lives in it, at the same place in every form (1)", () => {
    const ranges = all(closed, "azurerm_subnet").map(({ name, address_prefixes }) => `${name} ${address_prefixes}`);
    expect(ranges.sort()).toEqual(
      Object.entries({ public: 0, gateway: 1, machines: 8, database: 9, endpoints: 10, nodes: 11 })
        .map(([name, part]) => `${name} \${cidrsubnet("10.0.0.0/16", 4, ${part})}`)
        .sort(),
    );
  });

  it("keeps every resource and argument of a smaller form in a larger one (G3)", () => {
    const larger = [data, closed, made({ reach: "private", zones: 3 })];
    for (const [i, smaller] of [open, data, closed].entries()) {
      expect(addresses(larger[i])).toEqual(expect.arrayContaining([...addresses(smaller)]));
      for (const [type, named] of Object.entries(smaller.resource)) {
        for (const [name, resource] of Object.entries(named)) expect(larger[i].resource[type][name]).toEqual(resource);
      }
    }
  });

  it("lets private machines out by one address, and nothing else without being asked (1)", () => {
    expect(only(closed, "azurerm_nat_gateway").sku_name).toBe("Standard");
    expect(only(closed, "azurerm_public_ip")).toMatchObject({ allocation_method: "Static", zones: ["1", "2", "3"] });
    const routed = all(closed, "azurerm_subnet_nat_gateway_association").map(({ subnet_id }) => subnet_id);
    expect(routed).toEqual([expect.stringContaining("network_machines"), expect.stringContaining("network_nodes")]);
    const outbound = all(closed, "azurerm_subnet").filter((subnet) => subnet.default_outbound_access_enabled);
    expect(outbound.map(({ name }) => name).sort()).toEqual(["database", "gateway"]);
  });

  it("leaves the database's subnet to PostgreSQL alone", () => {
    const subnet = all(closed, "azurerm_subnet").find(({ name }) => name === "database")!;
    expect(subnet.delegation).toMatchObject([
      { service_delegation: { name: "Microsoft.DBforPostgreSQL/flexibleServers" } },
    ]);
  });

  it("holds private endpoints to firewall rules", () => {
    const subnet = all(closed, "azurerm_subnet").find(({ name }) => name === "endpoints")!;
    expect(subnet.private_endpoint_network_policies).toBe("Enabled");
  });

  it("refuses in every shared subnet what nobody asked for (49)", () => {
    const denied = rules(closed).filter((rule) => rule.includes("Deny"));
    expect(denied).toEqual(Array(4).fill("Inbound Deny * → * *"));
    expect(all(closed, "azurerm_subnet_network_security_group_association")).toHaveLength(4);
  });

  it("fails for more zones than a region has (51)", () => {
    expect(() => made({ zones: 2 }, "westus")).toThrow(
      "[single-vm-aws/network] westus has no availability zones, got 2; allowed: 1 zone; choose a region with zones, such as westeurope or eastus2",
    );
    expect(() => made({ zones: 1 }, "westus")).not.toThrow();
    expect(() => made({ zones: 4 })).toThrow(
      "'zones' is out of range, got 4; allowed: a whole number of availability zones, 1 to 3",
    );
  });

  it("fails for the range that clusters give their pods (51)", () => {
    expect(() => made({ cidr: "100.64.0.0/16" })).toThrow("'cidr' overlaps what clusters give their pods");
  });

  it.each(["10.0.0.0/8", "10.0.0.0/21", "fd00::/16"])("fails for the range %s (51)", (cidr) => {
    expect(() => made({ cidr })).toThrow(
      `'cidr' has the wrong size for a network, got "${cidr}"; allowed: an IPv4 range from /16 to /20`,
    );
  });
});

describe("a network that is there already on Azure", () => {
  const NETWORK = "/subscriptions/1/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/office";

  it("is used as it is: neither subnets nor rules are made in it (39)", () => {
    const stack = synthAzure(({ stack, cloud }) => {
      const network = AzureNetwork.fromSubnets(stack, "theirs", {
        subnets: { public: `${NETWORK}/subnets/dmz` },
        provider: cloud.provider,
      });
      cloud.machine(stack, "machine", { network, size: MACHINE_SIZES["n1-standard-8"], boot: () => BOOT });
    });
    expect(Object.values(stack.data.azurerm_subnet)).toEqual([
      { name: "dmz", virtual_network_name: "office", resource_group_name: "net", provider: "azurerm" },
    ]);
    expect(JSON.stringify(only(stack, "azurerm_network_interface"))).toContain("data.azurerm_subnet.theirs_public");
  });

  it("fails for subnets that are none, of two networks, or missing where a part needs one (51)", () => {
    const brought = (subnets: Record<string, string>) => () =>
      synthAzure(({ stack, cloud }) => {
        const network = AzureNetwork.fromSubnets(stack, "theirs", { subnets });
        cloud.redis(stack, "redis", { network, memoryGb: 1, highAvailability: false, protect: false });
      });
    expect(brought({ public: "subnet-1" })).toThrow("'subnets.public' must be a subnet's id, got \"subnet-1\"");
    expect(brought({ public: `${NETWORK}/subnets/a`, endpoints: `${NETWORK}2/subnets/b` })).toThrow(
      "'subnets' must name subnets of one network",
    );
    expect(brought({ public: `${NETWORK}/subnets/a` })).toThrow(
      `[single-vm-aws/redis/link] the network has no subnet for 'endpoints', got ["public"]; make it with reach: "data", or bring such a subnet along`,
    );
  });
});
