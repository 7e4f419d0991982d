import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { fixedName } from "../../lib/aws/names.js";

const name = (stack: string, id: string, longest: number) =>
  fixedName(new Construct(new TerraformStack(Testing.app(), stack), id), longest);

describe("a name that AWS does not complete", () => {
  it("is the path in lower case, with single hyphens", () => {
    expect(name("Coverage_EU", "my--redis", 40)).toBe("coverage-eu-my-redis");
  });

  it("begins with a letter", () => {
    expect(name("2nd", "redis", 40)).toBe("c-2nd-redis");
  });

  it("stays short, and different for paths that begin alike", () => {
    const [one, other] = ["one", "two"].map((end) => name("coverage", `a-very-long-name-of-a-redis-${end}`, 30));
    expect(one).toMatch(/^coverage-a-very-long-na-[0-9a-f]{6}$/);
    expect(one).toHaveLength(30);
    expect(other).not.toBe(one);
  });
});
