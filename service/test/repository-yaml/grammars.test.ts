import { describe, expect, it } from "vitest";
import {
  readAge,
  readBranch,
  readLayout,
  readPercent,
  readRange,
  readTarget,
  readThreshold,
} from "../../src/repository-yaml/grammars.js";
import { readRequirement } from "../../src/repository-yaml/requirement.js";

describe("a percentage", () => {
  it.each([
    [80, 80],
    [80.5, 80.5],
    ["80%", 80],
    ["80.5", 80.5],
    [" 7 % ", 7],
    [0, 0],
  ])("%j is %d", (value, expected) => expect(readPercent(value)).toBe(expected));

  it.each(["", "auto", "80%%", "eighty", "%"])("%j is none", (value) => expect(() => readPercent(value)).toThrow());

  it("may be auto where it is a target", () => {
    expect(["auto", "70%"].map(readTarget)).toEqual(["auto", 70]);
  });
});

describe("a range", () => {
  it.each([
    ["60..80", [60, 80]],
    ["60...80", [60, 80]],
    ["60.5...80.25", [60.5, 80.25]],
    ["0..100", [0, 100]],
    [
      [60, 80],
      [60, 80],
    ],
    [
      [80, "60"],
      [60, 80],
    ],
  ])("%j is %j", (value, expected) => expect(readRange(value)).toEqual(expected));

  it.each(["60", "60....80", "80..60", "60..80..90", "a..b", "60..101", "..80"])("%j is none", (value) =>
    expect(() => readRange(value)).toThrow(),
  );
  it.each([[[60]], [[60, 80, 90]], [[-1, 80]]])("%j is none", (value) => expect(() => readRange(value)).toThrow());
});

describe("the age of a report", () => {
  it.each([
    ["12h", 43_200],
    ["2 days", 172_800],
    ["30m", 1800],
    ["1.5h", 5400],
    [60, 60],
    ["60", 60],
    ["off", false],
    [false, false],
    [true, null],
  ])("%j is %j", (value, expected) => expect(readAge(value)).toBe(expected));

  it.each(["soon", "h", "-1h"])("%j is none", (value) => expect(() => readAge(value)).toThrow());
});

describe("a bundle's threshold", () => {
  it.each([
    ["10%", { unit: "percent", value: 10 }],
    [0.5, { unit: "percent", value: 0.5 }],
    [100, { unit: "bytes", value: 100 }],
    ["100b", { unit: "bytes", value: 100 }],
    ["12KB", { unit: "bytes", value: 12_000 }],
    ["100 mb", { unit: "bytes", value: 100_000_000 }],
    ["3 bytes", { unit: "bytes", value: 3 }],
  ])("%j is %j", (value, expected) => expect(readThreshold(value)).toEqual(expected));

  it.each(["ten", "10 apples", "-5", "b"])("%j is none", (value) => expect(() => readThreshold(value)).toThrow());
});

describe("a layout", () => {
  it("is a list of parts, which may be limited", () => {
    expect(readLayout("reach, diff,files:10,")).toEqual([
      { name: "reach", limit: null },
      { name: "diff", limit: null },
      { name: "files", limit: 10 },
    ]);
    expect(readLayout("condensed_header, flags, tree, component")).toHaveLength(4);
  });

  it("leaves out what nobody knows", () =>
    expect(readLayout("nothing, diff")).toEqual([{ name: "diff", limit: null }]));

  it.each(["files:many", "reach diff"])("%j is none", (value) => expect(() => readLayout(value)).toThrow());
});

it("a branch is named without what git puts before it", () => {
  expect(["origin/main", "refs/heads/main", "main"].map(readBranch)).toEqual(["main", "main", "main"]);
});

describe("what a comment requires", () => {
  it.each([
    [false, []],
    [true, [["any_change"]]],
    ["coverage_drop", [["coverage_drop"]]],
    ["coverage_drop OR uncovered_patch", [["coverage_drop", "uncovered_patch"]]],
    ["coverage_drop and uncovered_patch", [["coverage_drop"], ["uncovered_patch"]]],
    ["any_change or coverage_drop and uncovered_patch", [["any_change", "coverage_drop"], ["uncovered_patch"]]],
    [
      "(coverage_drop and any_change) or uncovered_patch",
      [
        ["coverage_drop", "uncovered_patch"],
        ["any_change", "uncovered_patch"],
      ],
    ],
  ])("%j is %j", (value, expected) => expect(readRequirement(value)).toEqual(expected));

  it.each(["", "maybe", "coverage_drop or", "(coverage_drop", "coverage_drop)", "coverage_drop any_change", "#"])(
    "%j is none",
    (value) => expect(() => readRequirement(value)).toThrow(),
  );

  it("does not grow without bounds", () => {
    const pair = "(any_change and coverage_drop)";
    expect(() => readRequirement(Array(7).fill(pair).join(" or "))).toThrow("it combines too much");
    expect(() => readRequirement("(".repeat(60))).toThrow();
    expect(() => readRequirement(Array(40).fill("any_change").join(" or "))).toThrow("it combines too much");
  });
});
