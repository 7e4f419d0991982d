import { describe, expect, it } from "vitest";
import { dlst } from "../../src/formats/dlst.js";
import { gap } from "../../src/formats/gap.js";
import { gcov } from "../../src/formats/gcov.js";
import { branchKind } from "../../src/formats/gcov-branches.js";
import { lua } from "../../src/formats/lua.js";
import { DEFAULT_PARSER_OPTIONS, type GcovBranch } from "../../src/formats/parser-options.js";
import { xcode } from "../../src/formats/xcode.js";
import { LineKind } from "../../src/report/file-coverage.js";
import { namesIn, parse, values } from "../support/parsing.js";
import { within } from "../support/within.js";

const gcovLines = (file: string, report: string, counted: readonly GcovBranch[] = []) => {
  const branchDetection = { conditional: false, loop: false, method: false, macro: false };
  for (const kind of counted) branchDetection[kind] = true;
  const options = { ...DEFAULT_PARSER_OPTIONS, gcov: { branchDetection } };
  return parse(gcov, `        -:    0:Source:${file}\n${report}`, {}, { options }).files[file];
};

describe("gcov", () => {
  it("may lie beside its source, whose folder the report's own name tells", () => {
    const report = "        -:    0:Source:a.c\n        1:    1:x;\n";
    expect(namesIn(gcov, report, "lib/a.c.gcov")).toEqual([["lib/a.c", "a.c"]]);
    expect(namesIn(gcov, report, "x.gcov")).toEqual([["a.c"]]);
  });

  it.each([
    ["a count", "        3:    1:x;", 3],
    ["a count of a line of which some blocks were not run", "       3*:    1:x;", 3],
    ["a count that is cut short", "     1.5k:    1:x;", 1500],
    ["never run", "    #####:    1:x;", 0],
    ["never run but by an exception", "    =====:    1:x;", 0],
    ["no code", "        -:    1:x;", undefined],
    ["never run, and static", "    #####:    1:static int x;", undefined],
    ["never run, and inlined", "    #####:    1:inline int x;", undefined],
    ["an opening brace", "        3:    1:{", undefined],
    ["a closing brace", "        3:    1:} // of x", undefined],
    ["more than a brace", "        3:    1:} else {", 3],
    ["the head of an implementation in Objective-C", "        3:    1:@implementation X", undefined],
    ["excluded by its author", "        3:    1:x; // LCOV_EXCL_LINE", undefined],
  ])("has a line that is %s", (_, line, value) => {
    expect(values(gcovLines("a.m", line))[1]).toBe(value);
  });

  it("has source that speaks of sources", () => {
    const report = '        1:   10:Source: x;\n        2:   11:y = "-:    0:Source:b.c";\n';
    expect(values(gcovLines("a.c", report))).toEqual({ 10: 1, 11: 2 });
  });

  it("leaves out what lies between marks, with the lines that have them", () => {
    const lines = [
      "a",
      "b // LCOV_EXCL_START",
      "c",
      "d // LCOV_EXCL_STOP",
      "e",
      "f // LCOV_EXCL_START",
      "g // LCOV_EXCL_END",
      "h",
    ];
    const report = lines.map((source, at) => `        1:    ${at + 1}:${source}`).join("\n");
    expect(Object.keys(values(gcovLines("a.c", report)))).toEqual(["1", "5", "8"]);
  });

  it("begins a function with the line below its name", () => {
    const report = "function f called 1 returned 100%\n        1:    1:int f() {\n        1:    2:x;\n";
    expect(gcovLines("a.c", report).map(({ kind }) => kind)).toEqual([LineKind.Method, LineKind.Line]);
  });

  it("has line and count the other way round for Swift", () => {
    expect(values(gcovLines("a.swift", "        7:    3:x\n"))).toEqual({ 7: 3 });
  });

  const branches = `        4:    1:  if (a && b)
branch  0 taken 3 (fallthrough)
branch  1 taken 0
branch  2 taken 75%
branch  3 never executed
        4:    2:  g();
call    0 returned 4
branch  1 taken 4 (fallthrough)
branch  2 taken 0 (throw)
unconditional  3 taken 4
`;

  it("has no branches unless the repository wants them", () => {
    expect(values(gcovLines("a.c", branches))).toEqual({ 1: 4, 2: 4 });
    expect(values(gcovLines("a.c", branches, ["loop", "macro"]))).toEqual({ 1: 4, 2: 4 });
  });

  it("has branches that were taken, of all, on lines whose kind the repository wants", () => {
    expect(gcovLines("a.c", branches, ["conditional"])).toEqual([
      { line: 1, value: "2/4", kind: LineKind.Branch },
      { line: 2, value: 4, kind: LineKind.Line },
    ]);
    expect(values(gcovLines("a.c", branches, ["method"]))).toEqual({ 1: 4, 2: "1/2" });
  });

  it("has no branches of a line that is left out", () => {
    const report = "        1:    1:x;\n        1:    2:}\nbranch  0 taken 1\nbranch  1 taken 0\n";
    expect(values(gcovLines("a.c", report, ["method", "conditional"]))).toEqual({ 1: 1 });
  });

  it.each<[GcovBranch, string]>([
    ["loop", "for (int i = 0; i < n; i++)"],
    ["loop", "} while (more);"],
    ["loop", "while (a && b)"],
    ["conditional", "if (a)"],
    ["conditional", "} else if (CHECK(a)) {"],
    ["conditional", "return a || b;"],
    ["conditional", "x = a ? 1 : 2;"],
    ["conditional", "switch (a) {"],
    ["macro", "ASSERT_EQ(a, b);"],
    ["macro", 'MAX(a, 1); // if it is "more"'],
    ["method", "std::string text = name();"],
    ["method", 'print("if");'],
    ["method", "notify(whiled); /* for */"],
  ])("takes branches as those of a %s: %s", (kind, source) => {
    expect(branchKind(source)).toBe(kind);
  });
});

