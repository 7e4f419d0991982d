import { describe, expect, it } from "vitest";
import { CoverageBuilder, MOST_MISSING_BYTES } from "../../src/report/coverage-builder.js";
import { LineFlag, LineKind } from "../../src/report/file-coverage.js";
import { mergeFiles } from "../../src/report/merge.js";

const LIST = Buffer.alloc(1024 * 1024, "1");

function listed(lines: number, first = 1): CoverageBuilder {
  const builder = new CoverageBuilder();
  for (let line = first; line < first + lines; line++) {
    builder.add(line, 1, 2, LineKind.Branch);
    builder.missing(LIST);
  }
  return builder;
}

function linesWithLists(builder: CoverageBuilder): number {
  return builder.view().kinds.filter((bits) => bits & LineFlag.KnowsMissing).length;
}

describe("ids of branches not taken", () => {
  const room = MOST_MISSING_BYTES / LIST.length;

  it("are kept up to a limit for each file: lines beyond it have their ratio alone", () => {
    const builder = listed(room + 3);
    const { lines, hits, totals, missing } = builder.view();
    expect(linesWithLists(builder)).toBe(room);
    expect(missing.bytes).toHaveLength(MOST_MISSING_BYTES);
    expect([lines.at(-1), hits.at(-1), totals.at(-1)]).toEqual([room + 3, 1, 2]);
  });

  it("are kept up to the same limit where files are merged", () => {
    const into = new CoverageBuilder();
    mergeFiles(listed(room - 1).view(), listed(room - 1, room).view(), into);
    expect(linesWithLists(into)).toBe(room);
    expect(into.length).toBe(2 * (room - 1));
  });
});
