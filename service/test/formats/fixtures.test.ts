import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { detectFormat } from "../../src/formats/detect.js";
import { DEFAULT_PARSER_OPTIONS } from "../../src/formats/parser-options.js";
import { LineKind } from "../../src/report/file-coverage.js";
import type { Line } from "../support/coverage.js";
import { fixtureFiles, readFixture } from "../support/fixtures.js";
import { parse, values } from "../support/parsing.js";

function read(file: string, options = DEFAULT_PARSER_OPTIONS) {
  const report = readFixture(file);
  const reportName = basename(file);
  const detection = detectFormat(report, true, reportName);
  if (detection.kind !== "read") throw new Error(`the format of ${file} was not recognised: ${detection.kind}`);
  return { format: detection.format.name, ...parse(detection.format, report, {}, { reportName, options }) };
}

/** Lines of the only file. */
function linesIn(file: string, options = DEFAULT_PARSER_OPTIONS): readonly Line[] {
  const files = Object.values(read(file, options).files);
  expect(files).toHaveLength(1);
  return files[0];
}

const isRun = ({ value }: Line) => (typeof value === "string" ? !value.startsWith("0/") : Number(value) > 0);

/** Whether each line was run at all, by the file's name without its folder. */
function runIn(file: string): Record<string, Record<number, boolean>> {
  const files = Object.entries(read(file).files);
  return Object.fromEntries(
    files.map(([name, lines]) => [basename(name), Object.fromEntries(lines.map((line) => [line.line, isRun(line)]))]),
  );
}

const reports = fixtureFiles();

