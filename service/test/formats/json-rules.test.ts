import { describe, expect, it } from "vitest";
import { coveragePy } from "../../src/formats/coverage-py.js";
import { coveralls } from "../../src/formats/coveralls.js";
import { elm } from "../../src/formats/elm.js";
import { flowcover } from "../../src/formats/flowcover.js";
import { llvm } from "../../src/formats/llvm.js";
import type { ReportFormat } from "../../src/formats/parser.js";
import { rlang } from "../../src/formats/rlang.js";
import { salesforce } from "../../src/formats/salesforce.js";
import { scala } from "../../src/formats/scala.js";
import { simplecov } from "../../src/formats/simplecov.js";
import { v1 } from "../../src/formats/v1.js";
import { LineKind } from "../../src/report/file-coverage.js";
import { parse, values } from "../support/parsing.js";
import { within } from "../support/within.js";

function valuesIn(format: ReportFormat, report: unknown) {
  const { files, fault } = parse(format, JSON.stringify(report));
  expect(fault).toBeNull();
  return Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, values(lines)]));
}

describe("Codecov's own JSON", () => {
  const lines = (coverage: unknown) => valuesIn(v1, { coverage: { a: coverage } }).a;

  it("has lists whose first place is no line, counts by line, or lists of SimpleCov, which begin with line 1", () => {
    expect(lines([null, 1, 0])).toEqual({ 1: 1, 2: 0 });
    expect(lines([7, 1, 0])).toEqual({ 1: 1, 2: 0 });
    expect(lines({ 1: 1, 3: 0 })).toEqual({ 1: 1, 3: 0 });
    expect(lines({ lines: [1, null, 0], branches: {} })).toEqual({ 1: 1, 3: 0 });
  });

  it("has result sets of SimpleCov below the names of their commands, with lists that begin with line 1", () => {
    expect(
      valuesIn(v1, {
        RSpec: { coverage: { a: [1, null, 0], b: { lines: [null, 2] } }, timestamp: 1 },
        MiniTest: { coverage: { a: [0, null, 3] } },
      }),
    ).toEqual({ a: { 1: 1, 3: 3 }, b: { 2: 2 } });
  });

  it("takes a number in quotes for a count, a ratio for branches, true for partial, false and null for nothing", () => {
    expect(lines({ 1: "5", 2: "1/2", 3: true, 4: false, 5: null, 6: "0/2", 7: "2/2" })).toEqual({
      1: 5,
      2: "1/2",
      3: true,
      6: "0/2",
      7: "2/2",
    });
    const { files } = parse(v1, '{"coverage":{"a":{"1":"5","2":"1/2","3":true,"4":6}}}');
    expect(files.a.map(({ kind }) => LineKind[kind ?? 0])).toEqual(["Line", "Branch", "Branch", "Line"]);
  });

  it("sets lines aside that are -1 or ignored, and leaves out lines that are none", () => {
    expect(lines({ 1: -1, 2: "ignored", 0: 4, "-3": 1, 4: 1 })).toEqual({ 1: -1, 2: -1, 4: 1 });
  });
});

describe("simplecov-json", () => {
  it("has lists that begin with line 1, in which null is no data and ignored lines are set aside", () => {
    const report = {
      meta: { simplecov_version: "0.21.2" },
      files: [
        { filename: "a.rb", coverage: [1, null, 0, "ignored"] },
        { filename: "b.rb", coverage: { lines: ["2", null] } },
      ],
    };
    expect(valuesIn(simplecov, report)).toEqual({ "a.rb": { 1: 1, 2: null, 3: 0, 4: -1 }, "b.rb": { 1: 2, 2: null } });
  });
});

describe("Coveralls", () => {
  it("has lists that begin with line 1, also as JSON in a text; null is no line, branches are not read", () => {
    const source_files = [
      { name: "a.c", coverage: [null, 1, 0], branches: [2, 0, 0, 0] },
      { name: "b.c", coverage: "[3, null, 0]" },
    ];
    expect(valuesIn(coveralls, { source_files })).toEqual({ "a.c": { 2: 1, 3: 0 }, "b.c": { 1: 3, 3: 0 } });
  });
});

describe("covr", () => {
  it("has lists by line number, whose first place is no line", () => {
    expect(valuesIn(rlang, { uploader: "R", files: [{ name: "a.R", coverage: [9, null, 1, 0] }] })).toEqual({
      "a.R": { 2: 1, 3: 0 },
    });
  });
});

