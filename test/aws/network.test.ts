import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { describe, expect, it } from "vitest";
import { AwsNetwork } from "../../lib/aws/network.js";
import type { NetworkProps } from "../../lib/cloud/network.js";
import { awsObjections, awsPlugin, synthAws, terraform } from "../support/aws-parts.js";
import { SLOW } from "../support/programs.js";
import { addresses, all, only, type Synthesised, synth } from "../support/synth.js";

const form = (network: NetworkProps) => synthAws(() => undefined, { network });

describe("a network on AWS with machines in private subnets", () => {
  const stack = form({ zones: 3, reach: "private" });

  it("has a public and a private subnet in each zone (1)", () => {
    const ranges = all(stack, "aws_subnet").map(({ cidr_block, availability_zone }) => [
      String(cidr_block).match(/, (\d+)\)/)?.[1],
      String(availability_zone).match(/, (\d)\)/)?.[1],
    ]);
    expect(ranges.sort()).toEqual([
      ["0", "0"],
      ["1", "1"],
      ["10", "2"],
      ["2", "2"],
      ["8", "0"],
      ["9", "1"],
    ]);
  });

  it("lets private machines out through a translator in their own zone", () => {
    for (const zone of [0, 1, 2]) {
      const named = (type: string, name: string) =>
        Object.entries(stack.resource[type]).find(([key]) => key.startsWith(name))?.[1];
      const route = named("aws_route", `network_private-${zone}-to-internet`);
      expect(route?.nat_gateway_id).toContain(`network_nat-${zone}_`);
      expect(named("aws_nat_gateway", `network_nat-${zone}`)?.subnet_id).toContain(`network_public-${zone}_`);
      const association = named("aws_route_table_association", `network_private-${zone}-routes`);
      expect(association?.route_table_id).toBe(route?.route_table_id);
    }
  });

  it("gives no subnet public addresses by itself", () => {
    for (const subnet of all(stack, "aws_subnet")) expect(subnet).not.toHaveProperty("map_public_ip_on_launch");
  });

  it("reaches buckets without the translator", () => {
    expect(only(stack, "aws_vpc_endpoint")).toMatchObject({
      service_name: "com.amazonaws.eu-west-1.s3",
      vpc_endpoint_type: "Gateway",
      route_table_ids: { length: 3 },
    });
  });

  it("keeps for 90 days who was turned away, in a log that one role writes (49)", () => {
    const log = only(stack, "aws_flow_log");
    expect(log).toMatchObject({ traffic_type: "REJECT", log_destination_type: "cloud-watch-logs" });
    expect(log.depends_on).toEqual([expect.stringMatching(/^aws_iam_role_policy\./)]);
    expect(only(stack, "aws_cloudwatch_log_group").retention_in_days).toBe(90);
    const [statement] = JSON.parse(String(only(stack, "aws_iam_role_policy").policy)).Statement;
    expect(statement.Resource).toEqual([
      expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.[^}]+\.arn\}$/),
      expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.[^}]+\.arn\}:\*$/),
    ]);
  });

  it("empties the security group that the network is born with", () => {
    const group = only(stack, "aws_default_security_group");
    expect(group).not.toHaveProperty("ingress");
    expect(group).not.toHaveProperty("egress");
  });

  it("stays where it is when a zone opens", () => {
    for (const { lifecycle } of all(stack, "aws_subnet")) {
      expect(lifecycle).toEqual({ ignore_changes: ["availability_zone"] });
    }
  });

  it("fails in a region with fewer zones, and says so (51)", () => {
    const [zones] = Object.values(stack.data.aws_availability_zones);
    expect(zones.lifecycle).toEqual({
      postcondition: [
        {
          condition: expect.stringContaining("length(self.names) >= 3"),
          error_message:
            "The region has fewer than 3 availability zones: lower 'zones' of single-vm-aws/network, or take another region.",
        },
      ],
    });
  });

  it.runIf(terraform && awsPlugin)("is valid to the real provider", SLOW, () => {
    expect(awsObjections(stack)).toEqual([]);
  });
});

