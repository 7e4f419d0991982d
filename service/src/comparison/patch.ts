import { CoverageBuilder } from "../report/coverage-builder.js";
import { readFileBlock } from "../report/file-block.js";
import { addCounts, countLines, noCounts, type Totals, toTotals } from "../report/totals.js";
import type { DiffFile } from "./diff.js";
import { addedLines } from "./lines.js";
import type { ReportFiles } from "./report-files.js";

export interface Patch {
  /** Of the lines that were added; `coverage` is null when none of them can be covered. */
  readonly totals: Totals;
  /** By path, of those files that have such lines. */
  readonly files: ReadonlyMap<string, Totals>;
}

/** How well the lines are covered that a diff adds. */
export async function patchOf(head: ReportFiles, diff: readonly DiffFile[]): Promise<Patch> {
  const builder = new CoverageBuilder();
  const sum = noCounts();
  const files = new Map<string, Totals>();
  for (const { headPath, edits } of diff) {
    const block = headPath === null ? null : await head.block(headPath);
    if (headPath === null || block === null || files.has(headPath)) continue;
    const counts = countLines(addedLines(readFileBlock(block), edits, builder));
    if (counts.lines === 0) continue;
    addCounts(sum, counts);
    files.set(headPath, toTotals(counts));
  }
  return { totals: toTotals(sum), files };
}
