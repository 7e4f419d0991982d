import { describe, expect, it } from "vitest";
import { checkCoverage, checkStoredReport, InsaneError } from "../../fuzz/sanity.js";
import { CoverageBuilder, MAX_LINE } from "../../src/report/coverage-builder.js";
import { LineFlag, LineKind } from "../../src/report/file-coverage.js";
import { StoredReportWriter } from "../../src/report/stored-report-writer.js";
import { countLines } from "../../src/report/totals.js";
import { coverage } from "../support/coverage.js";
import { openReport } from "../support/stored-reports.js";
import { temporaryFolder } from "../support/temporary-folder.js";

type Entry = readonly [line: number, hits: number, total: number, bits: number];

function built(...entries: readonly Entry[]): CoverageBuilder {
  const builder = new CoverageBuilder();
  for (const entry of entries) builder.add(...entry);
  return builder;
}

describe("sane coverage", () => {
  it("has any values, kinds and attachments that a line may have", () => {
    const builder = built(
      [1, 1e300, 0, LineKind.Line],
      [2, -1, 0, LineKind.Line],
      [3, 1, 0, LineKind.Branch | LineFlag.Partial],
      [4, 0, 0, LineFlag.NoData],
      [MAX_LINE, 1, 2, LineKind.Method],
    );
    builder.missing(Buffer.from("1,2"));
    builder.complexity(3, 0);
    builder.columns([0, 4, 2]);
    expect(() => checkCoverage(builder.view())).not.toThrow();
  });

  it.each<[string, readonly Entry[]]>([
    ["line 0", [[0, 1, 0, 0]]],
    ["a line beyond the last", [[MAX_LINE + 1, 1, 0, 0]]],
    [
      "the same line twice",
      [
        [7, 1, 0, 0],
        [7, 1, 0, 0],
      ],
    ],
    ["half a hit", [[1, 0.5, 0, 0]]],
    ["fewer hits than those of a skipped line", [[1, -2, 0, 0]]],
    ["endless hits", [[1, Number.POSITIVE_INFINITY, 0, 0]]],
    ["hits that are no number", [[1, Number.NaN, 0, 0]]],
    ["more branches taken than there are", [[1, 3, 2, LineKind.Branch]]],
    ["a kind that there is not", [[1, 1, 0, 3]]],
  ])("has not %s", (_, entries) => {
    expect(() => checkCoverage(built(...entries).view())).toThrow(InsaneError);
  });
});

describe("a sane stored report", () => {
  const folder = temporaryFolder();

  it.each([
    ["has the counts of its lines", 0, true],
    ["has not one hit more than its lines have", 1, false],
  ])("%s", async (title, more, isSane) => {
    const lines = coverage([{ line: 1, value: 1 }]);
    const writer = await StoredReportWriter.create(`${folder}/${title}`);
    await writer.add(Buffer.from("a"), lines);
    const counts = countLines(lines);
    const block = Uint8Array.from([1, 0, 0, 2]);
    await writer.addBlock(Buffer.from("b"), { ...counts, hits: counts.hits + more }, block);
    await writer.finish();
    const checked = checkStoredReport(await openReport(writer.file));
    if (isSane) await checked;
    else await expect(checked).rejects.toThrow(InsaneError);
  });
});
