import { describe, expect, it } from "vitest";
import { detectFormat } from "../../src/formats/detect.js";
import type { Line } from "../support/coverage.js";
import { fixtureFiles, readFixture } from "../support/fixtures.js";
import { parse, values } from "../support/parsing.js";

function read(file: string) {
  const report = readFixture(file);
  const detection = detectFormat(report, true, null);
  if (detection.kind !== "read") throw new Error(`the format of ${file} was not recognised: ${detection.kind}`);
  return { format: detection.format.name, ...parse(detection.format, report) };
}

function linesIn(file: string): readonly Line[] {
  const files = Object.values(read(file).files);
  expect(files).toHaveLength(1);
  return files[0];
}

/** Whether each line was run at all. */
function runIn(file: string): Record<number, boolean> {
  return Object.fromEntries(
    linesIn(file).map(({ line, value }) => [
      line,
      typeof value === "string" ? !value.startsWith("0/") : Number(value) > 0,
    ]),
  );
}

describe("a report that a real tool wrote", () => {
  it.each(fixtureFiles())("is read without a note: %s", (file) => {
    const { notes, fault } = read(file);
    expect({ notes, fault }).toEqual({ notes: [], fault: null });
    const lines = linesIn(file);
    expect(lines.some(({ value }) => value === 0)).toBe(true);
    expect(lines.some(({ value }) => typeof value === "number" && value > 0)).toBe(true);
  });

  it.each([
    ["gcov/shape.c.gcov", "gcov"],
    ["cobertura/gcovr.xml", "cobertura"],
    ["sonarqube/gcovr.xml", "sonarqube"],
    ["coveralls/gcovr.json", "coveralls"],
    ["coverage-py/coverage.json", "coverage.py"],
    ["llvm/export.json", "llvm"],
    ["go/cover.out", "go"],
    ["v1/resultset.json", "v1"],
    ["istanbul/nyc.json", "istanbul"],
    ["istanbul/c8.json", "istanbul"],
    ["istanbul/vitest.json", "istanbul"],
    ["clover/nyc.xml", "clover"],
    ["clover/phpunit.xml", "clover"],
    ["cobertura/phpunit.xml", "cobertura"],
    ["phpunit/basket.xml", "phpunit"],
  ])("%s is told to be %s", (file, format) => {
    expect(read(file).format).toBe(format);
  });

  it.each([
    ["gcov/shape.c.gcov", "gcov/same.info"],
    ["sonarqube/gcovr.xml", "gcov/same.info"],
    ["coveralls/gcovr.json", "gcov/same.info"],
    ["coverage-py/coverage.json", "coverage-py/same.xml"],
    ["llvm/export.json", "llvm/same.info"],
    ["istanbul/nyc.json", "clover/nyc.xml"],
    ["istanbul/nyc.json", "cobertura/nyc.xml"],
    ["istanbul/vitest.json", "istanbul/vitest-clover.xml"],
    ["phpunit/basket.xml", "cobertura/phpunit.xml"],
    ["cobertura/phpunit.xml", "phpunit/basket.xml"],
    ["clover/phpunit.xml", "phpunit/basket.xml"],
  ])("%s says of every line what %s says of it", (one, other) => {
    // Istanbul's JSON and PHPUnit's Clover alone have the lines that functions begin at.
    expect(runIn(one)).toMatchObject(runIn(other));
  });

  it("has the branches that LLVM itself writes as LCOV", () => {
    const branches = (file: string) => values(linesIn(file).filter(({ value }) => typeof value === "string"));
    expect(branches("llvm/export.json")).toEqual(branches("llvm/same.info"));
    expect(branches("llvm/export.json")).toEqual({ 4: "2/4", 13: "2/2" });
  });

  it("has lines of Go that were run in part", () => {
    expect(values(linesIn("go/cover.out"))).toEqual({ 3: 1, 4: "1/2", 5: 1, 6: 1, 7: 1, 8: 0, 11: 0, 12: 0 });
  });

  it("numbers SimpleCov's lines from 1", () => {
    expect(values(linesIn("v1/resultset.json"))).toEqual({ 1: 1, 2: 1, 4: 1, 7: 1, 8: 0 });
  });
});
