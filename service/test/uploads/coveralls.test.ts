import { describe, expect, it } from "vitest";
import { flagsIn } from "../../src/uploads/coveralls.js";
import { within } from "../support/within.js";

describe("the flags of a Coveralls job", () => {
  it.each([
    ["unit", "unit"],
    ["unit,e2e", "unit e2e"],
    [" unit , e2e ", "unit e2e"],
    ["node 20,unit", "node 20 unit"],
  ])("in %j are %j", (name, flags) => expect(flagsIn(name)).toBe(flags));

  it("are found in linear time", () => {
    const text = `a${" ".repeat(500_000)}b`;
    expect(within(1000, () => flagsIn(text))).toBe(text);
  });
});