describe("smaller networks on AWS", () => {
  const smallest = form({ zones: 1, reach: "public" });
  const data = form({ zones: 2, reach: "data" });

  it("are public alone, or have private subnets without a way out", () => {
    expect(all(smallest, "aws_subnet")).toHaveLength(1);
    expect(all(data, "aws_subnet")).toHaveLength(4);
    for (const type of ["aws_nat_gateway", "aws_eip"]) expect([all(smallest, type), all(data, type)]).toEqual([[], []]);
    expect(all(data, "aws_route").map(({ gateway_id }) => gateway_id)).toEqual([
      expect.stringMatching(/^\$\{aws_internet_gateway\./),
    ]);
  });

  it("grow without touching what is there (G3)", () => {
    const steps = [smallest, form({ zones: 2, reach: "public" }), data, form({ zones: 2, reach: "private" })];
    steps.push(form({ zones: 3, reach: "private" }));
    steps.slice(1).forEach((larger, i) => {
      for (const address of addresses(steps[i])) {
        expect(at(larger, address), address).toEqual(alsoIn(at(larger, address), at(steps[i], address)));
      }
    });
  });
});

function at(stack: Synthesised, address: string): Readonly<Record<string, unknown>> {
  const [type, name] = address.split(/\.(.*)/);
  return stack.resource[type][name];
}

/** The smaller form, but for the list of route tables, to which an endpoint is added in place. */
function alsoIn(larger: Readonly<Record<string, unknown>>, smaller: Readonly<Record<string, unknown>>) {
  if (!("route_table_ids" in smaller)) return smaller;
  expect(larger.route_table_ids).toEqual(expect.arrayContaining(smaller.route_table_ids as string[]));
  return { ...smaller, route_table_ids: larger.route_table_ids };
}

describe("a network that is there already", () => {
  const stack = synth((stack) => {
    new AwsProvider(stack, "provider", { region: "eu-west-1" });
    AwsNetwork.fromSubnets(stack, "network", {
      vpcId: "vpc-1",
      publicSubnetIds: ["subnet-1", "subnet-2"],
      privateSubnetIds: ["subnet-3", "subnet-4"],
    });
  });

  it("is looked up and not made (39)", () => {
    expect(stack.resource).toEqual({});
    expect(
      Object.values(stack.data.aws_subnet)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["subnet-1", "subnet-2", "subnet-3", "subnet-4"]);
    expect(Object.values(stack.data.aws_vpc)).toEqual([expect.objectContaining({ id: "vpc-1" })]);
  });

  it("fails without a public subnet, or with one that is named twice", () => {
    const bring = (publicSubnetIds: string[], privateSubnetIds: string[]) => () =>
      synth((stack) => {
        AwsNetwork.fromSubnets(stack, "network", { vpcId: "vpc-1", publicSubnetIds, privateSubnetIds });
      });
    expect(bring([], [])).toThrow("'publicSubnetIds' must name at least one subnet");
    expect(bring(["subnet-1"], ["subnet-1"])).toThrow(
      `[single-vm-aws/network] a subnet is named twice, got "subnet-1"; name each subnet once`,
    );
  });
});

describe("a network on AWS fails", () => {
  it.each<[string, NetworkProps, string]>([
    [
      "a range that is too small",
      { cidr: "10.0.0.0/21" },
      `'cidr' has the wrong size for a network, got "10.0.0.0/21"`,
    ],
    ["a range that is too large", { cidr: "10.0.0.0/8" }, "allowed: an IPv4 range from /16 to /20"],
    ["an IPv6 range", { cidr: "2001:db8::/32" }, "allowed: an IPv4 range from /16 to /20"],
    ["a range that starts within itself", { cidr: "10.0.1.0/16" }, "'cidr' must start at its network address"],
    ["no zone", { zones: 0 }, "'zones' is out of range, got 0; allowed: a whole number of availability zones, 1 to 3"],
    ["four zones", { zones: 4 }, "'zones' is out of range, got 4"],
    [
      "an unknown reach",
      { reach: "open" as never },
      `'reach' is not known, got "open"; allowed: public, data, private`,
    ],
  ])("for %s", (_, network, message) => {
    expect(() => form(network)).toThrow(message);
  });
});
