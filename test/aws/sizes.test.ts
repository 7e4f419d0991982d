import { App, TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { databaseClass, instanceType } from "../../lib/aws/sizes.js";
import { DATABASE_SIZES, MACHINE_SIZES } from "../../lib/workload/machine-size.js";

const scope = new TerraformStack(new App(), "stack");
const named = (name: string) => ({ name, vcpus: 8, memoryGb: 32 });

describe("sizes of machines on AWS (G7)", () => {
  it("map the presets to a current family", () => {
    expect(instanceType(MACHINE_SIZES["n1-standard-4"], scope)).toBe("m7i.xlarge");
    expect(instanceType(MACHINE_SIZES["n1-standard-8"], scope)).toBe("m7i.2xlarge");
  });

  it.each(["r7i.4xlarge", "m7a.2xlarge", "g4dn.xlarge", "u-6tb1.metal"])("may be the instance type %s", (name) => {
    expect(instanceType(named(name), scope)).toBe(name);
  });

  it("fail when they are neither, and say what is allowed", () => {
    expect(() => instanceType(named("n2-standard-8"), scope)).toThrow(
      '[stack] machine size is not known on AWS, got "n2-standard-8"; allowed: n1-standard-4, n1-standard-8, or an EC2 instance type such as m7i.4xlarge',
    );
  });

  it.each(["m7g.2xlarge", "c7gn.large", "t4g.small", "x2gd.metal", "im4gn.large", "a1.large"])(
    "fail for the Arm type %s, for which there is no image",
    (name) => {
      expect(() => instanceType(named(name), scope)).toThrow(`machine size is an Arm type, got "${name}"`);
    },
  );
});

describe("sizes of databases on AWS", () => {
  it("map the presets to a current family", () => {
    expect(Object.values(DATABASE_SIZES).map((size) => databaseClass(size, scope))).toEqual([
      "db.m7g.large",
      "db.m7g.xlarge",
      "db.m7g.2xlarge",
    ]);
  });

  it("may be a class of RDS", () => {
    expect(databaseClass(named("db.r7g.4xlarge"), scope)).toBe("db.r7g.4xlarge");
  });

  it("fail when they are neither, and say what is allowed", () => {
    expect(() => databaseClass(named("m7g.large"), scope)).toThrow(
      '[stack] database size is not known on AWS, got "m7g.large"; allowed: database-2, database-4, database-8, or an RDS instance class such as db.r7g.2xlarge',
    );
  });
});
