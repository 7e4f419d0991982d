import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coveragePy } from "../../src/formats/coverage-py.js";
import { istanbul } from "../../src/formats/istanbul.js";
import type { ReportFormat } from "../../src/formats/parser.js";
import { cutAt, parse, values } from "../support/parsing.js";
import { reordered, spacedJson, spaces } from "../support/spaced-json.js";

type Lines = Record<number, number>;

/** Texts that look like parts of a report. */
const text = fc.constantFrom("a.py", 'f"{', "}]", "\\", "executed_lines", '"start":{"line":7}', "é\n", "");
const fileName = fc.constantFrom("a.js", "lib/b.js", 'c"}.js', "d\\.js", "é/e.js", "coverage");
const cuts = fc.array(fc.nat(), { maxLength: 8 });
const order = fc.array(fc.nat(), { minLength: 1, maxLength: 9 });

/** What a format makes of a report that is written with this space and cut at these places. */
function read(format: ReportFormat, report: unknown, space: readonly string[], places: readonly number[]) {
  const { files, fault } = parse(format, cutAt(Buffer.from(spacedJson(report, space)), places));
  expect(fault).toBeNull();
  return Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, values(lines)]));
}

/** Of several counts of a line the greatest. */
function greatest(counts: readonly (readonly [line: number, hits: number])[]): Lines {
  const lines: Lines = {};
  for (const [line, hits] of counts) if (line > 0 && hits >= 0) lines[line] = Math.max(lines[line] ?? 0, hits);
  return lines;
}

describe("coverage.py, read byte by byte", () => {
  const numbers = fc.array(
    fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 300 }) }, fc.constantFrom(0, -4, 5000, 70_000, 900_000)),
    { maxLength: 40 },
  );
  const lists = fc.record({ executed_lines: numbers, missing_lines: numbers, excluded_lines: numbers });
  const file = fc
    .record({
      lists,
      functions: fc.dictionary(text, lists, { maxKeys: 2 }),
      contexts: fc.dictionary(text, fc.array(text), { maxKeys: 3 }),
      executed_branches: fc.array(fc.tuple(fc.nat(99), fc.integer({ min: -9, max: 99 })), { maxLength: 5 }),
      order,
    })
    .map(({ lists: own, order: by, ...others }) => reordered({ ...own, ...others, summary: { lines: 1.5e2 } }, by));

  it("gives what JSON.parse gives, whatever the space, the order of members, and where it is cut", () => {
    fc.assert(
      fc.property(fc.dictionary(fileName, file, { maxKeys: 3 }), spaces, cuts, (files, space, places) => {
        const expected = Object.entries(files).map(([name, { executed_lines, missing_lines }]) => [
          name,
          greatest([
            ...(executed_lines as number[]).map((line) => [line, 1] as const),
            ...(missing_lines as number[]).map((line) => [line, 0] as const),
          ]),
        ]);
        expect(read(coveragePy, { meta: {}, files, totals: {} }, space, places)).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 300 },
    );
  });
});

interface Place {
  readonly skip?: boolean;
  readonly start?: { readonly line?: number | null };
  readonly loc?: Place;
}

describe("Istanbul, read byte by byte", () => {
  const lineNumber = fc.nat(60);
  const span = lineNumber.map((line) => ({ start: { line, column: 4 }, end: { line: line + 1, column: null } }));
  const place: fc.Arbitrary<Place> = fc.oneof(
    { weight: 12, arbitrary: span },
    fc.record({ name: text, decl: span, loc: span, line: lineNumber }),
    fc.record({ start: fc.constant({}), end: fc.constant({}) }),
    fc.record({ start: fc.constant({ line: null }), end: span }),
    fc.record({ end: span, start: span.map(({ start }) => start), note: text }),
    fc.record({ start: span.map(({ start }) => start), skip: fc.boolean() }),
    fc.record({ loc: span, start: span.map(({ start }) => start) }),
  );
  const hits = fc.oneof(
    { weight: 24, arbitrary: fc.nat(9) },
    fc.constantFrom(4_294_967_296, 12_345_678_901, "5", "12", null),
  );
  const id = fc.oneof({ weight: 12, arbitrary: fc.nat(99).map(String) }, fc.constantFrom("x", "01", "é", "-1"));
  const locations: fc.Arbitrary<readonly (Place | string | null)[] | Place | null> = fc.oneof(
    { weight: 12, arbitrary: fc.array(place, { maxLength: 3 }) },
    fc.array(fc.oneof(place, fc.constantFrom(null, "start")), { maxLength: 3 }),
    place,
    fc.constant(null),
  );
  const branch = fc.record({
    entry: fc.record({ loc: span, type: text, locations, line: lineNumber }),
    counts: fc.array(hits, { minLength: 3, maxLength: 3 }),
  });
  const counted = fc.record({ entry: place, count: hits });
  const members = fc.record({
    statements: fc.dictionary(id, counted, { maxKeys: 12 }),
    functions: fc.dictionary(id, counted, { maxKeys: 4 }),
    branches: fc.dictionary(id, branch, { maxKeys: 4 }),
    path: text,
    countsInOtherOrder: fc.boolean(),
    order,
    isWrapped: fc.boolean(),
  });

  const lineOf = (at: Place | string | null) => {
    if (at === null || typeof at === "string") return 0;
    const { loc, ...own } = at;
    return at.skip || loc?.skip ? 0 : ((loc ?? own).start?.line ?? 0);
  };
  const countOf = (count: number | string | null) => (count === null ? Number.NaN : Number(count));
  const listOf = <T>(items: readonly T[] | object | null) => (Array.isArray(items) ? (items as readonly T[]) : []);
  const pick = <T, U>(entries: Record<string, T>, what: (entry: T) => U) =>
    Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, what(entry)]));

  const file = members.map(({ statements, functions, branches, path, countsInOtherOrder, order: by, isWrapped }) => {
    const inOrder = (counts: Record<string, unknown>) => (countsInOtherOrder ? reordered(counts, by) : counts);
    const written = reordered(
      {
        path,
        statementMap: pick(statements, ({ entry }) => entry),
        s: inOrder(pick(statements, ({ count }) => count)),
        fnMap: pick(functions, ({ entry }) => entry),
        f: inOrder(pick(functions, ({ count }) => count)),
        branchMap: pick(branches, ({ entry }) => entry),
        b: inOrder(pick(branches, ({ entry, counts }) => counts.slice(0, listOf(entry.locations).length))),
        inputSourceMap: { sourcesContent: [path] },
      },
      by,
    );
    const counts = [...Object.values(statements), ...Object.values(functions)].map(
      ({ entry, count }) => [lineOf(entry), countOf(count)] as const,
    );
    const ofBranches = Object.values(branches).flatMap((each) =>
      listOf<Place | string | null>(each.entry.locations).map(
        (location, at) => [lineOf(location), countOf(each.counts[at])] as const,
      ),
    );
    return { written: isWrapped ? { data: written } : written, lines: greatest([...counts, ...ofBranches]) };
  });

  it("gives what JSON.parse gives, whatever the space, the order of members, and where it is cut", () => {
    fc.assert(
      fc.property(fc.dictionary(fileName, file, { maxKeys: 3 }), spaces, cuts, (files, space, places) => {
        const expected = Object.entries(pick(files, ({ lines }) => lines));
        expect(
          read(
            istanbul,
            pick(files, ({ written }) => written),
            space,
            places,
          ),
        ).toEqual(Object.fromEntries(expected.filter(([, lines]) => Object.keys(lines).length > 0)));
      }),
      { numRuns: 500 },
    );
  });
});