describe("GAP", () => {
  it("has lines that run later by the number of their file", () => {
    const report = [
      { Type: "_", Version: 1, IsCover: true },
      { Type: "S", File: "a.g", FileId: 1 },
      { Type: "R", Line: 1, FileId: 1 },
      { Type: "R", Line: 300, FileId: 1 },
      { Type: "S", File: "b.g", FileId: 2 },
      { Type: "R", Line: 1, FileId: 2 },
      { Type: "E", Line: 300, FileId: 1 },
      { Type: "R", Line: 0, FileId: 2 },
      { Type: "R", Line: 300, FileId: 1 },
      { Type: "R", Line: 9, FileId: 3 },
    ];
    const { files, notes } = parse(gap, report.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    expect(Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, values(lines)]))).toEqual({
      "a.g": { 1: 0, 300: 1 },
      "b.g": { 1: 0 },
    });
    expect(notes).toEqual([]);
  });

  it("keeps a file whose number is given to another one", () => {
    const report = [
      { Type: "S", File: "a.g", FileId: 1 },
      { Type: "R", Line: 1, FileId: 1 },
      { Type: "S", File: "b.g", FileId: 1 },
      { Type: "E", Line: 2, FileId: 1 },
    ];
    const { files } = parse(gap, report.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    expect([values(files["a.g"]), values(files["b.g"])]).toEqual([{ 1: 0 }, { 2: 1 }]);
  });

  it("ends where its files are longer together than can be", () => {
    const file = (id: number) =>
      `{"Type":"S","File":"${id}.g","FileId":${id}}\n{"Type":"R","Line":999999,"FileId":${id}}\n`;
    const { fault } = parse(gap, Array.from({ length: 70 }, (_, id) => file(id)).join(""));
    expect(fault).toBe("its files have more than 67108864 lines together, the most that are read");
  });
});

describe("D", () => {
  const listing = (name: string) => `      1|f();\n${name} is 100% covered\n`;

  it("names the listing after its source", () => {
    expect(namesIn(dlst, listing("a.d"), "lib/a.lst")).toEqual([["lib/a.d", "a.d"]]);
    expect(namesIn(dlst, listing("a.d"), "a.d.lst")).toEqual([["a.d", "a.d"]]);
    expect(namesIn(dlst, listing("a.d"))).toEqual([["a.d"]]);
  });

  it("is told by the listing itself where its name has dashes for slashes", () => {
    expect(namesIn(dlst, listing("src/a.d"), "src-a.lst")).toEqual([["src/a.d", "src-a.d"]]);
    expect(namesIn(dlst, listing("src/a.d"), "other-a.lst")).toEqual([["other-a.d", "src/a.d"]]);
  });

  it("numbers lines by their place, also those that are no code", () => {
    const { files } = parse(dlst, "       |module a;\n      2|f();\n0000000|g();\na.d is 50% covered\n");
    expect(values(files["a.d"])).toEqual({ 2: 2, 3: 0 });
  });
});

describe("Lua", () => {
  it("misses what is marked with asterisks and 0, and leaves out what has no count", () => {
    const rule = "=".repeat(78);
    const { files } = parse(lua, `${rule}\na.lua\n${rule}\n  12 x()\n***0 y()\n   0 z()\n     -- 3\n`);
    expect(values(files["a.lua"])).toEqual({ 1: 12, 2: 0, 3: 0 });
  });
});

describe("Xcode", () => {
  const shown = (...rows: string[]) => values(parse(xcode, `/a.swift:\n${rows.join("\n")}\n`).files["/a.swift"]);

  it("has counts before lines or behind them", () => {
    expect(shown("      3|    1|x", "       |    2|y", "      0|    3|z")).toEqual({ 1: 3, 3: 0 });
    expect(shown("    1|      3|x", "    2|       |y", "    3|      0|z")).toEqual({ 1: 3, 3: 0 });
  });

  it("has counts in thousands and millions", () => {
    expect(shown("    1|  1.49k|x", "    2|  2.5M|y")).toEqual({ 1: 1490, 2: 2_500_000 });
  });

  it("has columns that do not count the escapes around what was not run", () => {
    const red = (text: string) => `\u001b[0;41m${text}\u001b[0m`;
    const { files } = parse(xcode, `/a.swift:\n    1|      3|if a ${red("  b")} | c${red("d")}${red(" ")}e\n`);
    expect(files["/a.swift"][0].columns).toEqual([
      { start: 7, end: 8, hits: 0 },
      { start: 12, end: 13, hits: 0 },
    ]);
  });

  it("takes time that grows with the length of a line", () => {
    const parts = "\u001b[0;41mx\u001b[0m ".repeat(100_000);
    const { files } = within(3000, () => parse(xcode, `/a.swift:\n    1|      3|${parts}\n`));
    expect(files["/a.swift"][0].columns).toHaveLength(1000);
  });

  it("leaves out closing braces", () => {
    expect(shown("    1|      3|x", "    2|      3|  }")).toEqual({ 1: 3 });
  });
});
