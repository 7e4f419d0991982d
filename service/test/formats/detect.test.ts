import { describe, expect, it } from "vitest";
import { detectFormat } from "../../src/formats/detect.js";

function detected(report: string, name: string | null = null, complete = true): string {
  const detection = detectFormat(Buffer.from(report), complete, name);
  if (detection.kind === "read") return detection.format.name;
  return detection.kind === "unread" ? `unread ${detection.name}` : detection.kind;
}

describe("the format of a report", () => {
  it.each([
    ["lcov", "TN:\nSF:a.c\nDA:1,1\nend_of_record\n"],
    ["lcov", "SF:a.c\n"],
    ["lcov", "# a comment, or what a tool printed\nTN:x\nSF:a\nend_of_record"],
    ["lcov", "mode: set\nSF:a\nend_of_record"],
    ["cobertura", "<coverage><packages/></coverage>"],
    [
      "cobertura",
      '<?xml version="1.0"?>\n<!DOCTYPE coverage SYSTEM "x.dtd">\n<!-- generated="1" -->\n<coverage line-rate="1">',
    ],
    ["cobertura", "<scoverage x='1'><packages>"],
    ["cobertura", "<coverage><packages><assembly>"],
    ["unread clover", '<coverage generated="1700000000" clover="3.2"><project>'],
    ["unread clover", '<coverage clover="3.2" generated="1700000000"><project>'],
    ["unread mono", '<coverage version="0.3"><assembly name="x">'],
    ["unread jacoco", '<?xml version="1.0"?><!DOCTYPE report PUBLIC "x" "y"><report name="x"><sessioninfo/>'],
    ["unread bullseye", '<BullseyeCoverage name="x"><folder/>'],
    ["unread opencover", "<CoverageSession><Modules/>"],
    ["unread jetbrains", '<Root CoveredStatements="1"><Assembly/>'],
    ["unread scoverage", "<statements><statement/>"],
    ["unread vb", "<results><modules/>"],
    ["unread vb2", "<CoverageDSPriv><Module/>"],
    ["unread xccoverage.plist", '<?xml version="1.0"?><plist version="1.0"><dict/>'],
    ["unknown", "<html><body>"],
    ["unknown", "<"],
    ["unread istanbul", '{"/a.js":{"path":"/a.js","statementMap":{}}}'],
    ["unread coveralls", '{"source_files":[]}'],
    ["unread coverage.py", '{"meta":{},"files":{"a.py":{"executed_lines":[]}}}'],
    ["unread v1", '{"coverage":{"a":[1]}}'],
    ["unread JSON", '{"x":1}'],
    ["unread go", "mode: set\ngithub.com/o/r/a.go:1.1,2.2 1 1\n"],
    ["unread go", "github.com/o/r/a.go:1.1,2.2 1 1\n"],
    ["unread gcov", "        -:    0:Source:a.c\n"],
    ["unread lua", "==========\n"],
    ["unread xcode", "/a/b.swift:\n    1|  2|x\n"],
    ["unknown", "hello"],
    ["unknown", "src/a.js\nsrc/b.js\n"],
  ])("is %s: %s", (expected, report) => {
    expect(detected(report)).toBe(expected);
  });

  it("is not looked for in UTF-16", () => {
    for (const mark of [
      [0xff, 0xfe],
      [0xfe, 0xff],
    ]) {
      const detection = detectFormat(Buffer.from([...mark, 0x3c, 0]), true, null);
      expect(detection).toEqual({ kind: "unread", name: "UTF-16 text" });
    }
  });

  it("can be told by the name of the report's file", () => {
    expect(detected("x", "a/app.coverage.txt")).toBe("unread xcode");
    expect(detected("x", "xccoverage.plist")).toBe("unread xccoverage.plist");
  });

  it("is open while what would tell has not come yet", () => {
    expect(detected("<?xml version", null, false)).toBe("undecided");
    expect(detected("<coverage", null, false)).toBe("undecided");
    expect(detected("<coverage x='1'>\n  ", null, false)).toBe("undecided");
    expect(detected('{"', null, false)).toBe("undecided");
    expect(detected("something\nelse\n", null, false)).toBe("undecided");
    expect(detected("something\n".repeat(200_000), null, false)).toBe("undecided");
  });

  it("is not looked for without end: one line of a megabyte is no report", () => {
    expect(detected("x".repeat(2 ** 20), null, false)).toBe("unknown");
    expect(detected(`<!-- ${"x".repeat(2 ** 20)}`, null, false)).toBe("unknown");
  });
});
