import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CoverageBuilder } from "../../src/report/coverage-builder.js";
import { LineKind } from "../../src/report/file-coverage.js";
import type { ColumnPart, LineValue } from "../../src/report/line-value.js";
import { mergeFiles, sortAndMerge } from "../../src/report/merge.js";
import { addLines, coverage, type Line, linesOf } from "../support/coverage.js";

/** Merges values of one line in the order of their sessions. */
function mergeAll(...sessions: readonly (LineValue | Omit<Line, "line">)[]): Line {
  const lines = sessions.map((session): Line => {
    return { line: 1, ...(typeof session === "object" && session !== null ? session : { value: session }) };
  });
  return linesOf(lines.map((line) => coverage([line])).reduce(mergePair))[0];
}

function mergePair(first: ReturnType<typeof coverage>, second: ReturnType<typeof coverage>) {
  const into = new CoverageBuilder();
  mergeFiles(first, second, into);
  return into.view();
}

describe("merging the values of a line", () => {
  it.each<[string, LineValue[], LineValue]>([
    ["the greater count stays", [0, 1], 1],
    ["the greater count stays, in whatever order", [1, 0], 1],
    ["large counts stay", [99_999, 10], 99_999],
    ["no data gives way to anything", [null, 0], 0],
    ["anything stays beside no data", [3, null], 3],
    ["a skipped line stays skipped", [0, -1], -1],
    ["a skipped line stays skipped, in whatever order", [-1, "1/2"], -1],
    ["no data gives way to a skipped line", [null, -1], -1],
    ["partial beats a miss", [true, 0], true],
    ["partial and no data is partial", [true, null], true],
    ["partial and partial is partial", [true, true], true],
    ["partial leaves a ratio as it is", [true, "1/2"], "1/2"],
    ["a hit beats partial", [true, 4], 4],
    ["a miss leaves a ratio as it is", ["1/4", 0], "1/4"],
    ["a hit fulfils a ratio", ["1/4", 1], "4/4"],
    ["a hit fulfils a later ratio", [1, "0/2", "1/2"], "2/2"],
    ["a partial ratio beats a missed one", [0, "0/2", "1/2"], "1/2"],
    ["of two ratios the greater parts stay", ["1/2", "2/3"], "2/3"],
    ["of two ratios the greater number of branches stays", ["1/2", "1/6"], "1/6"],
    ["a full ratio wins", ["1/6", "2/2"], "2/2"],
    ["a full ratio that came first wins", ["2/2", "1/6"], "2/2"],
    ["equal ratios stay", ["1/2", "1/2"], "1/2"],
  ])("%s: %j is %j", (_, values, expected) => {
    expect(mergeAll(...values).value).toBe(expected);
  });

  it("takes branches as missing that every session misses", () => {
    const merged = mergeAll({ value: "1/2", missing: ["1"] }, { value: "1/2", missing: ["2"] });
    expect(merged).toMatchObject({ value: "2/2", missing: [] });
    expect(mergeAll({ value: "1/2", missing: ["1"] }, { value: "1/2", missing: ["1"] })).toMatchObject({
      value: "1/2",
      missing: ["1"],
    });
    expect(mergeAll({ value: "2/3", missing: ["1"] }, { value: "1/3", missing: ["1", "2"] })).toMatchObject({
      value: "2/3",
      missing: ["1"],
    });
  });

  it("counts what is missing against the branches of the first session", () => {
    expect(mergeAll({ value: "1/4", missing: ["56"] }, { value: "1/4", missing: ["56"] }).value).toBe("3/4");
    const ids = ["1", "2", "3", "4"];
    expect(mergeAll({ value: "0/3", missing: ids }, { value: "0/3", missing: ids }).value).toBe("0/3");
  });

  it("takes a hit without a list as missing nothing, and a miss without a list as saying nothing", () => {
    expect(mergeAll({ value: "1/2", missing: ["1"] }, "2/2").value).toBe("2/2");
    expect(mergeAll({ value: "1/2", missing: ["1"] }, 5)).toMatchObject({ value: "2/2", missing: [] });
    expect(mergeAll({ value: "1/2", missing: ["1"] }, 0)).toMatchObject({ value: "1/2", missing: ["1"] });
    expect(mergeAll({ value: "1/2", missing: ["1"] }, "0/2")).toMatchObject({ value: "1/2", missing: ["1"] });
  });

  it("intersects long lists as it does short ones", () => {
    const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}:0`);
    const merged = mergeAll({ value: "0/500", missing: ids(0, 500) }, { value: "100/500", missing: ids(100, 500) });
    expect(merged).toMatchObject({ value: "100/500" });
    expect(merged.missing).toHaveLength(400);
  });

  it("keeps the greater complexity, and one that only one session knows", () => {
    expect(mergeAll({ value: 1, complexity: [1, 4] }, { value: 0, complexity: [3, 4] }).complexity).toEqual([3, 4]);
    expect(mergeAll({ value: 1, complexity: [2, 3] }, { value: 1, complexity: [2, 5] }).complexity).toEqual([2, 5]);
    expect(mergeAll({ value: "1/2", complexity: [2, 3] }, 5).complexity).toEqual([2, 3]);
    expect(mergeAll(0, { value: 0, complexity: [2, 3] }).complexity).toEqual([2, 3]);
  });

  it("keeps the greater hits of each column, and joins columns that have the same", () => {
    const parts = (...columns: ColumnPart[]) => ({ value: 1, columns });
    const merged = mergeAll(
      parts({ start: 0, end: 10, hits: 0 }, { start: 12, end: null, hits: 3 }),
      parts({ start: 4, end: 6, hits: 2 }, { start: 6, end: 14, hits: 2 }),
    );
    expect(merged.columns).toEqual([
      { start: 0, end: 4, hits: 0 },
      { start: 4, end: 12, hits: 2 },
      { start: 12, end: null, hits: 3 },
    ]);
    expect(mergeAll(parts({ start: 1, end: 2, hits: 1 }), 1).columns).toEqual([{ start: 1, end: 2, hits: 1 }]);
  });

  it("keeps the first kind that says something", () => {
    expect(mergeAll(1, { value: "1/2", kind: LineKind.Branch }).kind).toBe(LineKind.Branch);
    expect(mergeAll({ value: 1, kind: LineKind.Method }, { value: "1/2", kind: LineKind.Branch }).kind).toBe(
      LineKind.Method,
    );
  });
});

const ids = fc.uniqueArray(fc.constantFrom("0", "1", "2", "3"), { minLength: 1, maxLength: 4 });
const anyKind = fc.constantFrom(LineKind.Line, LineKind.Branch, LineKind.Method);
const anyValue: fc.Arbitrary<Omit<Line, "line">> = fc.oneof(
  fc.record({ value: fc.constantFrom<LineValue>(null, -1, true, 0, 1, 7, 99_999), kind: anyKind }),
  fc.record({ value: fc.constantFrom<LineValue>("0/4", "1/4", "3/4", "4/4"), kind: anyKind }),
  fc.record({ missing: ids, kind: anyKind }).map(({ missing, kind }) => ({
    value: `${4 - missing.length}/4`,
    kind,
    missing,
  })),
);
const anyColumns = fc
  .array(fc.record({ start: fc.nat({ max: 9 }), width: fc.nat({ max: 5 }), hits: fc.nat({ max: 2 }) }), {
    maxLength: 4,
  })
  .map((parts): ColumnPart[] =>
    parts.map(({ start, width, hits }) => ({ start, end: width === 0 ? null : start + width, hits })),
  );
const anyAttached: fc.Arbitrary<Pick<Line, "complexity" | "columns">> = fc.record(
  { complexity: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })), columns: anyColumns },
  { requiredKeys: [] },
);
const anyFile: fc.Arbitrary<Line[]> = fc
  .uniqueArray(fc.record({ line: fc.integer({ min: 1, max: 12 }), rest: anyValue, attached: anyAttached }), {
    selector: ({ line }) => line,
  })
  .map((lines) =>
    lines.map(({ line, rest, attached }) => ({ line, ...rest, ...attached })).sort((a, b) => a.line - b.line),
  );
const anySessions = fc.array(anyFile, { minLength: 3, maxLength: 6 });

const statusAndList = (lines: Line[]) =>
  lines.map(({ line, value, missing, complexity, columns }) => ({ line, value, missing, complexity, columns }));

describe("merging files", () => {
  it("twice gives what once gives", () => {
    fc.assert(
      fc.property(anyFile, (lines) => {
        expect(linesOf(mergePair(coverage(lines), coverage(lines)))).toEqual(linesOf(coverage(lines)));
      }),
    );
  });

  it("does not depend on the order of sessions whose ratios have the same branches, but for the kinds", () => {
    fc.assert(
      fc.property(anyFile, anyFile, (first, second) => {
        const one = linesOf(mergePair(coverage(first), coverage(second)));
        const other = linesOf(mergePair(coverage(second), coverage(first)));
        expect(statusAndList(one)).toEqual(statusAndList(other));
      }),
    );
  });

  it("in the order of sessions gives the same, however the sessions are grouped before", () => {
    fc.assert(
      fc.property(anySessions, fc.nat(), (sessions, at) => {
        const cut = 1 + (at % (sessions.length - 1));
        const files = sessions.map(coverage);
        const grouped = mergePair(files.slice(0, cut).reduce(mergePair), files.slice(cut).reduce(mergePair));
        expect(linesOf(grouped)).toEqual(linesOf(files.reduce(mergePair)));
      }),
    );
  });

  it("keeps lines that only one of them has", () => {
    const merged = mergePair(coverage([{ line: 1, value: 1 }]), coverage([{ line: 2, value: "1/2", missing: ["a"] }]));
    expect(linesOf(merged)).toEqual([
      { line: 1, value: 1, kind: 0 },
      { line: 2, value: "1/2", kind: 0, missing: ["a"] },
    ]);
  });

  it("agrees, line by line, with rules that see all sessions at once", () => {
    fc.assert(
      fc.property(fc.array(anyValue, { minLength: 1, maxLength: 6 }), (sessions) => {
        const merged = mergeAll(...sessions);
        expect(merged.value).toBe(allAtOnce(sessions));
      }),
      { numRuns: 2000 },
    );
  });
});

/** The rules written down for a list of sessions, values as they are shown; ratios are all of 4 branches. */
function allAtOnce(sessions: readonly Omit<Line, "line">[]): LineValue {
  const values = sessions.map(({ value }) => value).filter((value) => value !== null);
  if (values.length === 0) return null;
  if (values.includes(-1)) return -1;
  const counts = values.filter((value) => typeof value === "number");
  const ratios = sessions.filter(({ value }) => typeof value === "string");
  if (ratios.length === 0) {
    const most = Math.max(0, ...counts);
    return most === 0 && values.includes(true) ? true : most;
  }
  if (counts.some((count) => count > 0)) return "4/4";
  if (ratios.length === 1) return ratios[0].value;
  const lists = ratios
    .map(({ value, missing }) => missing ?? (value === "4/4" ? [] : null))
    .filter((list) => list !== null);
  if (ratios.some(({ missing }) => missing !== undefined)) {
    const [first, ...others] = lists;
    return `${4 - first.filter((id) => others.every((list) => list.includes(id))).length}/4`;
  }
  return `${Math.max(...ratios.map(({ value }) => Number(String(value)[0])))}/4`;
}

describe("sorting and merging what came in any order", () => {
  it("gives what merging the lines one after the other gives", () => {
    const anyOrder = fc.array(fc.record({ line: fc.integer({ min: 1, max: 20 }), rest: anyValue }), { maxLength: 60 });
    fc.assert(
      fc.property(anyOrder, (entries) => {
        const lines = entries.map(({ line, rest }) => ({ line, ...rest }));
        const unordered = new CoverageBuilder();
        addLines(unordered, lines);
        const sorted = sortAndMerge(unordered.view(), new CoverageBuilder(), new CoverageBuilder()).view();
        const one = lines.map((line) => coverage([line])).reduce(mergePair, coverage([]));
        expect(linesOf(sorted)).toEqual(linesOf(one));
      }),
    );
  });

  it("knows whether lines ascend at all", () => {
    const builder = new CoverageBuilder();
    addLines(
      builder,
      [1, 2, 3].map((line) => ({ line, value: 1 })),
    );
    expect(builder.ascending).toBe(true);
    addLines(builder, [{ line: 3, value: 1 }]);
    expect(builder.ascending).toBe(false);
  });
});