describe("coverage.py", () => {
  it("has lines that were run and that were missed; no line below 1, and no branch", () => {
    const file = {
      executed_lines: [1, 2],
      missing_lines: [-1, 0, 4],
      excluded_lines: [5],
      executed_branches: [[1, 2]],
      missing_branches: [[1, 4]],
    };
    expect(valuesIn(coveragePy, { meta: { show_contexts: false }, files: { "a.py": file } })).toEqual({
      "a.py": { 1: 1, 2: 1, 4: 0 },
    });
  });

  it("repeats lines below functions and classes, which say nothing new", () => {
    const file = {
      executed_lines: [1],
      missing_lines: [2],
      contexts: { 1: ["executed_lines", "]"] },
      functions: { f: { executed_lines: [7], missing_lines: [8] } },
      classes: { C: { executed_lines: [9] }, executed_lines: { missing_lines: [10] } },
    };
    expect(valuesIn(coveragePy, { files: { "a.py": file }, totals: { executed_lines: [3] } })).toEqual({
      "a.py": { 1: 1, 2: 0 },
    });
  });
});

describe("Salesforce", () => {
  it("has classes whose names get an ending if they have none, and counts by line", () => {
    expect(
      valuesIn(salesforce, [
        { name: "Shop", lines: { 1: 1, 2: 0 } },
        { name: "Order.trigger", lines: { 3: 1 } },
      ]),
    ).toEqual({ "Shop.cls": { 1: 1, 2: 0 }, "Order.trigger": { 3: 1 } });
  });
});

describe("Scala", () => {
  it("has counts by line", () => {
    expect(valuesIn(scala, { fileReports: [{ filename: "a.scala", coverage: { 1: 1, 3: 0 } }] })).toEqual({
      "a.scala": { 1: 1, 3: 0 },
    });
  });
});

describe("elm-coverage", () => {
  it("has sections of modules, which may come before their files, and leaves out a module without a file", () => {
    const section = (first: number, last: number, count?: number) => ({
      count,
      from: { line: first, column: 1 },
      to: { line: last, column: 5 },
    });
    const report = {
      coverageData: { Main: [section(2, 5, 3), section(7, 7)], Lost: [section(1, 1, 1)] },
      moduleMap: { Main: "src/Main.elm" },
    };
    expect(valuesIn(elm, report)).toEqual({ "src/Main.elm": { 2: 3, 3: 3, 4: 3, 7: 0 } });
  });
});

describe("flow-coverage-report", () => {
  it("has places by their first lines, of which the covered ones win", () => {
    const at = (line: number, end = line) => ({ start: { line, column: 1 }, end: { line: end, column: 9 } });
    const expressions = { covered_locs: [at(1), at(3, 5)], uncovered_locs: [at(1), at(2), at(8, 9)] };
    expect(valuesIn(flowcover, { flowStatus: {}, files: { "a.js": { expressions } } })).toEqual({
      "a.js": { 1: 1, 2: 0, 3: 1, 8: 0 },
    });
  });
});

describe("LLVM", () => {
  const report = (segments: readonly unknown[], branches: readonly unknown[]) =>
    JSON.stringify({ data: [{ files: [{ filename: "a.c", segments, branches }] }] });
  const missed = (line: number, column: number) => [line, column, line, 99, 0, 0, 0, 0, 4];

  it("names branches that were not taken once, also where a template repeats them, up to 1000 on a line", () => {
    const segments = [
      [1, 1, 1, true, true, false],
      [2, 1, 1, true, true, false],
      [3, 9, 0, false, false, false],
    ];
    const many = Array.from({ length: 501 }, (_, column) => missed(2, column));
    const { files } = parse(llvm, report(segments, [missed(1, 5), missed(1, 5), ...many]));
    expect(files["a.c"].slice(0, 2)).toEqual([
      { line: 1, value: "0/4", kind: LineKind.Branch, missing: ["5:false", "5:true"] },
      { line: 2, value: "0/1002", kind: LineKind.Branch },
    ]);
  });

  it("takes time that grows with its length, also when segments turn back to a line over and over", () => {
    const segments = Array.from({ length: 100_000 }, (_, at) => [1 + (at % 2), 1, 1, true, true, false]);
    const branches = Array.from({ length: 100_000 }, (_, column) => missed(1, column));
    const { files } = within(5000, () => parse(llvm, report(segments, branches)));
    expect(values(files["a.c"])[1]).toBe("0/200000");
  });
});
