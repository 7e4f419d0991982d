import { type CoverageBuilder, copyLine } from "../report/coverage-builder.js";
import type { FileCoverage } from "../report/file-coverage.js";
import type { Edit } from "./diff.js";

/** The head's line that a line of the base became, or null when it was removed. */
export function headLine(edits: readonly Edit[], line: number): number | null {
  const edit = lastEdit(edits, line, "base");
  if (edit === undefined) return line;
  const after = line - edit.base - edit.removed;
  return after < 0 ? null : edit.head + edit.added + after;
}

/** The base's line that a line of the head was, or null when it was added. */
export function baseLine(edits: readonly Edit[], line: number): number | null {
  const edit = lastEdit(edits, line, "head");
  if (edit === undefined) return line;
  const after = line - edit.head - edit.added;
  return after < 0 ? null : edit.base + edit.removed + after;
}

/** The last edit that starts at the line or before it. */
function lastEdit(edits: readonly Edit[], line: number, side: "base" | "head"): Edit | undefined {
  let [low, high] = [0, edits.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edits[middle][side] <= line) low = middle + 1;
    else high = middle;
  }
  return edits[low - 1];
}

/** Coverage of the base as that of the head: lines are moved, removed ones left out. */
export function shiftLines(coverage: FileCoverage, edits: readonly Edit[], into: CoverageBuilder): FileCoverage {
  into.clear();
  for (let index = 0; index < coverage.lines.length; index++) {
    const line = headLine(edits, coverage.lines[index]);
    if (line !== null) copyLine(into, coverage, index, line);
  }
  return into.view();
}

/** What the head's coverage says of the lines that were added. */
export function addedLines(coverage: FileCoverage, edits: readonly Edit[], into: CoverageBuilder): FileCoverage {
  into.clear();
  for (let index = 0; index < coverage.lines.length; index++) {
    if (baseLine(edits, coverage.lines[index]) === null) copyLine(into, coverage, index);
  }
  return into.view();
}
