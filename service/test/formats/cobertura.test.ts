import { describe, expect, it } from "vitest";
import { cobertura } from "../../src/formats/cobertura.js";
import { DEFAULT_PARSER_OPTIONS, type ParserOptions } from "../../src/formats/parser-options.js";
import { LineKind } from "../../src/report/file-coverage.js";
import { parse, values } from "../support/parsing.js";

const report = (body: string) =>
  `<?xml version="1.0"?><coverage><packages><package><classes>${body}</classes></package></packages></coverage>`;
const parseClass = (lines: string) =>
  parse(cobertura, report(`<class filename="a.py"><lines>${lines}</lines></class>`));
const linesOfClass = (lines: string) => parseClass(lines).files["a.py"];
const valuesOfClass = (lines: string) => values(linesOfClass(lines));

describe("Cobertura: lines", () => {
  it("have hits", () => {
    expect(valuesOfClass('<line number="1" hits="3"/><line hits="0" number="4" branch="false"></line>')).toEqual({
      1: 3,
      4: 0,
    });
  });

  it("may have hits with decimals, which are cut, and -1 for skipped", () => {
    expect(
      valuesOfClass('<line number="1" hits="2.9"/><line number="2" hits="-1"/><line number="3" hits="-7"/>'),
    ).toEqual({
      1: 2,
      2: -1,
      3: 0,
    });
  });

  it.each(["undefined", "0", "-1", "", "x", "1.5", "99999999999"])("are skipped and noted with number %j", (number) => {
    const { files, notes } = parseClass(`<line number="${number}" hits="1"/><line number="2" hits="1"/>`);
    expect(values(files["a.py"])).toEqual({ 2: 1 });
    expect(notes).toEqual(["1 × line without a usable number"]);
  });

  it.each(['hits="x"', 'hits=""', 'hits="nan"', ""])("are skipped and noted without a number of hits: %s", (hits) => {
    const { files, notes } = parseClass(`<line number="1" ${hits}/><line number="2" hits="1"/>`);
    expect(values(files["a.py"])).toEqual({ 2: 1 });
    expect(notes).toEqual(["1 × line without a usable number of hits"]);
  });

  it("of methods count too, and are merged with those of the class", () => {
    const { files } = parse(
      cobertura,
      report(`<class filename="a.py"><methods><method><lines><line number="5" hits="1"/><line number="9" hits="2"/></lines></method>
        </methods><lines><line number="2" hits="0"/><line number="5" hits="3"/></lines></class>`),
    );
    expect(values(files["a.py"])).toEqual({ 2: 0, 5: 3, 9: 2 });
  });

  it("outside of classes are passed over", () => {
    expect(parse(cobertura, '<coverage><line number="1" hits="1"/><class filename="a"/></coverage>').files).toEqual({});
  });
});

