import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mergeColumns, normalColumns } from "../../src/report/column-hits.js";

const anyPart = fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 }), fc.nat({ max: 3 }));
const anyParts = fc.array(anyPart, { maxLength: 6 }).map((parts) => parts.flat());

/** Hits of a column as the parts tell them, -1 when none does. */
function hitsAt(parts: ArrayLike<number>, column: number): number {
  let hits = -1;
  for (let i = 0; i < parts.length; i += 3) {
    const [start, end] = [parts[i], parts[i + 1] === 0 ? 100 : parts[i + 1]];
    if (start <= column && column < end) hits = Math.max(hits, parts[i + 2]);
  }
  return hits;
}

const columns = Array.from({ length: 20 }, (_, column) => column);

describe("hits of the parts of a line", () => {
  it("say the same of every column once they are in their order, without overlap and without seams", () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const normal = Array.from(normalColumns(parts));
        expect(columns.map((column) => hitsAt(normal, column))).toEqual(columns.map((column) => hitsAt(parts, column)));
        expect(normalColumns(normal)).toEqual(normal);
        for (let i = 3; i < normal.length; i += 3) {
          expect(normal[i]).toBeGreaterThanOrEqual(normal[i - 2]);
          if (normal[i] === normal[i - 2]) expect(normal[i + 2]).not.toBe(normal[i - 1]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("merge to the greater hits of each column", () => {
    fc.assert(
      fc.property(anyParts, anyParts, (ours, theirs) => {
        const merged = mergeColumns(normalColumns(ours), normalColumns(theirs));
        for (const column of columns) {
          expect(hitsAt(merged, column)).toBe(Math.max(hitsAt(ours, column), hitsAt(theirs, column)));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are left out where a part ends before it starts", () => {
    expect(normalColumns([5, 3, 1])).toEqual([]);
    expect(normalColumns([5, 0, 1])).toEqual([5, 0, 1]);
  });
});
