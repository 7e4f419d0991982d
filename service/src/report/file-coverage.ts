/**
 * Coverage of one file as parallel columns: entry `i` of every column speaks of line `lines[i]`.
 *
 * Columns, not an object per line: a report of three million lines is parsed, merged and stored without
 * allocating per line. Values follow Codecov's model: a count of hits, or a ratio `hits/total` of branches.
 */
export interface FileCoverage {
  /** Line numbers, from 1, ascending and unique. */
  readonly lines: Uint32Array;
  /** Hits of a plain line (`-1`: skipped); branches taken where `totals[i] > 0`. */
  readonly hits: Float64Array;
  /** Number of branches of a line whose value is a ratio; 0 where the value is a count. */
  readonly totals: Uint32Array;
  /** `LineKind` in the low bits, or-ed with `LineFlag`s. */
  readonly kinds: Uint8Array;
  /** Ids of branches not taken, by index into the columns; only for lines flagged `KnowsMissing`. */
  readonly missing: MissingBranches;
  /** `index, covered, total` of each line flagged `HasComplexity`, by ascending index. */
  readonly complexity: Uint32Array;
  /** `index, start, end, hits` of each part of the lines flagged `HasColumns` (see `column-hits.ts`). */
  readonly columns: Float64Array;
}

export enum LineKind {
  Line = 0,
  Branch = 1,
  Method = 2,
}

export enum LineFlag {
  /** Partially covered without a ratio (`true` in Codecov's model); `hits` is 1. */
  Partial = 4,
  /** The line has no data (`null`): kept, never counted. */
  NoData = 8,
  /** The producer listed which branches were not taken; the list may be empty. */
  KnowsMissing = 16,
  /** The producer told which columns were hit. */
  HasColumns = 32,
  /** A method whose complexity is known. */
  HasComplexity = 128,
}

/** Flags of what a line has beside its value, in columns of its own. */
export const ATTACHED = LineFlag.KnowsMissing | LineFlag.HasColumns | LineFlag.HasComplexity;

export const KIND_MASK = 3;

/**
 * Missing branch ids of all lines in one byte pool. The ids of line `i` are
 * `bytes[ends[i - 1] .. ends[i]]`, separated by commas. A file in which no line knows its missing branches has
 * `ends.length === 0`.
 */
export interface MissingBranches {
  readonly ends: Uint32Array;
  readonly bytes: Uint8Array;
}
