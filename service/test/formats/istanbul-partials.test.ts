import { describe, expect, it } from "vitest";
import { istanbul } from "../../src/formats/istanbul.js";
import { DEFAULT_PARSER_OPTIONS } from "../../src/formats/parser-options.js";
import { LineKind } from "../../src/report/file-coverage.js";
import { parse, values } from "../support/parsing.js";

interface Place {
  readonly start: object;
  readonly end: object;
}

const place = (line: number, column: number, endLine: number, endColumn: number | null): Place => ({
  start: { line, column },
  end: { line: endLine, column: endColumn },
});
const NOWHERE: Place = { start: {}, end: {} };

function linesOf(
  branches: readonly { at: Place; of: readonly Place[]; hits: readonly number[] }[],
  enablePartials = true,
) {
  const byId = <T>(items: readonly T[]) => Object.fromEntries(items.entries());
  const statements = [1, 2, 5];
  const report = {
    "src/a.ts": {
      path: "src/a.ts",
      statementMap: byId(statements.map((line) => place(line, 0, line, 30))),
      s: byId(statements.map(() => 4)),
      fnMap: { 0: { name: "f", loc: place(1, 0, 6, 1) } },
      f: { 0: 1 },
      branchMap: byId(branches.map(({ at, of }) => ({ type: "if", loc: at, locations: of }))),
      b: byId(branches.map(({ hits }) => hits)),
    },
  };
  const options = { ...DEFAULT_PARSER_OPTIONS, javascript: { enablePartials } };
  return parse(istanbul, JSON.stringify(report), {}, { options }).files["src/a.ts"];
}

describe("Istanbul with parsers.javascript.enable_partials", () => {
  const ternary = { at: place(2, 8, 2, 20), of: [place(2, 12, 2, 14), place(2, 16, 2, 20)], hits: [4, 0] };

  it("has of a line with branches how many of them were taken, whatever the statements on it count", () => {
    expect(values(linesOf([ternary]))).toEqual({ 1: 4, 2: "1/2", 5: 4 });
    expect(linesOf([ternary])[1]).toMatchObject({ kind: LineKind.Branch });
    expect(values(linesOf([{ ...ternary, hits: [4, 1] }]))[2]).toBe("2/2");
    expect(values(linesOf([{ ...ternary, hits: [0, 0] }]))[2]).toBe("0/2");
  });

  it("does not ask for it by default: the greatest count stays", () => {
    expect(values(linesOf([ternary], false))).toEqual({ 1: 4, 2: 4, 5: 4 });
  });

  it("tells the columns of the branches that stand on the line", () => {
    expect(linesOf([ternary])[1].columns).toEqual([
      { start: 12, end: 14, hits: 4 },
      { start: 16, end: 20, hits: 0 },
    ]);
  });

  it("has a branch up to the end of the line where it goes on below, or its end is not told", () => {
    const onward = { ...ternary, of: [place(2, 12, 2, 14), place(2, 16, 4, 3)] };
    const untold = { ...ternary, of: [place(2, 12, 2, 14), place(2, 16, 2, null)] };
    const columns = [
      { start: 12, end: 14, hits: 4 },
      { start: 16, end: null, hits: 0 },
    ];
    expect(linesOf([onward])[1].columns).toEqual(columns);
    expect(linesOf([untold])[1].columns).toEqual(columns);
  });

  it("counts an else at the line of its if, also one that is not written", () => {
    const unwritten = { at: place(2, 2, 4, 3), of: [place(2, 2, 4, 3), NOWHERE], hits: [4, 0] };
    const below = { at: place(2, 2, 6, 3), of: [place(2, 2, 4, 3), place(5, 9, 6, 3)], hits: [4, 0] };
    expect(values(linesOf([unwritten]))).toEqual({ 1: 4, 2: "1/2", 5: 4 });
    expect(values(linesOf([below]))).toEqual({ 1: 4, 2: "1/2", 5: 4 });
  });

  it("sums up the decisions of a line", () => {
    expect(values(linesOf([ternary, { ...ternary, hits: [1, 1] }]))[2]).toBe("3/4");
  });
});
