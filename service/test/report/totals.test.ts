import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineKind } from "../../src/report/file-coverage.js";
import { addCounts, countLines, coverageOf, fileTotals, noCounts, toTotals } from "../../src/report/totals.js";
import { coverage } from "../support/coverage.js";

describe("coverage in percent", () => {
  it.each([
    [5, 6, "83.33333"],
    [2, 3, "66.66667"],
    [1, 3, "33.33333"],
    [1, 2, "50.00000"],
    [3, 3, "100"],
    [0, 3, "0"],
    [0, 0, null],
    [1, 1_000_000, "0.00010"],
    // Exactly between two decimals: to the even one.
    [1, 64, "1.56250"],
    [1, 2 ** 14, "0.00610"],
    [3, 2 ** 13, "0.03662"],
    // Rounds to all or to nothing, and is neither.
    [29_999_999, 30_000_000, "100.00000"],
    [99_999_999, 100_000_000, "100.00000"],
    [1, 1_000_000_000, "0.00000"],
    [4_503_599_627_370_496, 9_007_199_254_740_991, "50.00000"],
  ])("of %d hits in %d lines is %s", (hits, lines, expected) => {
    expect(coverageOf(hits, lines)).toBe(expected);
  });

  it("has no decimals exactly where it is all or nothing", () => {
    const lines = fc.integer({ min: 1, max: 1_000_000_000 });
    fc.assert(
      fc.property(lines, fc.nat(2), (most, off) => {
        for (const hits of [Math.min(off, most), most - Math.min(off, most)]) {
          expect(coverageOf(hits, most)?.includes(".")).toBe(hits > 0 && hits < most);
        }
      }),
    );
  });

  it("is within half of the last decimal of the exact ratio, and never has another form", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.nat({ max: 1_000_000 }), (lines, some) => {
        const hits = some % (lines + 1);
        const shown = coverageOf(hits, lines) ?? "";
        expect(shown).toMatch(/^(?:0|100|\d{1,2}\.\d{5}|100\.00000)$/);
        expect(Math.abs(Number(shown) - (100 * hits) / lines)).toBeLessThanOrEqual(0.500_001e-5);
      }),
    );
  });
});

describe("totals of a file", () => {
  it("count partials as lines that are not covered, and leave out skipped lines and lines without data", () => {
    const file = coverage([
      { line: 1, value: 1 },
      { line: 2, value: 0 },
      { line: 3, value: "1/2", kind: LineKind.Branch },
      { line: 4, value: "2/2", kind: LineKind.Branch },
      { line: 5, value: "1/3", kind: LineKind.Method },
      { line: 6, value: true },
      { line: 7, value: -1, kind: LineKind.Method },
      { line: 8, value: null, kind: LineKind.Branch },
    ]);
    expect(fileTotals(file)).toEqual({
      files: 1,
      lines: 6,
      hits: 2,
      misses: 1,
      partials: 3,
      coverage: "33.33333",
      branches: 2,
      methods: 1,
      complexity: 0,
      complexityTotal: 0,
    });
  });

  it("add up to the totals of a report, whose ratio is that of the sums", () => {
    const sum = noCounts();
    addCounts(sum, countLines(coverage([{ line: 1, value: 1 }])));
    addCounts(sum, countLines(coverage([1, 2, 3].map((line) => ({ line, value: 0 })))));
    expect(toTotals(sum)).toMatchObject({ files: 2, lines: 4, hits: 1, misses: 3, coverage: "25.00000" });
  });

  it("sum up the complexity of methods", () => {
    const file = coverage([
      { line: 1, value: 1, kind: LineKind.Method, complexity: [1, 3] },
      { line: 2, value: 1 },
      { line: 3, value: 0, kind: LineKind.Method, complexity: [0, 2] },
    ]);
    expect(fileTotals(file)).toMatchObject({ methods: 2, complexity: 1, complexityTotal: 5 });
  });

  it("of nothing have no coverage", () => {
    expect(toTotals(noCounts())).toMatchObject({ files: 0, lines: 0, coverage: null });
  });
});