describe("Cobertura: branches", () => {
  it("are a ratio where branch is true in any case", () => {
    for (const word of ["true", "True", "TRUE"]) {
      expect(valuesOfClass(`<line number="1" hits="1" branch="${word}" condition-coverage="50% (1/2)"/>`)).toEqual({
        1: "1/2",
      });
    }
    expect(valuesOfClass('<line number="1" hits="4" branch="false" condition-coverage="50% (1/2)"/>')).toEqual({
      1: 4,
    });
    expect(valuesOfClass('<line number="1" hits="4" condition-coverage="50% (1/2)"/>')).toEqual({ 1: 4 });
  });

  it.each(["", "50%", "50% (a/b)", "(1/", "50% (/2)", "100% (0/0)"])(
    "need a ratio in condition-coverage: %j",
    (coverage) => {
      expect(valuesOfClass(`<line number="1" hits="4" branch="true" condition-coverage="${coverage}"/>`)).toEqual({
        1: 4,
      });
    },
  );

  it("need no hits beside their ratio", () => {
    expect(linesOfClass('<line number="1" branch="true" condition-coverage="100% (2/2)"/>')).toEqual([
      { line: 1, value: "2/2", kind: LineKind.Branch },
    ]);
  });

  it("list what is missing in missing-branches", () => {
    const line = (list: string) =>
      linesOfClass(
        `<line number="1" hits="1" branch="true" condition-coverage="50% (2/4)" missing-branches="${list}"/>`,
      )[0].missing;
    expect(line("3")).toEqual(["3"]);
    expect(line("3,exit")).toEqual(["3", "exit"]);
    expect(line("exit")).toEqual(["exit"]);
    expect(line("exit,exit")).toEqual(["exit", "loop"]);
    expect(line("7, 7,,9")).toEqual(["7", "9"]);
    expect(line("12,12")).toEqual(["12"]);
    expect(line(`${"long-name,".repeat(10)}x`)).toEqual(["long-name", "x"]);
    expect(line("&lt;a&gt;")).toEqual(["<a>"]);
  });

  it("are missing by the conditions that are not fully covered", () => {
    const line = `<line number="1" hits="1" branch="true" condition-coverage="50% (2/4)"><conditions>
      <condition number="0" type="jump" coverage="50%"/><condition number="1" type="switch" coverage="100%"/>
      <condition number="2" type="a,b" coverage="0%"/></conditions></line><line number="2" hits="1"/>`;
    expect(linesOfClass(line)).toEqual([
      { line: 1, value: "2/4", kind: LineKind.Branch, missing: ["0:jump", "2:a;b"] },
      { line: 2, value: 1, kind: LineKind.Line },
    ]);
  });

  it("are numbered through where none was taken and not all are listed", () => {
    expect(linesOfClass('<line number="1" hits="0" branch="true" condition-coverage="0% (0/3)"/>')[0].missing).toEqual([
      "0",
      "1",
      "2",
    ]);
    const listed = `<line number="1" hits="0" branch="true" condition-coverage="0% (0/3)"><conditions>
      <condition number="0" type="jump" coverage="0%"/></conditions></line>`;
    expect(linesOfClass(listed)[0].missing).toEqual(["0:jump", "1", "2"]);
  });

  it("are not numbered where one was taken, or where there are more than anybody reads", () => {
    expect(linesOfClass('<line number="1" branch="true" condition-coverage="50% (1/2)"/>')[0]).not.toHaveProperty(
      "missing",
    );
    expect(linesOfClass('<line number="1" branch="true" condition-coverage="0% (0/4000000000)"/>')).toEqual([
      { line: 1, value: "0/4000000000", kind: LineKind.Branch },
    ]);
    const branches = (count: number) =>
      linesOfClass(`<line number="1" branch="true" condition-coverage="0% (0/${count})"/>`)[0].missing?.length;
    expect([branches(250), branches(251)]).toEqual([250, undefined]);
  });

  it("are never more than there are", () => {
    expect(valuesOfClass('<line number="1" branch="true" condition-coverage="150% (3/2)"/>')).toEqual({ 1: "2/2" });
  });

  it("that a method repeats are counted by what both miss", () => {
    const line = '<line number="1" branch="true" condition-coverage="25% (1/4)" missing-branches="56"/>';
    expect(valuesOfClass(line + line)).toEqual({ 1: "3/4" });
  });
});

