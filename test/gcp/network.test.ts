import { TerraformStack, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { GcpNetwork } from "../../lib/gcp/index.js";
import { gcp, synthGcp } from "../support/gcp.js";
import { addresses, all, only } from "../support/synth.js";

describe("a network on Google Cloud", () => {
  const stack = synthGcp((cloud, stack) => cloud.network(stack, "network", { zones: 3, reach: "private" }));

  it("has one subnet of its own making, and logs what flows (1, 49)", () => {
    expect(only(stack, "google_compute_network").auto_create_subnetworks).toBe(false);
    expect(only(stack, "google_compute_subnetwork")).toMatchObject({
      ip_cidr_range: `\${cidrsubnet("10.0.0.0/16", 4, 0)}`,
      private_ip_google_access: true,
      log_config: { flow_sampling: 0.5 },
    });
  });

  it("calls out from one address that stays, for machines without their own", () => {
    expect(only(stack, "google_compute_router_nat")).toMatchObject({
      nat_ip_allocate_option: "MANUAL_ONLY",
      nat_ips: [expect.stringMatching(/^\$\{google_compute_address\.network_egress-address/)],
      source_subnetwork_ip_ranges_to_nat: "LIST_OF_SUBNETWORKS",
      log_config: { enable: true, filter: "ERRORS_ONLY" },
    });
  });

  it("sets a range aside for managed services, and lets nobody reach it until allowed", () => {
    expect(only(stack, "google_compute_global_address")).toMatchObject({
      purpose: "VPC_PEERING",
      address: `\${cidrhost(cidrsubnet("10.0.0.0/16", 2, 1), 0)}`,
      prefix_length: `\${element(split("/", cidrsubnet("10.0.0.0/16", 2, 1)), 1)}`,
    });
    expect(only(stack, "google_service_networking_connection").deletion_policy).toBe("ABANDON");
    expect(only(stack, "google_compute_firewall")).toMatchObject({
      direction: "EGRESS",
      priority: 65_000,
      destination_ranges: [`\${cidrsubnet("10.0.0.0/16", 2, 1)}`],
      deny: [{ protocol: "all" }],
    });
  });

  it("grows without touching what is there", () => {
    const forms = (["public", "data", "private"] as const).map((reach, i) =>
      synthGcp((cloud, stack) => cloud.network(stack, "network", { zones: i + 1, reach })),
    );
    for (const [i, larger] of forms.slice(1).entries()) {
      const smaller = forms[i];
      expect(addresses(larger)).toEqual(expect.arrayContaining([...addresses(smaller)]));
      for (const [type, named] of Object.entries(smaller.resource)) {
        for (const [name, resource] of Object.entries(named)) expect(larger.resource[type][name]).toEqual(resource);
      }
    }
    expect(all(forms[0], "google_service_networking_connection")).toEqual([]);
    expect(all(forms[1], "google_compute_router_nat")).toEqual([]);
  });

  it.each([
    ["europe-west3", ["europe-west3-b", "europe-west3-c", "europe-west3-a"]],
    ["europe-west1", ["europe-west1-b", "europe-west1-c", "europe-west1-d"]],
    ["us-east1", ["us-east1-b", "us-east1-c", "us-east1-d"]],
  ])("spreads over zones that %s has", (region, zones) => {
    const { cloud, stack } = gcp({ region });
    expect(cloud.network(stack, "network", { zones: 3 }).zones).toEqual(zones);
  });

  it("fails for a range that is none, of IPv6, or too small", () => {
    const network = (cidr: string) => {
      const { cloud, stack } = gcp();
      return () => cloud.network(stack, "network", { cidr });
    };
    expect(network("10.0.0.0")).toThrow("'cidr' must be an address range");
    expect(network("10.0.0.0/24")).toThrow(
      `[test/network] 'cidr' has the wrong size for a network, got "10.0.0.0/24"; allowed: an IPv4 range from /16 to /20`,
    );
    expect(network("fd00::/16")).toThrow("'cidr' has the wrong size for a network");
    expect(network("10.8.0.0/20")).not.toThrow();
  });

  it("fails for zones that are not 1 to 3, and for an unknown reach", () => {
    const { cloud, stack } = gcp();
    expect(() => cloud.network(stack, "four", { zones: 4 })).toThrow(
      "'zones' is out of range, got 4; allowed: a whole number of availability zones, 1 to 3",
    );
    expect(() => cloud.network(stack, "none", { zones: 0 })).toThrow("'zones' is out of range");
    expect(() => cloud.network(stack, "reach", { reach: "everywhere" as "public" })).toThrow(
      `'reach' is not known, got "everywhere"; allowed: public, data, private`,
    );
  });
});

describe("a network on Google Cloud that is there already (39)", () => {
  const attributes = {
    network: "projects/quality-247012/global/networks/shared",
    subnetwork: "projects/quality-247012/regions/europe-west3/subnetworks/shared",
    zones: ["europe-west3-a"],
  };

  it("is looked at and not made", () => {
    const stack = synthGcp((cloud, stack) => {
      const network = GcpNetwork.fromSubnets(stack, "network", attributes);
      cloud.machine(stack, "machine", {
        network,
        size: { name: "e2-standard-4", vcpus: 4, memoryGb: 16 },
        boot: () => "#cloud-config\n",
      });
    });
    expect(all(stack, "google_compute_network")).toEqual([]);
    expect(only(stack, "google_compute_instance")).toMatchObject({
      zone: "europe-west3-a",
      network_interface: [{ subnetwork: attributes.subnetwork }],
    });
  });

  it("fails without a zone", () => {
    const stack = new TerraformStack(Testing.app(), "test");
    expect(() => GcpNetwork.fromSubnets(stack, "network", { ...attributes, zones: [] })).toThrow(
      "'zones' must name at least one zone, got []; allowed: such as europe-west1-b",
    );
  });

  it("fails when network or subnet are not named in full", () => {
    const build = (given: object) => () =>
      GcpNetwork.fromSubnets(new TerraformStack(Testing.app(), "test"), "network", { ...attributes, ...given });
    expect(build({ network: "shared" })).toThrow(
      `[test/network] a network on Google Cloud is named in full, got "shared"; allowed: projects/PROJECT/global/networks/NAME`,
    );
    expect(build({ subnetwork: "shared" })).toThrow("allowed: projects/PROJECT/regions/REGION/subnetworks/NAME");
  });
});
