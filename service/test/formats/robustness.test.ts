import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cobertura } from "../../src/formats/cobertura.js";
import { detectFormat } from "../../src/formats/detect.js";
import { lcov } from "../../src/formats/lcov.js";
import type { ReportFormat } from "../../src/formats/parser.js";
import { fixtureFiles, readFixture } from "../support/fixtures.js";
import { SAMPLES } from "../support/format-samples.js";
import { cutAt, parse } from "../support/parsing.js";

const LCOV = Buffer.from(`TN:test
SF:src/ä.ts
FN:3,(anonymous_1)
FNDA:2,(anonymous_1)
DA:2,1
DA:3,1e3
DA:5,-1\r
DA:4,0,46ba21aa
BRDA:3,0,0,1
BRDA:3,0,1,-
BRDA:4,e1,x,0
LF:3
end_of_record
SF:src/b.cpp
FN:2,_Zfoo
DA:2,77
BRDA:2,0,0,0
DA:0,1
end_of_record
SF:src/ä.ts
DA:2,9
end_of_record`);

const COBERTURA = Buffer.from(`<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<!-- a > comment -->
<coverage line-rate="0.5"><sources><source>/home/ci/&#65;</source></sources><packages><package name="p"><classes>
<class name="a" filename="src/ä.py"><methods><method name="&lt;init&gt;"><lines><line number="3" hits="1"/></lines></method></methods>
<lines><line number="1" hits="2.5"/><line number="3" hits="0" branch="true" condition-coverage="50% (1/2)" missing-branches="4,exit"/>
<line number="5" branch="True" condition-coverage="0% (0/2)" hits='0'><conditions><condition number="0" type="jump" coverage="0%"/></conditions></line>
</lines></class><class filename="b"><lines><line number="undefined" hits="1"/><line number="2" hits="1"></line></lines></class>
</classes></package></packages></coverage>
`);

function detected(report: Buffer): ReportFormat {
  const detection = detectFormat(report, true, null);
  if (detection.kind !== "read") throw new Error(`a sample is not recognised: ${report.toString("utf8", 0, 100)}`);
  return detection.format;
}

type Sample = readonly [title: string, format: ReportFormat, report: Buffer, files: number, runs: number];

const samples = Object.entries(SAMPLES).map(([name, text]): Sample => {
  const report = Buffer.from(text);
  return [name, detected(report), report, name === "dlst" ? 1 : 2, 400];
});
const fixtures = fixtureFiles().map((file): Sample => {
  const report = readFixture(file);
  return [file, detected(report), report, file.startsWith("xcode/") ? 2 : 1, 80];
});

describe.each<Sample>([
  ["lcov", lcov, LCOV, 2, 3000],
  ["cobertura", cobertura, COBERTURA, 2, 3000],
  ...samples,
  ...fixtures,
])("reading %s", (_, format, report, files, runs) => {
  const whole = parse(format, report);

  it("finds something in the sample", () => {
    expect(Object.keys(whole.files)).toHaveLength(files);
    expect(whole.fault).toBeNull();
  });

  it("does not depend on how the report is cut into chunks", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 8 }), (places) => {
        expect(parse(format, cutAt(report, places))).toEqual(whole);
      }),
      { numRuns: 100 },
    );
    const bytes = Array.from(report, (_, at) => report.subarray(at, at + 1));
    expect(parse(format, bytes)).toEqual(whole);
  });

  it("survives any mutation: it ends, gives lines that ascend, and throws nothing but that the report is corrupt", () => {
    const mutation = fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 12 }),
      insert: fc.oneof(
        fc.constantFrom(
          "<",
          ">",
          '"',
          "&",
          "/",
          "\0",
          "\n",
          "\r\n",
          ",",
          ":",
          "-",
          "<!--",
          "<![CDATA[",
          "{",
          "}",
          "[",
          "]",
          "null",
          "=====\n",
          "|",
          "<!DOCTYPE x [",
          "9".repeat(30),
        ),
        fc.string({ maxLength: 4, unit: "binary" }),
      ),
    });
    fc.assert(
      fc.property(
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 3 }),
        (mutations, places) => {
          let bytes = report;
          for (const { at, remove, insert } of mutations) {
            const start = at % bytes.length;
            bytes = Buffer.concat([bytes.subarray(0, start), Buffer.from(insert), bytes.subarray(start + remove)]);
          }
          const { files } = parse(format, cutAt(bytes, places));
          for (const lines of Object.values(files)) {
            for (const [index, { line, value }] of lines.entries()) {
              // Not by `expect`, which takes longer than reading: a slip may give a statement thousands of lines.
              if (line <= (lines[index - 1]?.line ?? 0)) throw new Error(`line ${line} comes too late`);
              if (typeof value === "number" && !(value >= -1)) throw new Error(`line ${line} is ${value}`);
            }
          }
        },
      ),
      { numRuns: runs, seed: 20261121 },
    );
  });
});