describe("Cobertura, as a repository wants it read", () => {
  const read = (wanted: Partial<ParserOptions["cobertura"]>, lines: string) => {
    const options = { ...DEFAULT_PARSER_OPTIONS, cobertura: { ...DEFAULT_PARSER_OPTIONS.cobertura, ...wanted } };
    return parse(cobertura, report(`<class filename="a.py">${lines}</class>`), {}, { options }).files["a.py"];
  };
  const branches = (taken: number, content = "") =>
    `<line number="1" hits="1" branch="true" condition-coverage="x (${taken}/4)">${content}</line>`;

  it("counts lines as hits that were hit in part, or wholly", () => {
    const hit = [{ line: 1, value: 1, kind: LineKind.Line }];
    expect(read({ partialsAsHits: true }, branches(1))).toEqual(hit);
    expect(read({ partialsAsHits: true }, branches(4))).toEqual(hit);
    expect(read({ partialsAsHits: true }, branches(0))).toMatchObject([{ value: "0/4", kind: LineKind.Branch }]);
    expect(read({}, branches(1))).toMatchObject([{ value: "1/4", kind: LineKind.Branch }]);
  });

  it("numbers the branches that a partial line misses and does not list", () => {
    const listed = '<conditions><condition number="0" type="jump" coverage="50%"/></conditions>';
    expect(read({ handleMissingConditions: true }, branches(1))[0].missing).toEqual(["0", "1", "2"]);
    expect(read({ handleMissingConditions: true }, branches(1, listed))[0].missing).toEqual(["0:jump", "1", "2"]);
    expect(read({ handleMissingConditions: true }, branches(3, listed))[0].missing).toEqual(["0:jump"]);
    expect(read({ handleMissingConditions: true }, branches(4))[0]).not.toHaveProperty("missing");
    expect(read({}, branches(1, listed))[0].missing).toEqual(["0:jump"]);
    expect(read({}, branches(1))[0]).not.toHaveProperty("missing");
  });
});

describe("Cobertura: classes", () => {
  it("of the same file are merged", () => {
    const two =
      '<class filename="a.py"><line number="1" hits="0"/></class><class filename="a.py"><line number="1" hits="1"/><line number="2" hits="0"/></class>';
    expect(values(parse(cobertura, report(two)).files["a.py"])).toEqual({ 1: 1, 2: 0 });
  });

  it("without a file name are skipped and noted", () => {
    const { files, notes } = parse(
      cobertura,
      report(
        '<class filename=""><line number="1" hits="1"/></class><class name="x"><line number="1" hits="1"/></class>',
      ),
    );
    expect(files).toEqual({});
    expect(notes).toEqual(["2 × class without a file name"]);
  });

  it("have names with references resolved, and no others", () => {
    const { files } = parse(
      cobertura,
      report('<class filename="a&amp;b&#x41;&#66;&quot;&nope;.py"><line number="1" hits="1"/></class>'),
    );
    expect(Object.keys(files)).toEqual(['a&bAB"&nope;.py']);
  });

  it("may lie in the folders that the report lists as sources", () => {
    const sources =
      "<coverage><sources><source>/home/ci/a</source><source> b &amp; c </source><source/><source></source></sources></coverage>";
    expect(parse(cobertura, sources).sources).toEqual(["/home/ci/a", "b & c"]);
  });

  it("may hold scoverage's statements", () => {
    const statements = `<scoverage><class filename="A.scala"><statements>
      <statement line="3" branch="false" invocation-count="2" ignored="false" method=""/>
      <statement line="4" branch="true" invocation-count="1" ignored="false" method="m"/>
      <statement line="5" branch="false" invocation-count="0" method="m"/>
      <statement line="6" branch="false" invocation-count="9" ignored="true" method="m"/>
      <statement line="x" branch="false" invocation-count="9"/></statements></class></scoverage>`;
    const { files, notes } = parse(cobertura, statements);
    expect(files["A.scala"]).toEqual([
      { line: 3, value: 2, kind: LineKind.Line },
      { line: 4, value: 1, kind: LineKind.Branch },
      { line: 5, value: 0, kind: LineKind.Method },
    ]);
    expect(notes).toEqual(["1 × statement without a usable line or count"]);
  });

  it("that break off are kept as far as they came, and noted", () => {
    const { files, notes, fault } = parse(
      cobertura,
      '<coverage><class filename="a"><line number="1" hits="1"/><line number="2',
    );
    expect(values(files.a)).toEqual({ 1: 1 });
    expect(fault).toBeNull();
    expect(notes).toEqual(["the XML ends at depth 2, before its elements are closed: what came until then was read"]);
  });
});
