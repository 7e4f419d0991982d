import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { go } from "../../src/formats/go.js";
import { DEFAULT_PARSER_OPTIONS } from "../../src/formats/parser-options.js";
import type { FileCoverage } from "../../src/report/file-coverage.js";
import { DEFAULT_LIMITS } from "../../src/settings/defaults.js";
import { parse, values } from "../support/parsing.js";

const linesOf = (...blocks: string[]) => {
  const { files, fault } = parse(go, `mode: set\n${blocks.map((block) => `a.go:${block}\n`).join("")}`);
  expect(fault).toBeNull();
  return values(files["a.go"] ?? []);
};

interface Block {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly hits: number;
}

const END_OF_LINE = 30;

/** Lines by the hits of each of their columns. */
function byTable(blocks: readonly Block[]) {
  const table = new Map<number, number[]>();
  for (const { line, column, endLine, endColumn, hits } of blocks) {
    for (let at = line; at <= endLine; at++) {
      if (at === endLine && endLine > line && endColumn <= 2) continue;
      const columns = table.get(at) ?? [];
      table.set(at, columns);
      const end = at === endLine ? endColumn : END_OF_LINE;
      for (let i = at === line ? column : 0; i < end; i++) columns[i] = Math.max(columns[i] ?? 0, hits);
    }
  }
  return Object.fromEntries(
    Array.from(table, ([line, columns]) => {
      const told = columns.filter((hits) => hits !== undefined);
      const runs = told.filter((hits, at) => at === 0 || hits !== told[at - 1]);
      return [line, runs.length === 1 ? runs[0] : `${runs.filter((hits) => hits > 0).length}/${runs.length}`];
    }),
  );
}

