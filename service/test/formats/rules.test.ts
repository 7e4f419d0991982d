import { describe, expect, it } from "vitest";
import { clover } from "../../src/formats/clover.js";
import { cobertura } from "../../src/formats/cobertura.js";
import { coveralls } from "../../src/formats/coveralls.js";
import { istanbul } from "../../src/formats/istanbul.js";
import { jacoco } from "../../src/formats/jacoco.js";
import { jetbrains } from "../../src/formats/jetbrains.js";
import { opencover } from "../../src/formats/opencover.js";
import { DEFAULT_PARSER_OPTIONS } from "../../src/formats/parser-options.js";
import { v1 } from "../../src/formats/v1.js";
import { LineKind } from "../../src/report/file-coverage.js";
import { namesIn, parse, values } from "../support/parsing.js";
import { within } from "../support/within.js";

describe("JaCoCo", () => {
  const report = (name: string) =>
    `<report name="${name}"><package name="p"><sourcefile name="A.java"><line nr="1" ci="1"/></sourcefile></package></report>`;

  it("has files that may lie in the module's folder, its folder of sources, or start at their package", () => {
    expect(namesIn(jacoco, report("/app/"))).toEqual([["app/p/A.java", "app/src/main/java/p/A.java", "p/A.java"]]);
    expect(namesIn(jacoco, report("My App"))).toEqual([["p/A.java"]]);
  });

  it("has the complexity of methods alone, not that of a class behind a method without content", () => {
    const { files } = parse(
      jacoco,
      `<report><package name="p"><class name="p/A"><method line="1"/><counter type="COMPLEXITY" missed="5" covered="5"/></class>
<sourcefile name="A.java"><line nr="1" mi="0" ci="1" mb="0" cb="0"/></sourcefile></package></report>`,
    );
    expect(files["p/A.java"]).toEqual([{ line: 1, value: 1, kind: LineKind.Line }]);
  });

  it("may count lines that were hit in part as hits", () => {
    const options = { ...DEFAULT_PARSER_OPTIONS, jacoco: { partialsAsHits: true } };
    const lines = `<line nr="1" mi="0" ci="1" mb="1" cb="1"/><line nr="2" mi="0" ci="1" mb="2" cb="0"/><line nr="3" mi="0" ci="1" mb="0" cb="2"/>`;
    const { files } = parse(
      jacoco,
      `<report><package name="p"><sourcefile name="A.java">${lines}</sourcefile></package></report>`,
      {},
      { options },
    );
    expect(files["p/A.java"]).toEqual([
      { line: 1, value: 1, kind: LineKind.Branch },
      { line: 2, value: "0/2", kind: LineKind.Branch },
      { line: 3, value: "2/2", kind: LineKind.Branch },
    ]);
  });

  it("has a method's complexity only where its class is called as its file", () => {
    const { files } = parse(
      jacoco,
      `<report><package name="p"><class name="p/Other"><method line="1"><counter type="COMPLEXITY" missed="0" covered="1"/></method></class>
<sourcefile name="A.java"><line nr="1" mi="0" ci="1" mb="0" cb="0"/></sourcefile></package></report>`,
    );
    expect(files["p/A.java"]).toEqual([{ line: 1, value: 1, kind: 0 }]);
  });
});

describe("JaCoCo's complexities", () => {
  it("are those of no more methods than are kept until their files come", () => {
    const counter = '<counter type="COMPLEXITY" missed="0" covered="1"/>';
    const methods = Array.from({ length: 1000 }, (_, line) => `<method line="${line + 1}">${counter}</method>`).join(
      "",
    );
    const classes = Array.from({ length: 1050 }, (_, at) => Buffer.from(`<class name="p/C${at}">${methods}</class>`));
    expect(() => parse(jacoco, [Buffer.from('<report><package name="p">'), ...classes])).toThrow(
      "a package has more methods than the 1048576 that are allowed",
    );
  });
});

describe("Clover", () => {
  it("leaves out files without lines, of dependencies, and whose name is a template", () => {
    const line = '<line num="1" type="stmt" count="1"/>';
    const { files, notes } = parse(
      clover,
      `<coverage generated="1"><file path="a.js"></file><file path="vendor/b.php">${line}</file><file path="{x}.js">${line}</file><file name="c.js">${line}</file></coverage>`,
    );
    expect(Object.keys(files)).toEqual(["c.js"]);
    expect(notes).toEqual(["2 × file of a dependency, or whose name is a template"]);
  });
});

