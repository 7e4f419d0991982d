import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FileCoverage } from "../../src/report/file-coverage.js";
import { FileMerger } from "../../src/report/file-merger.js";
import { PieceMerger } from "../../src/report/piece-merger.js";
import { coverage, type Line, linesOf, valuesOf } from "../support/coverage.js";

function merged(path: string, pieces: readonly FileCoverage[], merger = new PieceMerger()): FileCoverage {
  merger.start(Buffer.from(path));
  for (const piece of pieces) merger.add(piece);
  return merger.merged();
}

const missed = (...lines: readonly number[]) => coverage(lines.map((line) => ({ line, value: 0 })));
const hit = (...lines: readonly number[]) => coverage(lines.map((line) => ({ line, value: 1 })));

describe("merging the pieces of a file", () => {
  it("gives what merging them one after the other gives, file after file", () => {
    const value = fc.constantFrom<Line["value"]>(null, -1, true, 0, 1, 7, "0/4", "1/4", "4/4");
    const piece = fc
      .uniqueArray(fc.record({ line: fc.integer({ min: 1, max: 40 }), value }), { selector: ({ line }) => line })
      .map((lines) => lines.sort((a, b) => a.line - b.line));
    const merger = new PieceMerger();
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (pieces) => {
        const sequential = new FileMerger();
        sequential.start(Buffer.from("a"));
        for (const lines of pieces) sequential.add(coverage(lines));
        expect(linesOf(merged("a", pieces.map(coverage), merger))).toEqual(linesOf(sequential.coverage));
      }),
    );
  });

  it("takes time that grows with their lines, not with their number times the length of the longest", () => {
    const long = coverage(Array.from({ length: 300_000 }, (_, index) => ({ line: index + 1, value: 1 })));
    const short = Array.from({ length: 30_000 }, (_, index) => coverage([{ line: 1 + (index % 20_000), value: 9 }]));
    for (const path of ["a.c", "a.rb"]) {
      const started = performance.now();
      const values = valuesOf(merged(path, [long, ...short]));
      expect(performance.now() - started).toBeLessThan(5000);
      expect([values[1], values[20_000], values[20_001]]).toEqual([9, 9, 1]);
    }
  });

  it("lets lists of Ruby files that were never loaded give way to those that were, wherever they come", () => {
    for (const pieces of [
      [missed(1, 2, 3), hit(1), missed(1, 2)],
      [missed(4), missed(1, 2), hit(1)],
      [hit(1), missed(1, 2, 3)],
    ]) {
      expect(valuesOf(merged("a.rb", pieces))).toEqual({ 1: 1 });
      expect(Object.keys(valuesOf(merged("a.py", pieces))).length).toBeGreaterThan(1);
    }
  });

  it("keeps lists of a Ruby file that was never loaded which are alike", () => {
    expect(valuesOf(merged("a.rb", [missed(1, 2), missed(1, 2)]))).toEqual({ 1: 0, 2: 0 });
    expect(valuesOf(merged("a.rb", [missed(1, 2, 3), missed(1, 2)]))).toEqual({ 1: 0, 2: 0 });
  });
});
