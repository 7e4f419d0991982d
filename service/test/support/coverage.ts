import { CoverageBuilder } from "../../src/report/coverage-builder.js";
import { type FileCoverage, LineFlag, LineKind } from "../../src/report/file-coverage.js";
import {
  type ColumnPart,
  type LineValue,
  lineColumns,
  lineComplexity,
  lineKind,
  lineValue,
  missingBranches,
} from "../../src/report/line-value.js";

/** A line as tests write it. */
export interface Line {
  readonly line: number;
  readonly value: LineValue;
  readonly kind?: LineKind;
  /** Ids of missing branches; absent: not known. */
  readonly missing?: readonly string[];
  /** Absent: not known. */
  readonly complexity?: readonly [number, number];
  /** Absent: none. */
  readonly columns?: readonly ColumnPart[];
}

/** Adds lines to a builder in the given order. */
export function addLines(builder: CoverageBuilder, lines: readonly Line[]): void {
  for (const { line, value, kind = LineKind.Line, missing, complexity, columns } of lines) {
    if (value === null) builder.add(line, 0, 0, kind | LineFlag.NoData);
    else if (value === true) builder.add(line, 1, 0, kind | LineFlag.Partial);
    else if (typeof value === "number") builder.add(line, value, 0, kind);
    else {
      const [taken, total] = value.split("/").map(Number);
      builder.add(line, taken, total, kind);
      if (missing) builder.missing(Buffer.from(missing.join(",")));
    }
    if (complexity) builder.complexity(...complexity);
    if (columns) builder.columns(columns.flatMap(({ start, end, hits }) => [start, end ?? 0, hits]));
  }
}

/** Coverage of a file with these lines, which must ascend. */
export function coverage(lines: readonly Line[]): FileCoverage {
  const builder = new CoverageBuilder();
  addLines(builder, lines);
  return builder.view();
}

/** What is known of each line, in a form that compares well. */
export function linesOf(coverage: FileCoverage): Line[] {
  return Array.from(coverage.lines, (line, index) => {
    const missing = missingBranches(coverage, index);
    const complexity = lineComplexity(coverage, index);
    const columns = lineColumns(coverage, index);
    return {
      line,
      value: lineValue(coverage, index),
      kind: lineKind(coverage, index),
      ...(missing && { missing: [...missing].sort() }),
      ...(complexity && { complexity }),
      ...(columns.length > 0 && { columns }),
    };
  });
}

/** `{ LINE: value }` */
export function valuesOf(coverage: FileCoverage): Record<number, LineValue> {
  return Object.fromEntries(Array.from(coverage.lines, (line, index) => [line, lineValue(coverage, index)]));
}