describe("a report that a real tool wrote", () => {
  it.each(reports)("is read without a note, and has lines that ran and some that did not: %s", (file) => {
    const { notes, fault, files } = read(file);
    expect({ notes, fault }).toEqual({ notes: [], fault: null });
    const lines = Object.values(files).flat();
    expect(lines.some((line) => isRun(line))).toBe(true);
    // Flow's coverage is of types: each line of its source has some.
    expect(lines.some((line) => !isRun(line))).toBe(!file.startsWith("flowcover/"));
  });

  it.each([
    ["gcov/shape.c.gcov", "gcov"],
    ["gcov/branches.c.gcov", "gcov"],
    ["gcov/llvm.cc.gcov", "gcov"],
    ["cobertura/gcovr.xml", "cobertura"],
    ["cobertura/covr.xml", "cobertura"],
    ["sonarqube/gcovr.xml", "sonarqube"],
    ["sonarqube/covr.xml", "sonarqube"],
    ["coveralls/gcovr.json", "coveralls"],
    ["coverage-py/coverage.json", "coverage.py"],
    ["llvm/export.json", "llvm"],
    ["go/cover.out", "go"],
    ["v1/resultset.json", "v1"],
    ["v1/branches.json", "v1"],
    ["istanbul/nyc.json", "istanbul"],
    ["istanbul/c8.json", "istanbul"],
    ["istanbul/vitest.json", "istanbul"],
    ["clover/nyc.xml", "clover"],
    ["clover/phpunit.xml", "clover"],
    ["cobertura/phpunit.xml", "cobertura"],
    ["phpunit/basket.xml", "phpunit"],
    ["lcov/coverage-py.info", "lcov"],
    ["jacoco/shapes.xml", "jacoco"],
    ["rlang/covr.json", "rlang"],
    ["flowcover/flow-coverage.json", "flowcover"],
    ["gap/cover.json", "gap"],
    ["dlst/src-area.lst", "dlst"],
    ["xcode/llvm-cov-show.txt", "xcode"],
    ["xcode/llvm-cov-show-color.txt", "xcode"],
  ])("%s is told to be %s", (file, format) => {
    expect(read(file).format).toBe(format);
  });

  it("is no coverage when it holds the results of tests", () => {
    expect(detectFormat(readFixture("no-coverage/junit.xml"), true, "junit.xml").kind).toBe("foreign");
  });

  it.each([
    ["gcov/shape.c.gcov", "gcov/same.info"],
    ["gcov/branches.c.gcov", "gcov/branches.info"],
    ["gcov/branches.info", "gcov/branches.c.gcov"],
    ["sonarqube/gcovr.xml", "gcov/same.info"],
    ["coveralls/gcovr.json", "gcov/same.info"],
    ["coverage-py/coverage.json", "coverage-py/same.xml"],
    ["coverage-py/excluded.json", "coverage-py/excluded.xml"],
    ["lcov/coverage-py.info", "coverage-py/excluded.xml"],
    ["llvm/export.json", "llvm/same.info"],
    ["xcode/same.info", "xcode/llvm-cov-show.txt"],
    ["xcode/llvm-cov-show.txt", "xcode/llvm-cov-show-color.txt"],
    ["xcode/llvm-cov-show-color.txt", "xcode/llvm-cov-show.txt"],
    ["rlang/covr.json", "cobertura/covr.xml"],
    ["rlang/covr.json", "sonarqube/covr.xml"],
    ["istanbul/nyc.json", "clover/nyc.xml"],
    ["istanbul/nyc.json", "cobertura/nyc.xml"],
    ["istanbul/nyc-same.json", "lcov/nyc.info"],
    ["istanbul/c8-same.json", "lcov/c8.info"],
    ["cobertura/c8.xml", "lcov/c8.info"],
    ["istanbul/vitest.json", "istanbul/vitest-clover.xml"],
    ["istanbul/vitest-same.json", "lcov/vitest.info"],
    ["cobertura/vitest.xml", "lcov/vitest.info"],
    ["phpunit/basket.xml", "cobertura/phpunit.xml"],
    ["cobertura/phpunit.xml", "phpunit/basket.xml"],
    ["clover/phpunit.xml", "phpunit/basket.xml"],
  ])("%s says of every line what %s says of it", (one, other) => {
    // Istanbul's JSON and PHPUnit's Clover alone have the lines that functions begin at, coverage.py's JSON and LCOV
    // those that begin what is excluded, and LLVM's LCOV those of closing braces.
    expect(runIn(one)).toMatchObject(runIn(other));
  });

  it.each(reports.filter((file) => file.endsWith(".info") && file !== "lcov/coverage-py.info"))(
    "has as many lines, and as many that ran, as LCOV's own sums tell: %s",
    (file) => {
      const sums = (key: string) =>
        [
          ...readFixture(file)
            .toString()
            .matchAll(new RegExp(`^${key}:(\\d+)$`, "gm")),
        ].reduce((sum, [, count]) => sum + Number(count), 0);
      const lines = Object.values(read(file).files).flat();
      if (sums("LF") > 0) expect([lines.length, lines.filter(isRun).length]).toEqual([sums("LF"), sums("LH")]);
    },
  );

  it("has the branches that LLVM itself writes as LCOV", () => {
    const branches = (file: string) => values(linesIn(file).filter(({ value }) => typeof value === "string"));
    expect(branches("llvm/export.json")).toEqual(branches("llvm/same.info"));
    expect(branches("llvm/export.json")).toEqual({ 4: "2/4", 13: "2/2" });
  });

  it("has the branches of gcov that geninfo counts, once all of them are to be counted", () => {
    const branchDetection = { conditional: true, loop: true, method: true, macro: true };
    const lines = linesIn("gcov/branches.c.gcov", { ...DEFAULT_PARSER_OPTIONS, gcov: { branchDetection } });
    expect(values(lines)).toEqual(values(linesIn("gcov/branches.info")));
    expect(lines.find(({ line }) => line === 7)).toMatchObject({ value: "2/4", kind: LineKind.Branch });
  });

  it("has the lines, branches and complexity that JaCoCo's CSV tells", () => {
    const lines = linesIn("jacoco/shapes.xml");
    expect([lines.filter((line) => !isRun(line)).length, lines.filter(isRun).length]).toEqual([3, 6]);
    expect(values(lines.filter(({ value }) => typeof value === "string"))).toEqual({ 5: "1/2", 17: "2/2" });
    expect(lines.find(({ line }) => line === 5)?.complexity).toEqual([1, 2]);
  });

  it("has lines of Go that were run in part", () => {
    expect(values(linesIn("go/cover.out"))).toEqual({ 3: 1, 4: "1/2", 5: 1, 6: 1, 7: 1, 8: 0, 11: 0, 12: 0 });
  });

  it("numbers SimpleCov's lines from 1", () => {
    expect(values(linesIn("v1/resultset.json"))).toEqual({ 1: 1, 2: 1, 4: 1, 7: 1, 8: 0 });
    expect(values(linesIn("v1/branches.json"))).toEqual({ 1: 1, 2: 3, 4: 0, 8: 1, 9: 0, 13: 1, 14: 0 });
  });

  it("has the lines of GAP that were read, and of these the ones that ran", () => {
    const missed = linesIn("gap/cover.json").filter((line) => !isRun(line));
    expect(missed.map(({ line }) => line)).toEqual([6, 7, 8, 9, 14, 15]);
  });

  it("has the share of lines that D's listing tells, under the path that it tells", () => {
    expect(Object.keys(read("dlst/src-area.lst").files)).toEqual(["src/area.d"]);
    expect(values(linesIn("dlst/src-area.lst"))).toEqual({ 5: 3, 6: 3, 7: 0, 12: 0, 17: 12, 18: 3 });
  });

  it("has the parts of lines whose type Flow does not know", () => {
    const parts = linesIn("flowcover/flow-coverage.json").find(({ line }) => line === 7)?.columns ?? [];
    expect(parts.filter(({ hits }) => hits === 0).length).toBeGreaterThan(0);
  });

  it("has red parts of lines that llvm-cov shows in colour", () => {
    const line = read("xcode/llvm-cov-show-color.txt").files["/home/ci/shapes/area.cc"].find(({ line }) => line === 6);
    expect(line).toMatchObject({ value: 0, columns: [{ start: 2, end: 17, hits: 0 }] });
  });
});
