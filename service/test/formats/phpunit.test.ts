import { describe, expect, it } from "vitest";
import { phpunit } from "../../src/formats/phpunit.js";
import { LineKind } from "../../src/report/file-coverage.js";
import { parse, values } from "../support/parsing.js";

interface File {
  readonly executable: number;
  readonly executed: number;
  /** `<method>`s and `<function>`s. */
  readonly functions?: string;
  /** Lines that were run, by one test each. */
  readonly run?: readonly number[];
  /** Tokens of each line from 1 on, without their `T_`; absent: the report does not repeat the source. */
  readonly source?: readonly string[];
}

function read({ executable, executed, functions = "", run = [], source }: File) {
  const covered = run.map((line) => `<line nr="${line}"><covered by="t"/></line>`).join("");
  const lines = source?.map((tokens, index) => {
    const list = tokens === "" ? [] : tokens.split(" ");
    return `<line no="${index + 1}">${list.map((token) => `<token name="T_${token}">x</token>`).join("")}</line>`;
  });
  const { files, notes } = parse(
    phpunit,
    `<phpunit xmlns="https://schema.phpunit.de/coverage/1.0"><file name="a.php" path="/"><totals><lines executable="${executable}" executed="${executed}"/></totals>
    ${functions}<coverage>${covered}</coverage>${lines ? `<source>${lines.join("")}</source>` : ""}</file></phpunit>`,
  );
  return { lines: files["a.php"], notes };
}

const STAND_IN =
  "1 × function, or code outside of functions, whose first line stands for the lines that it missed, which PHPUnit's XML does not name: what --coverage-clover writes names them";
const method = (start: number, end: number, executable: number, executed: number) =>
  `<class name="A"><method name="f" start="${start}" end="${end}" executable="${executable}" executed="${executed}"/></class>`;

describe("PHPUnit's own XML: lines that were missed", () => {
  it("are those with code, when there are as many of them as the method missed", () => {
    const { lines, notes } = read({
      executable: 4,
      executed: 2,
      functions: method(1, 9, 4, 2),
      run: [3, 8],
      source: [
        "FUNCTION STRING",
        "OPEN_CURLY",
        "IF OPEN_CURLY",
        "RETURN SEMICOLON",
        "CLOSE_CURLY ELSE OPEN_CURLY",
        "COMMENT",
        "ECHO SEMICOLON",
        "RETURN SEMICOLON",
        "CLOSE_CURLY",
      ],
    });
    expect(values(lines)).toEqual({ 3: 1, 4: 0, 7: 0, 8: 1 });
    expect(notes).toEqual([]);
  });

  it("may be the end of a statement of several lines", () => {
    const source = ["FUNCTION OPEN_CURLY", "THROW OPEN_BRACKET", "STRING", "CLOSE_BRACKET SEMICOLON", "CLOSE_CURLY"];
    const file = { run: [], source };
    expect(values(read({ ...file, executable: 3, executed: 0, functions: method(1, 5, 3, 0) }).lines)).toEqual({
      2: 0,
      3: 0,
      4: 0,
    });
    expect(values(read({ ...file, executable: 2, executed: 0, functions: method(1, 5, 2, 0) }).lines)).toEqual({
      2: 0,
      3: 0,
    });
  });

  it("are found in functions, which end where their braces do, and outside of them", () => {
    const source = [
      "OPEN_TAG",
      "ECHO SEMICOLON",
      "FUNCTION OPEN_CURLY",
      "RETURN CURLY_OPEN VARIABLE CLOSE_CURLY SEMICOLON",
      "CLOSE_CURLY",
      "ECHO SEMICOLON",
    ];
    const functions = '<function name="f" start="3" executable="1" executed="0"/>';
    expect(values(read({ executable: 3, executed: 1, functions, run: [2], source }).lines)).toEqual({
      2: 1,
      4: 0,
      6: 0,
    });
  });

  it("have the method's first line stand for them when they cannot be told, so that it is partial or missed", () => {
    const partial = read({ executable: 3, executed: 1, functions: method(2, 9, 3, 1), run: [4] });
    expect(partial.lines).toEqual([
      { line: 2, value: "1/3", kind: LineKind.Method },
      { line: 4, value: 1, kind: LineKind.Line },
    ]);
    expect(partial.notes).toEqual([STAND_IN]);
    const missed = read({
      executable: 1,
      executed: 0,
      functions: method(2, 9, 1, 0),
      source: ["", "FUNCTION OPEN_CURLY", "ECHO", "ECHO", "CLOSE_CURLY"],
    });
    expect(missed.lines).toEqual([{ line: 2, value: "0/1", kind: LineKind.Method }]);
    expect(missed.notes).toEqual([STAND_IN]);
  });

  it("have the file's first line stand for them when they are outside of functions", () => {
    const { lines, notes } = read({ executable: 5, executed: 2, run: [3, 4] });
    expect(values(lines)).toEqual({ 1: "2/5", 3: 1, 4: 1 });
    expect(notes).toEqual([STAND_IN]);
  });

  it("show also where the line that stands for them was run", () => {
    expect(values(read({ executable: 3, executed: 2, run: [1, 2] }).lines)).toEqual({ 1: "2/3", 2: 1 });
    const functions = '<function name="f" start="1" executable="2" executed="1"/>';
    expect(values(read({ executable: 2, executed: 1, functions, run: [1] }).lines)).toEqual({ 1: "1/2" });
  });

  it("are none where all were run, and where nothing can be run", () => {
    const source = ["FUNCTION OPEN_CURLY", "ECHO", "ECHO", "CLOSE_CURLY"];
    expect(read({ executable: 1, executed: 1, functions: method(1, 4, 1, 1), run: [2], source })).toEqual({
      lines: [{ line: 2, value: 1, kind: LineKind.Line }],
      notes: [],
    });
    expect(read({ executable: 0, executed: 0, functions: method(1, 4, 0, 0), source })).toEqual({
      lines: [],
      notes: [],
    });
  });
});

