import { TerraformLocal } from "cdktf";
import { describe, expect, it } from "vitest";
import { allowBetween, allowRange } from "../../lib/aws/firewall.js";
import { Client, synthAws } from "../support/aws-parts.js";
import { only } from "../support/synth.js";

const INGRESS = "aws_vpc_security_group_ingress_rule";
const OFFICE = "203.0.113.0/24";
const EGRESS = "aws_vpc_security_group_egress_rule";

describe("a relation on AWS", () => {
  const stack = synthAws((surroundings) => {
    const [web, store] = [new Client(surroundings, "web"), new Client(surroundings, "store")];
    const to = { securityGroup: store.securityGroup, scope: store };
    for (let i = 0; i < 2; i++) allowBetween(web, to, 5432, surroundings.provider);
  });

  it("opens one port from one group to one group and no range of addresses, however often it is said (1, 5)", () => {
    const ports = { ip_protocol: "tcp", from_port: 5432, to_port: 5432 };
    const web = expect.stringMatching(/^\$\{aws_security_group\.web_/);
    const store = expect.stringMatching(/^\$\{aws_security_group\.store_/);
    expect(only(stack, INGRESS)).toMatchObject({
      ...ports,
      security_group_id: store,
      referenced_security_group_id: web,
    });
    expect(only(stack, EGRESS)).toMatchObject({
      ...ports,
      security_group_id: web,
      referenced_security_group_id: store,
    });
    expect(JSON.stringify([stack.resource[INGRESS], stack.resource[EGRESS]])).not.toContain("cidr");
  });

  it("is named after both ends", () => {
    expect(Object.keys(stack.resource[INGRESS])[0]).toMatch(/^store_from-web-5432_/);
    expect(Object.keys(stack.resource[EGRESS])[0]).toMatch(/^web_to-store-5432_/);
  });
});

describe("a security group on AWS", () => {
  const group = only(
    synthAws((surroundings) => void new Client(surroundings), { network: { reach: "public" } }),
    "aws_security_group",
  );

  it("has no rules of its own, and is not made anew when its stack is renamed (1)", () => {
    expect(group).not.toHaveProperty("ingress");
    expect(group).not.toHaveProperty("egress");
    expect(group.lifecycle).toEqual({ ignore_changes: ["name_prefix", "description"] });
  });
});

describe("a range of addresses on AWS", () => {
  it("is let in or out on one port, once", () => {
    const stack = synthAws((surroundings) => {
      const client = new Client(surroundings);
      for (const cidr of [OFFICE, OFFICE]) allowRange(client, "from", cidr, 443, surroundings.provider);
      allowRange(client, "to", "2001:db8::/32", 6379, surroundings.provider);
    });
    expect(only(stack, INGRESS)).toMatchObject({ cidr_ipv4: OFFICE, from_port: 443, to_port: 443 });
    expect(only(stack, EGRESS)).toMatchObject({ cidr_ipv6: "2001:db8::/32", from_port: 6379, to_port: 6379 });
  });

  it("may be known to Terraform alone", () => {
    const stack = synthAws((surroundings) => {
      const cidr = new TerraformLocal(surroundings.stack, "office", OFFICE).asString;
      allowRange(new Client(surroundings), "from", cidr, 443, surroundings.provider);
    });
    expect(only(stack, INGRESS).cidr_ipv4).toMatch(/local\.office/);
  });

  it("fails when it is none", () => {
    const build = () =>
      synthAws((surroundings) => {
        allowRange(new Client(surroundings), "from", "office", 443, surroundings.provider);
      });
    expect(build).toThrow("[single-vm-aws/client] 'cidr' must be an address range");
  });
});
