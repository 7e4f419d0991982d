import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import { checkCidr } from "../../lib/cloud/cidr.js";

const stack = new TerraformStack(Testing.app(), "stack");
const check = (cidr: string) => checkCidr(cidr, "allowFrom", stack);

describe("an address range", () => {
  it.each(["0.0.0.0/0", "203.0.113.0/24", "203.0.113.7/32", "128.0.0.0/1", "::/0", "2001:db8::/32"])(
    "may be %s",
    (cidr) => {
      expect(() => check(cidr)).not.toThrow();
    },
  );

  it.each([
    "",
    "office",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/",
    "10.0.0/8",
    "::/129",
    "10.0.0.0/8/8",
    "10.0.0.0/8 ",
  ])("fails for '%s'", (cidr) => {
    expect(() => check(cidr)).toThrow("[stack] 'allowFrom' must be an address range");
  });

  it("says how to write a single address", () => {
    expect(() => check("203.0.113.7")).toThrow("write 203.0.113.7/32 for this one address");
  });

  it("fails when it starts inside itself, and says both things that may be meant", () => {
    expect(() => check("203.0.113.7/24")).toThrow(
      "write 203.0.113.0/24 for the range or 203.0.113.7/32 for the one address",
    );
  });

  it("passes when only Terraform knows it", () => {
    expect(() => check(new TerraformVariable(stack, "office", { type: "string" }).stringValue)).not.toThrow();
  });
});