describe("PHPUnit's own XML", () => {
  it("takes time that grows with its length, also when functions overlap", () => {
    const started = performance.now();
    const functions = Array.from({ length: 40_000 }, (_, index) => method(index + 1, 40_000, 2, 1)).join("");
    const source = Array.from({ length: 40_000 }, () => "ECHO");
    expect(read({ executable: 80_000, executed: 40_000, functions, source }).lines).toHaveLength(40_000);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it("takes time that grows with its length, not with the numbers of its lines", () => {
    const file = (index: number) =>
      `<file name="${index}.php" path="/"><totals><lines executable="3" executed="0"/></totals><function start="1" executable="1" executed="0"/><source><line no="200000"><token name="T_ECHO"/></line></source></file>`;
    const started = performance.now();
    const { files } = parse(
      phpunit,
      `<phpunit>${Array.from({ length: 2000 }, (_, at) => file(at)).join("")}</phpunit>`,
    );
    expect(Object.keys(files)).toHaveLength(2000);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it("has the number of tests that ran a line as its hits", () => {
    const line = '<line nr="3"><covered by="a"/><covered by="b"/></line><line nr="4"/>';
    const report = `<phpunit><file name="b.php" path="/src/x"><totals><lines executable="2" executed="2"/></totals><coverage>${line}</coverage></file></phpunit>`;
    expect(values(parse(phpunit, report).files["src/x/b.php"])).toEqual({ 3: 2, 4: 1 });
  });

  it("says of its index that the lines are elsewhere", () => {
    const { files, notes } = parse(
      phpunit,
      '<phpunit><project source="/s"><directory name="/"><file name="a.php" href="a.php.xml"><totals><lines executable="2" executed="1"/></totals></file></directory></project></phpunit>',
    );
    expect(files).toEqual({});
    expect(notes).toEqual([
      "it is the index of what PHPUnit's --coverage-xml writes: lines are in the other files of its folder",
    ]);
  });
});
