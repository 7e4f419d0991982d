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
    ["cobertura", '<coverage version="a>b"><packages>'],
    ["clover", '<coverage clover="a>b" generated="1"><project>'],
    ["cobertura", '<coverage version="x generated=1"><packages>'],
    ["sonarqube", '<coverage version="1 <file>"><file path="a">'],
    ["cobertura", "<!DOCTYPE coverage [<!-- it's > --><!ENTITY a 'b'>]><coverage><packages>"],
    ["cobertura", "<coverage><packages><assembly>"],
    ["clover", '<coverage generated="1700000000" clover="3.2"><project>'],
    ["clover", '<coverage clover="3.2" generated="1700000000"><project>'],
    ["mono", '<coverage version="0.3"><assembly name="x">'],
    ["mono", '<coverage version="0.3"><!-- <packages> --><assembly name="x">'],
    ["cobertura", "<coverage/>"],
    ["sonarqube", '<coverage version="1">\n  <file path="a">'],
    ["sonarqube", '<coverage version="1">\n  <!-- made by hand --><file path="a">'],
    ["jacoco", '<?xml version="1.0"?><!DOCTYPE report PUBLIC "x" "y"><report name="x"><sessioninfo/>'],
    ["bullseye", '<BullseyeCoverage name="x"><folder/>'],
    ["opencover", "<CoverageSession><Modules/>"],
    ["jetbrains", '<Root CoveredStatements="1"><Assembly/>'],
    ["scoverage", "<statements><statement/>"],
    ["vb", "<results><modules/>"],
    ["vb2", "<CoverageDSPriv><Module/>"],
    ["xccoverage.plist", '<?xml version="1.0"?><plist version="1.0"><dict/>'],
    ["foreign", '<testsuites><testsuite name="x"/></testsuites>'],
    ["foreign", '<testsuite name="x"><testcase/></testsuite>'],
    ["foreign", "<classycle name='x'><a/></classycle>"],
    ["phpunit", '<phpunit xmlns="https://schema.phpunit.de/coverage/1.0">\n  <file name="a.php" path="/">'],
    [
      "foreign",
      '<phpunit xmlns:xsi="x" xsi:noNamespaceSchemaLocation="https://schema.phpunit.de/9.3/phpunit.xsd"><php/>',
    ],
    ["foreign", "<html><body>"],
    ["foreign", "<!DOCTYPE html>\n<html lang=en><head>"],
    ["unread a database such as coverage.py's .coverage (coverage xml makes a report of it)", "SQLite format 3\0xyz"],
    ["unread gcov's .gcda data (gcov, lcov and gcovr make reports of it)", "adcg*33B"],
    ["unread gcov's .gcno data (gcov, lcov and gcovr make reports of it)", "oncg*33B"],
    ["unknown", "<"],
    ["istanbul", '{"/a.js":{"path":"/a.js","statementMap":{}}}'],
    ["istanbul", '{"/a.js":{"data":{"path":"/a.js","statementMap":{}}}}'],
    ["istanbul", '{"src/coverage":{"path":"src/coverage","statementMap":{}}}'],
    ["coveralls", '{"service_name":"x","source_files":[]}'],
    ["coverage.py", '{"meta":{"show_contexts":false},"files":{"coverage":{"executed_lines":[]}}}'],
    ["v1", '{"coverage":{"a":[1]}}'],
    ["v1", '{"RSpec":{"coverage":{"a":[1]}}}'],
    ["v1", '{"coverage":{"statementMap":{}}}'],
    ["simplecov", '{"timestamp":1,"command_name":"RSpec","files":[{"filename":"a"}]}'],
    ["simplecov", '{"meta":{"simplecov_version":"0.21"},"files":[]}'],
    ["rlang", '{"files":[{"name":"a","coverage":[null]}],"uploader":"R"}'],
    ["salesforce", '[{"name":"a","lines":{"1":1}}]'],
    ["elm", '{"coverageData":{}}'],
    ["flowcover", '{"flowStatus":{},"files":{}}'],
    ["scala", '{"fileReports":[]}'],
    ["llvm", '{"data":[{"files":[]}],"type":"llvm.coverage.json.export"}'],
    ["istanbul", '{"/a.js":{"fnMap":{},"branchMap":{},"f":{},"b":{}}}'],
    ["v1", '{"MiniTest":{"coverage":{"a":[1]}}}'],
    ["v1", '{"coverage":{"path":"coverage","statementMap":{}},"/a.js":{"path":"/a.js","statementMap":{}}}'],
    ["foreign", "[]"],
    ["foreign", "{}"],
    ["gap", '{ "Type": "_", "Version":1, "IsCover": true}\n{"Type":"S","File":"a.g","FileId":1}\n'],
    ["gap", '{"Type":"S","File":"a.g","FileId":1}\n{"Type":"R","Line":1,"FileId":1}\n'],
    ["foreign", '{"x":1}'],
    ["go", "mode: set\ngithub.com/o/r/a.go:1.1,2.2 1 1\n"],
    ["go", "github.com/o/r/a.go:1.1,2.2 1 1\n"],
    ["gcov", "        -:    0:Source:a.c\n"],
    ["lua", "==========\n"],
    ["gcov", "        -:    0:Source:a.c:\n"],
    ["lcov", "/a/b.c:\n1|2|x\nend_of_record\n"],
    ["xcode", "/a/b.swift:\n    1|  2|x\n"],
    ["xcode", "\u001b[0;36m/a/b.c:\n\u001b[0m    1|  2|x\n"],
    ...["h", "m", "hpp", "cpp", "cxx", "c", "C", "cc", "c++"].map((end): [string, string] => [
      "xcode",
      `/a/b.${end}:\n1|2|x\n`,
    ]),
    ["unknown", "/a/b.java:\n1|2|x\n"],
    ["dlst", "       |void main() {\n      1|  f();\na.d is 100% covered\n"],
    ["foreign", "       |module a;\na.d has no code\n"],
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

  it.each([
    ["xcode", "a/app.coverage.txt", "x"],
    ["xcode", "My.framework.coverage.txt", "x"],
    ["xcode", "xctest.coverage.txt", "x"],
    ["lcov", "app.coverage.txt", "TN:\nSF:a.c\nend_of_record\n"],
    ["gcov", "app.coverage.txt", "        -:    0:Source:a.c\n"],
    ["unknown", "coverage.txt", "x"],
    ["xccoverage.plist", "a/xccoverage.plist", '<plist version="1.0"><dict/></plist>'],
    ["xccoverage.plist", "coverage.xml", '<plist version="1.0"><dict/></plist>'],
    ["unread a property list other than xccoverage.plist", "Info.plist", '<plist version="1.0"><dict/></plist>'],
    ["unread a binary property list (plutil -convert xml1 makes XML of it)", "xccoverage.plist", "bplist00\u0001"],
    ["dlst", "foo.d.lst", "      1|f();\na.d is 100% covered\n"],
  ])("is %s in a file called %s", (expected, name, report) => {
    expect(detected(report, name)).toBe(expected);
  });

  it("is told by a name only when the content cannot say otherwise any more", () => {
    expect(detected("TN:", "app.coverage.txt", false)).toBe("undecided");
    expect(detected("bpli", "xccoverage.plist", false)).toBe("undecided");
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

describe("what is no report", () => {
  const reasonOf = (report: string | Buffer, complete = true) => {
    const detection = detectFormat(Buffer.from(report as string), complete, null);
    return detection.kind === "foreign" ? detection.reason : detection.kind;
  };
  const LCOV = "SF:a.c\nDA:1,1\nend_of_record\n";
  const tar = Buffer.concat([
    Buffer.from("coverage/lcov.info".padEnd(257, "\0")),
    Buffer.from("ustar\x0000".padEnd(255, "\0")),
    Buffer.from(LCOV),
  ]);
  const zip = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 0, 0]), Buffer.from(`lcov.info${LCOV}`)]);

  it.each([
    ["a zip archive", zip],
    ["a tar archive", tar],
    ["packed by xz", Buffer.from("fd377a585a000004e6d6b446", "hex")],
    ["packed by zstd", Buffer.from("28b52ffd240c61000000000000", "hex")],
    ["packed by bzip2", Buffer.from("BZh91AY&SY\x8d\x11")],
  ])("is told by its first bytes: %s", (what, bytes) => {
    expect(reasonOf(bytes)).toBe(`it is ${what}: send the report itself, plain or packed by gzip`);
  });

  it.each(["Content-Disposition: form-data; name=f", "content-type: text/plain"])("is a form: %s", (header) => {
    const form = (report: string) => `--------------------------9051914041544843\r\n${header}\r\n\r\n${report}\r\n`;
    expect(reasonOf(form("<coverage/>"))).toBe(
      "it is a form: send the report itself, with curl by --data-binary @FILE",
    );
    expect(detected(form(LCOV))).toBe("lcov");
  });

  it("is no archive or form because of what stands further down", () => {
    for (const noise of ["-- tests\n--x\r\nContent-Type: a\n", "PK\n", "BZh9\n", "28b5\n"]) {
      expect(detected(`${noise}${LCOV}`)).toBe("lcov");
    }
  });

  it.each([
    ['{"hello":1}', "it is JSON of no known report format: docs/formats.md lists those that are read"],
    ['{"service_name":"x"}', "it is JSON of no known report format: docs/formats.md lists those that are read"],
    [
      '{"coverage_files":[{"filename":"a","data":"eJw="}]}',
      "it is the body of Codecov's CLI: send the report itself, or the body to the address that the CLI asks for",
    ],
    ['{"coverage_files":[}', "the JSON is not well-formed: a value was expected at byte 19"],
    ["{hello:1}", "the JSON is not well-formed: a name in quotes was expected at byte 1"],
  ])("is JSON that says why: %s", (json, reason) => {
    expect(reasonOf(json)).toBe(reason);
  });

  it("is JSON whose fault is in what no format asks for, or at its end", () => {
    expect(reasonOf('{"hello":tru}')).toMatch(/^the JSON of the report is not well-formed: /);
    expect(reasonOf('{"hello":[1,2')).toMatch(/^the JSON of the report is not well-formed: /);
    expect(reasonOf(`{"hello":[${"1,".repeat(2 ** 19)}`, false)).toMatch(/^it is JSON of no known report format/);
  });
});
