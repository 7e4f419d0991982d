import { describe, expect, it } from "vitest";
import { LineKind } from "../../src/report/file-coverage.js";
import { LineStatus, lineKind, lineStatus, lineValue, missingBranches } from "../../src/report/line-value.js";
import { coverage } from "../support/coverage.js";

describe("a line's value", () => {
  const file = coverage([
    { line: 1, value: 0 },
    { line: 2, value: 7 },
    { line: 3, value: "1/2", kind: LineKind.Branch, missing: ["0:1"] },
    { line: 4, value: "2/2", kind: LineKind.Method, missing: [] },
    { line: 5, value: "0/3" },
    { line: 6, value: true },
    { line: 7, value: -1 },
    { line: 8, value: null },
  ]);

  it("is shown as hits, a ratio, true, -1 or null", () => {
    const shown = Array.from(file.lines, (_, index) => lineValue(file, index));
    expect(shown).toEqual([0, 7, "1/2", "2/2", "0/3", true, -1, null]);
  });

  it("decides the line's status: skipped lines and lines without data have none that counts", () => {
    const statuses = Array.from(file.lines, (_, index) => LineStatus[lineStatus(file, index)]);
    expect(statuses).toEqual(["Miss", "Hit", "Partial", "Hit", "Miss", "Partial", "Skipped", "None"]);
  });

  it("has a kind beside its flags", () => {
    expect(lineKind(file, 2)).toBe(LineKind.Branch);
    expect(lineKind(file, 3)).toBe(LineKind.Method);
    expect(lineKind(file, 5)).toBe(LineKind.Line);
  });

  it("knows its missing branches, that none is missing, or nothing about them", () => {
    expect(missingBranches(file, 2)).toEqual(["0:1"]);
    expect(missingBranches(file, 3)).toEqual([]);
    expect(missingBranches(file, 4)).toBeNull();
    expect(missingBranches(file, 0)).toBeNull();
  });
});
