import { COLUMN_FIELDS, COMPLEXITY_FIELDS, recordsOf } from "./attached.js";
import { type FileCoverage, KIND_MASK, LineFlag, type LineKind } from "./file-coverage.js";

/** A line's value as Codecov shows it: hits, `"taken/branches"`, `true` (partial), `-1` (skipped) or `null` (no data). */
export type LineValue = number | string | true | null;

export enum LineStatus {
  /** No data: not counted. */
  None = 0,
  /** Has a value of -1: not counted. */
  Skipped = 1,
  Miss = 2,
  Partial = 3,
  Hit = 4,
}

/** Value of the line at `index` of the columns. */
export function lineValue(coverage: FileCoverage, index: number): LineValue {
  const bits = coverage.kinds[index];
  if (bits & LineFlag.NoData) return null;
  if (bits & LineFlag.Partial) return true;
  const total = coverage.totals[index];
  return total > 0 ? `${coverage.hits[index]}/${total}` : coverage.hits[index];
}

/** Status of the line at `index` of the columns. */
export function lineStatus(coverage: FileCoverage, index: number): LineStatus {
  return statusOf(coverage.hits[index], coverage.totals[index], coverage.kinds[index]);
}

export function statusOf(hits: number, total: number, bits: number): LineStatus {
  if (bits & (LineFlag.NoData | LineFlag.Partial)) {
    return bits & LineFlag.NoData ? LineStatus.None : LineStatus.Partial;
  }
  if (total > 0) return hits === total ? LineStatus.Hit : hits === 0 ? LineStatus.Miss : LineStatus.Partial;
  return hits > 0 ? LineStatus.Hit : hits === 0 ? LineStatus.Miss : LineStatus.Skipped;
}

/** Kind of the line at `index` of the columns. */
export function lineKind(coverage: FileCoverage, index: number): LineKind {
  return coverage.kinds[index] & KIND_MASK;
}

/** Ids of the branches not taken on the line at `index`, or null where the producer did not list them. */
export function missingBranches(coverage: FileCoverage, index: number): readonly string[] | null {
  if (!(coverage.kinds[index] & LineFlag.KnowsMissing)) return null;
  const { ends, bytes } = coverage.missing;
  const start = index > 0 ? ends[index - 1] : 0;
  const end = ends[index];
  return end > start
    ? Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
        .toString()
        .split(",")
    : [];
}

/** How much of the complexity of the method on the line at `index` is covered, and all of it; null: not known. */
export function lineComplexity(coverage: FileCoverage, index: number): readonly [number, number] | null {
  if (!(coverage.kinds[index] & LineFlag.HasComplexity)) return null;
  const [covered, total] = recordsOf(coverage.complexity, COMPLEXITY_FIELDS, index);
  return [covered, total];
}

/** A part of a line. */
export interface ColumnPart {
  readonly start: number;
  /** Exclusive; null: to the end of the line. */
  readonly end: number | null;
  readonly hits: number;
}

/** Hits of parts of the line at `index`, in their order; empty where the producer told none. */
export function lineColumns(coverage: FileCoverage, index: number): readonly ColumnPart[] {
  if (!(coverage.kinds[index] & LineFlag.HasColumns)) return [];
  const fields = recordsOf(coverage.columns, COLUMN_FIELDS, index);
  return Array.from({ length: fields.length / 3 }, (_, part) => ({
    start: fields[3 * part],
    end: fields[3 * part + 1] === 0 ? null : fields[3 * part + 1],
    hits: fields[3 * part + 2],
  }));
}
