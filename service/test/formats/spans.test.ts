import { describe, expect, it } from "vitest";
import { elm } from "../../src/formats/elm.js";
import { opencover } from "../../src/formats/opencover.js";
import type { ReportFormat } from "../../src/formats/parser.js";
import { vb } from "../../src/formats/vb.js";
import { vb2 } from "../../src/formats/vb2.js";
import { parse, values } from "../support/parsing.js";
import { within } from "../support/within.js";

type Spanning = readonly [name: string, format: ReportFormat, report: (first: string, last: string) => string];

const SPANNING: readonly Spanning[] = [
  [
    "vb",
    vb,
    (first, last) =>
      `<results><module><range source_id="0" covered="yes" start_line="${first}" end_line="${last}"/><source_file id="0" path="a"/></module></results>`,
  ],
  [
    "vb2",
    vb2,
    (first, last) =>
      `<CoverageDSPriv><Lines><LnStart>${first}</LnStart><LnEnd>${last}</LnEnd><Coverage>0</Coverage><SourceFileID>1</SourceFileID></Lines><SourceFileNames><SourceFileID>1</SourceFileID><SourceFileName>a</SourceFileName></SourceFileNames></CoverageDSPriv>`,
  ],
  [
    "opencover",
    opencover,
    (first, last) =>
      `<CoverageSession><Files><File uid="1" fullPath="a"/></Files><Method><FileRef uid="1"/><SequencePoint vc="1" sl="${first}" el="${last}" bec="2" bev="1"/></Method></CoverageSession>`,
  ],
  [
    "elm",
    elm,
    (first, last) =>
      `{"moduleMap":{"A":"a"},"coverageData":{"A":[{"count":1,"from":{"line":${first}},"to":{"line":${last}}}]}}`,
  ],
];

describe("a statement of no file", () => {
  it("is passed over, however many lines it spans", () => {
    const record = (start: string, end: string) =>
      `<Lines><LnStart>${start}</LnStart><LnEnd>${end}</LnEnd><Coverage>0</Coverage><SourceFileID>7</SourceFileID></Lines>`;
    const records = `${record("1", "100000").repeat(100_000)}${record("1", "9999999")}`;
    const { files, notes } = within(5000, () => parse(vb2, `<CoverageDSPriv>${records}</CoverageDSPriv>`));
    expect({ files, notes }).toEqual({ files: {}, notes: [] });
  });
});

describe.each(SPANNING)("a statement of several lines in %s", (_, format, report) => {
  it("has all of them", () => {
    const lines = Object.keys(values(parse(format, report("3", "6")).files.a));
    expect(lines.slice(0, 3)).toEqual(["3", "4", "5"]);
  });

  it.each([
    ["999999999999999999999", "4"],
    ["999999999999999999999", "999999999999999999999"],
    ["-999999999999999999999", "-999999999999999999999"],
    ["1", "999999999999999999999"],
    ["999999999999999999998", "1e300"],
  ])(
    "is left out where its first and last line are %s and %s, beyond which no number can be counted",
    (first, last) => {
      const { files, fault } = within(1000, () => parse(format, report(first, last)));
      expect(fault).toBeNull();
      expect((files.a ?? []).filter(({ line }) => line > 1)).toEqual([]);
    },
  );
});
