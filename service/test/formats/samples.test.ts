import { describe, expect, it } from "vitest";
import { SAMPLES } from "../../fuzz/samples.js";
import { detectFormat } from "../../src/formats/detect.js";
import type { ReportFormat } from "../../src/formats/parser.js";
import { LineKind } from "../../src/report/file-coverage.js";
import { parse, values } from "../support/parsing.js";

function formatOf(report: string): ReportFormat {
  const detection = detectFormat(Buffer.from(report), true, null);
  if (detection.kind !== "read") throw new Error(`the format was not recognised: ${detection.kind}`);
  return detection.format;
}

function read(name: string) {
  return parse(formatOf(SAMPLES[name]), SAMPLES[name]);
}

const valuesIn = (name: string) =>
  Object.fromEntries(Object.entries(read(name).files).map(([file, lines]) => [file, values(lines)]));

describe("each format", () => {
  it.each(Object.keys(SAMPLES))("%s is recognised by its content", (name) => {
    expect(formatOf(SAMPLES[name]).name).toBe(name);
    expect(read(name).fault).toBeNull();
  });

  it.each<[string, Record<string, unknown>]>([
    ["jacoco", { "app/a/b/C.java": { 3: "1/2", 4: 0, 5: "2/2" }, "app/a/b/A.kt": { 1: 1 } }],
    ["clover", { "src/a.js": { 1: 2, 2: "1/2", 3: 1 }, "src/b.php": { 1: 1 } }],
    ["phpunit", { "sub/a.php": { 4: 2, 5: 0, 6: 0 }, "b.php": { 2: "0/1" } }],
    ["opencover", { "C:/src/A.cs": { 3: 2, 5: "1/2", 6: "1/2", 7: "1/2" }, "src/B.cs": { 1: 0 } }],
    ["jetbrains", { "C:/a/A.cs": { 3: 1 }, "b/B.cs": { 1: 0 } }],
    ["mono", { "/a/A.cs": { 3: 2, 4: 0 }, "b/B.cs": { 1: 1 } }],
    ["vb", { "src/A.vb": { 1: 1, 2: 1, 3: true }, "B.vb": { 4: 0 } }],
    ["vb2", { "src/A.vb": { 1: 1, 2: 1, 3: true }, "B.vb": { 4: 0 } }],
    ["scoverage", { "src/A.scala": { 3: 2, 4: "1/2" }, "B.scala": { 1: 0 } }],
    ["bullseye", { "src/lib/a.cpp": { 1: 1, 2: "1/2", 3: 0, 4: 1 }, "src/b.cpp": { 1: 0 } }],
    ["sonarqube", { "src/a.c": { 1: 1, 2: "1/4", 3: 0 }, "b.c": { 1: 0 } }],
    ["xccoverage.plist", { "/a/A.swift": { 2: 3, 3: "1/2" }, "B.swift": { 2: 3, 3: "1/2" } }],
    ["go", { "example.com/m/a.go": { 3: "1/2", 4: 0, 7: 4, 8: 4, 9: 4 }, "example.com/m/b:c.go": { 1: 0 } }],
    ["istanbul", { "/r/src/a.js": { 1: 2, 2: 0, 4: 0 }, "lib/b.js": { 1: 1 } }],
    ["coverage.py", { "a.py": { 1: 1, 2: 1, 3: 1, 5: 0 }, "b.py": { 1: 0 } }],
    ["coveralls", { "a.c": { 2: 1, 3: 0 }, "b.c": { 1: 2 } }],
    ["simplecov", { "a.rb": { 1: 1, 2: null, 3: 0, 4: -1 }, "b.rb": { 1: 2, 2: null } }],
    ["v1", { "a.py": { 1: 1, 2: 0, 4: "1/2", 5: true }, "b.py": { 1: 3, 2: 0 } }],
    ["rlang", { "R/a.R": { 2: 1, 3: 0 }, "b.R": { 1: 2 } }],
    ["salesforce", { "A.cls": { 1: 1, 2: 0 }, "b.trigger": { 3: 4 } }],
    ["scala", { "A.scala": { 1: 1, 3: 0 }, "b.scala": { 2: 2 } }],
    ["elm", { "src/A.elm": { 1: 2, 2: 2, 3: 2, 6: 0 }, "B.elm": { 1: 1 } }],
    ["flowcover", { "a.js": { 1: 1, 2: 0 }, "b.js": { 9: 1 } }],
    ["llvm", { "/s/a.cc": { 3: 1, 4: "1/2", 5: 0, 6: 0, 7: 1, 8: 1, 9: 1 }, "b.cc": { 1: 0, 2: 0 } }],
    ["gcov", { "src/a.c": { 2: 2, 3: 2, 4: 0, 6: 0, 9: 1500 }, "b.c": { 1: 1 } }],
    ["lua", { "src/a.lua": { 1: 1, 3: 0, 4: 12 }, "b.lua": { 1: 1 } }],
    ["gap", { "lib/a.g": { 1: 0, 2: 1 }, "b.g": { 4: 0 } }],
    ["dlst", { "src/a.d": { 2: 2, 3: 0 } }],
    ["xcode", { "/a/A.swift": { 2: 3, 3: 1200, 4: 0, 5: 0 }, "b/B.m": { 1: 2, 3: 0 } }],
  ])("%s gives lines their values", (name, files) => {
    expect(valuesIn(name)).toEqual(files);
  });

  it("tells branches and functions from other lines where the report does", () => {
    const kinds = (name: string, file: string) =>
      Object.fromEntries(read(name).files[file].map(({ line, kind }) => [line, LineKind[kind ?? 0]]));
    expect(kinds("jacoco", "app/a/b/C.java")).toEqual({ 3: "Method", 4: "Line", 5: "Branch" });
    expect(kinds("clover", "src/a.js")).toEqual({ 1: "Line", 2: "Branch", 3: "Method" });
    expect(kinds("istanbul", "/r/src/a.js")).toEqual({ 1: "Line", 2: "Branch", 4: "Method" });
    expect(kinds("bullseye", "src/lib/a.cpp")).toEqual({ 1: "Method", 2: "Branch", 3: "Branch", 4: "Line" });
    expect(kinds("opencover", "C:/src/A.cs")).toMatchObject({ 3: "Line", 5: "Branch" });
    expect(kinds("gcov", "src/a.c")).toMatchObject({ 2: "Method", 3: "Line" });
    expect(kinds("v1", "a.py")).toMatchObject({ 1: "Line", 4: "Branch", 5: "Branch" });
  });

  it("names missing branches where the report does", () => {
    const missing = (name: string, file: string, at: number) =>
      read(name).files[file].find(({ line }) => line === at)?.missing;
    expect(missing("opencover", "C:/src/A.cs", 5)).toEqual(["4:9"]);
    expect(missing("llvm", "/s/a.cc", 4)).toEqual(["7:false"]);
  });

  it("keeps complexity and columns where the report has them", () => {
    const line = (name: string, file: string, at: number) => read(name).files[file].find(({ line }) => line === at);
    expect(line("jacoco", "app/a/b/C.java", 3)?.complexity).toEqual([2, 3]);
    expect(line("clover", "src/a.js", 3)?.complexity).toEqual([2, 0]);
    expect(line("elm", "src/A.elm", 1)?.complexity).toEqual([3, 0]);
    expect(line("jetbrains", "C:/a/A.cs", 3)?.columns).toEqual([
      { start: 2, end: 8, hits: 1 },
      { start: 9, end: 12, hits: 0 },
    ]);
    expect(line("xcode", "/a/A.swift", 5)?.columns).toEqual([{ start: 4, end: 9, hits: 0 }]);
    expect(line("xccoverage.plist", "B.swift", 3)?.columns).toEqual([
      { start: 1, end: 6, hits: 2 },
      { start: 8, end: 12, hits: 0 },
    ]);
  });
});