describe("a Go cover profile", () => {
  it("counts all lines of a block, and its last one if more than the brace is in it", () => {
    expect(linesOf("1.5,3.2 1 1")).toEqual({ 1: 1, 2: 1 });
    expect(linesOf("1.5,3.3 1 1")).toEqual({ 1: 1, 2: 1, 3: 1 });
    expect(linesOf("4.2,4.3 1 7")).toEqual({ 4: 7 });
  });

  it("has lines in parts where their columns have different hits", () => {
    expect(linesOf("1.2,1.9 1 1", "1.9,1.20 1 0")).toEqual({ 1: "1/2" });
    expect(linesOf("1.2,1.9 1 1", "1.9,1.20 1 3")).toEqual({ 1: "2/2" });
    expect(linesOf("1.2,1.9 1 0", "1.9,1.12 1 2", "1.12,1.20 1 0")).toEqual({ 1: "1/3" });
  });

  it("has a line in parts of which one was hit as a hit, where parsers.go.partials_as_hits says so", () => {
    const options = { ...DEFAULT_PARSER_OPTIONS, go: { partialsAsHits: true } };
    const profile = ["1.2,1.9 1 7", "1.9,1.20 1 0", "2.2,2.9 1 0", "3.2,3.9 1 1", "3.9,3.20 1 5"];
    const { files } = parse(go, `mode: count\n${profile.map((block) => `a.go:${block}\n`).join("")}`, {}, { options });
    expect(values(files["a.go"])).toEqual({ 1: 1, 2: 0, 3: "2/2" });
  });

  it("has a line as one where all of it has the same hits, also across a gap", () => {
    expect(linesOf("1.2,1.9 1 2", "1.12,1.20 1 2")).toEqual({ 1: 2 });
  });

  it("takes the greatest hits of a block that several packages name, wherever they do", () => {
    const { files } = parse(
      go,
      "mode: set\na.go:1.2,1.9 1 1\na.go:1.9,1.20 1 0\nb.go:1.1,1.2 1 1\na.go:1.2,1.9 1 0\na.go:1.9,1.20 1 1\n",
    );
    expect(values(files["a.go"])).toEqual({ 1: 1 });
  });

  it("passes lines over that tell percentages, and later modes", () => {
    const { files, fault } = parse(go, "mode: set\na.go:1.1,1.5 1 1\ntotal: (statements) 50.0%\nmode: set\n\n");
    expect({ fault, lines: values(files["a.go"]) }).toEqual({ fault: null, lines: { 1: 1 } });
  });

  it("is not used at all when a line is no block, and says which", () => {
    const { files, fault } = parse(go, "mode: set\na.go:1.1,1.5 1 1\na.go:1,1.5 1 1\n");
    expect(files).toEqual({});
    expect(fault).toBe("line 3 is no block of a Go cover profile: a.go:1,1.5 1 1");
  });

  it("gives what a table of all columns gives, in whatever order blocks come and however they overlap", () => {
    const block = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }), fc.nat(3), fc.nat(9), fc.nat(2))
      .map(([line, column, lines, columns, hits]) => ({
        ...{ line, column, hits, endLine: line + lines },
        endColumn: lines === 0 ? column + 1 + columns : 1 + columns,
      }));
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), (blocks) => {
        const profile = blocks.map(
          (each) => `${each.line}.${each.column},${each.endLine}.${each.endColumn} 1 ${each.hits}`,
        );
        expect(linesOf(...profile)).toEqual(byTable(blocks));
      }),
      { numRuns: 500 },
    );
  });

  it("takes time that grows with its length, also when all blocks are on one line or span many", () => {
    const onOne = Array.from({ length: 60_000 }, (_, at) => `a.go:1.${2 * at + 1},1.${2 * at + 2} 1 ${at % 2}\n`);
    const wide = Array.from({ length: 20_000 }, (_, at) => `b.go:${at + 1}.1,${at + 50_000}.9 1 ${at % 2}\n`);
    const started = performance.now();
    const { files } = parse(go, `mode: set\n${onOne.join("")}${wide.join("")}`);
    expect(Object.keys(files)).toEqual(["a.go", "b.go"]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("takes time that grows with its blocks, not with the lines that many of them have", () => {
    const nested = (file: number) =>
      Array.from({ length: 100 }, (_, at) => `${file}.go:${at + 1}.1,${99_000 + at}.9 1 ${at}\n`).join("");
    const started = performance.now();
    const profile = `mode: set\n${Array.from({ length: 30 }, (_, file) => nested(file)).join("")}`;
    let lines = 0;
    const sink = {
      file: (_: string, coverage: FileCoverage) => {
        lines += coverage.lines.length;
      },
      source() {},
      note() {},
      made() {},
    };
    const parser = go.parser(sink, DEFAULT_LIMITS, { reportName: null, options: DEFAULT_PARSER_OPTIONS });
    parser.write(Buffer.from(profile));
    parser.end();
    expect(lines).toBe(30 * 99_099);
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it("has lines that many blocks have with the greatest of their hits", () => {
    const lines = linesOf("1.1,9.9 1 2", "2.1,8.9 1 5", "3.1,7.9 1 3");
    expect(lines).toEqual({ 1: 2, 2: "2/2", 3: 5, 4: 5, 5: 5, 6: 5, 7: 5, 8: "2/2", 9: 2 });
  });

  it("may not have more different blocks than allowed", () => {
    const blocks = (file: string, count: number) =>
      Array.from({ length: count }, (_, at) => `${file}.go:${at + 1}.1,${at + 1}.9 1 1\n`).join("");
    const limits = { lines: 100 };
    const refused = "the profile has more than 100 blocks, the most allowed";
    expect(() => parse(go, `mode: set\n${blocks("a", 300)}`, limits)).toThrow(refused);
    const files = ["a", "b", "c", "d", "e", "f", "g"].map((file) => blocks(file, 40));
    expect(() => parse(go, `mode: set\n${files.join("")}`, limits)).toThrow(refused);
    const repeated = `${blocks("a", 50)}${blocks("b", 50)}`.repeat(20);
    expect(Object.keys(parse(go, `mode: set\n${repeated}`, limits).files)).toEqual(["a.go", "b.go"]);
  });

  it("takes a file up again of which no block was usable before", () => {
    const { files } = parse(go, "mode: set\na.go:0.1,0.2 1 1\nb.go:1.1,1.9 1 1\na.go:2.1,2.9 1 1\n");
    expect(values(files["a.go"])).toEqual({ 2: 1 });
  });
});