describe("Clover of PHP", () => {
  const linesUpTo = (metrics: string) => {
    const lines = [3, 4, 9].map((num) => `<line num="${num}" type="stmt" count="1"/>`).join("");
    const { files } = parse(
      clover,
      `<coverage generated="1"><file name="a.php">${metrics}${lines}<metrics loc="4"/></file></coverage>`,
    );
    return Object.keys(values(files["a.php"])).map(Number);
  };

  it("ends at the first number of lines that the report tells for a file", () => {
    expect(linesUpTo("")).toEqual([3, 4]);
    expect(linesUpTo('<class name="A"><metrics methods="1"/></class>')).toEqual([3, 4]);
    expect(linesUpTo('<metrics loc="3"/>')).toEqual([3]);
    expect(linesUpTo('<metrics loc="0"/>')).toEqual([3, 4]);
  });

  it("has files whose path is empty by their names", () => {
    const { files } = parse(
      clover,
      '<coverage generated="1"><file path="" name="a.php"><line num="1" type="stmt" count="1"/></file></coverage>',
    );
    expect(Object.keys(files)).toEqual(["a.php"]);
  });
});

describe("Istanbul", () => {
  const at = (line: number) => ({ start: { line, column: 0 }, end: { line, column: 1 } });
  const file = (members: object) => JSON.stringify({ "lib/a.js": { path: "a.js", ...members } });

  it("may have been compiled from the folder beside its own", () => {
    expect(namesIn(istanbul, file({ statementMap: { 0: at(1) }, s: { 0: 1 } }))).toEqual([["lib/a.js", "src/a.js"]]);
  });

  it("reads counts that come before their maps, ids of any kind, and leaves out what is to be skipped", () => {
    const { files } = parse(
      istanbul,
      file({ s: { x: 3, y: 1 }, statementMap: { x: at(1), y: { ...at(2), skip: true } }, b: {}, branchMap: {} }),
    );
    expect(values(files["lib/a.js"])).toEqual({ 1: 3 });
  });

  it("reads branches whose locations or counts look unusual", () => {
    const { files } = parse(
      istanbul,
      file({
        branchMap: { 0: { locations: [at(1), { loc: at(2) }] }, 1: { locations: [at(3)], skip: true } },
        b: { 0: [0, 2], 1: [5] },
      }),
    );
    expect(values(files["lib/a.js"])).toEqual({ 1: 0, 2: 2 });
  });

  it("reads counts that are texts, and locations that are nothing or not in a list", () => {
    const { files } = parse(
      istanbul,
      file({
        statementMap: { 0: at(4), 5: at(5) },
        s: { 0: "5", 5: 1 },
        branchMap: { 0: { locations: [null, at(1)] }, 1: { locations: at(3) }, 2: { locations: [at(2), null] } },
        b: { 0: [7, 2], 1: [5], 2: ["3", 1] },
      }),
    );
    expect(values(files["lib/a.js"])).toEqual({ 1: 2, 2: 3, 4: 5, 5: 1 });
  });

  it("may have counts by line, with conditions or without", () => {
    const { files } = parse(
      istanbul,
      JSON.stringify({
        "a.js": { lineData: [null, 2, null, 1], branchData: { 3: [null, { evalTrue: 1, evalFalse: 0 }, {}] } },
        "b.js": { linesCovered: { 1: 4, 2: 0 } },
      }),
    );
    expect(values(files["a.js"])).toEqual({ 1: 2, 3: "1/2" });
    expect(values(files["b.js"])).toEqual({ 1: 4, 2: 0 });
  });
});

describe("a count of -1", () => {
  it.each([
    [
      "Clover",
      clover,
      '<coverage generated="1"><file name="a"><line num="1" type="stmt" count="-1"/></file></coverage>',
    ],
    ["Cobertura", cobertura, '<coverage><class filename="a"><line number="1" hits="-1"/></class></coverage>'],
    ["Coveralls", coveralls, '{"source_files":[{"name":"a","coverage":[-1]}]}'],
    ["Codecov's own JSON", v1, '{"coverage":{"a":[null,-1]}}'],
  ])("sets a line of %s aside", (_, format, report) => {
    expect(values(parse(format, report).files.a)).toEqual({ 1: -1 });
  });

  it("is a miss where it is less than that, and where branches are counted", () => {
    const line = '<line number="1" hits="-2"/>';
    expect(values(parse(cobertura, `<coverage><class filename="a">${line}</class></coverage>`).files.a)).toEqual({
      1: 0,
    });
    expect(values(parse(v1, '{"coverage":{"a":[null,-2]}}').files.a)).toEqual({ 1: 0 });
    const point = '<FileRef uid="1"/><SequencePoint vc="1" sl="1" el="1" bec="2" bev="-1"/>';
    const report = `<CoverageSession><File uid="1" fullPath="a"/><Method>${point}</Method></CoverageSession>`;
    expect(values(parse(opencover, report).files.a)).toEqual({ 1: "0/2" });
  });
});

describe("OpenCover", () => {
  const report = (points: string) =>
    `<CoverageSession><File uid="1" fullPath="a"/><Method><FileRef uid="1"/>${points}</Method></CoverageSession>`;
  const point = (taken: number) => `<SequencePoint vc="1" sl="1" el="1" bec="2" bev="${taken}"/>`;
  const branch = (offset: string, line = 1) => `<BranchPoint vc="0" sl="${line}" offset="${offset}" offsetend="9"/>`;

  it.each<[string, string, string, readonly string[]]>([
    ["once", point(1), "1/2", ["3:9"]],
    ["twice", point(1) + point(1), "1/2", ["3:9"]],
    ["as often as one likes", point(1).repeat(5) + point(2), "1/2", ["3:9"]],
  ])("has a line that its points name %s miss what its branches say", (_, points, value, missing) => {
    expect(parse(opencover, report(points + branch("3").repeat(3))).files.a).toEqual([
      { line: 1, value, kind: LineKind.Branch, missing },
    ]);
  });

  it("keeps 64 characters of the id of a branch", () => {
    expect(parse(opencover, report(point(1) + branch("3".repeat(100_000)))).files.a[0].missing).toEqual([
      "3".repeat(64),
    ]);
  });

  it("takes time that grows with its length, also when all points and branches are of one line", () => {
    const branches = Array.from({ length: 100_000 }, (_, at) => branch(String(at))).join("");
    const { files } = within(5000, () => parse(opencover, report(point(1).repeat(100_000) + branches)));
    expect(files.a).toEqual([{ line: 1, value: "1/2", kind: LineKind.Branch }]);
  });
});

describe("files that a report lists", () => {
  const listed = (uid: number, path: string) => `<File uid="${uid}" fullPath="${path}"/>`;

  it("are no more than allowed", () => {
    const report = `<CoverageSession>${[1, 2, 3].map((uid) => listed(uid, `${uid}.cs`)).join("")}`;
    expect(() => parse(opencover, report, { files: 2 })).toThrow(
      "the report lists more than 2 files, the most that setup.limits.files allows",
    );
    expect(parse(opencover, report, { files: 3 }).fault).toBeNull();
  });

  it("have names that can be kept", () => {
    const parser = () => {
      const chunks = Array.from({ length: 5000 }, (_, uid) => Buffer.from(listed(uid, `${uid}${"x".repeat(16_000)}`)));
      return parse(opencover, [Buffer.from("<CoverageSession>"), ...chunks]);
    };
    expect(parser).toThrow("names of the files that it lists have more than 67108864 characters together");
  });
});

describe("others", () => {
  it("Codecov's own JSON ends at a line that is no number", () => {
    expect(parse(v1, '{"coverage":{"a.py":{"x":1}}}').fault).toBe('a.py has coverage of "x", which is no line');
  });

  it("dotCover's plain XML says that it has no statements", () => {
    expect(parse(jetbrains, '<Root CoveredStatements="1"/>').notes).toEqual([
      "it has totals but no statements: ask dotCover for its detailed XML (DetailedXML)",
    ]);
  });

  it("a statement that spans more lines than a file has is left out", () => {
    const { files, notes } = parse(
      opencover,
      '<CoverageSession><Module><File uid="1" fullPath="a.cs"/><Method><FileRef uid="1"/><SequencePoint vc="1" sl="1" el="9999999"/><SequencePoint vc="1" sl="2" el="2"/></Method></Module></CoverageSession>',
    );
    expect(values(files["a.cs"])).toEqual({ 2: 1 });
    expect(notes).toEqual(["1 × statement without a usable first and last line"]);
  });
});
