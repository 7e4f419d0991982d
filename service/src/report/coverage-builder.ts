import { COLUMN_FIELDS, COMPLEXITY_FIELDS, recordsOf } from "./attached.js";
import { normalColumns } from "./column-hits.js";
import {
  ATTACHED,
  type FileCoverage,
  KIND_MASK,
  LineFlag,
  type LineKind,
  type MissingBranches,
} from "./file-coverage.js";

/** Largest line number that is believed; what lies beyond is a producer's slip. */
export const MAX_LINE = 2 ** 26 - 1;

/**
 * Bytes of ids of branches not taken that one file keeps: no source file comes near it. Lines beyond it have their ratio
 * alone, as if nobody had named their branches.
 */
export const MOST_MISSING_BYTES = 32 * 1024 * 1024;

/** Most branches that a line may have. */
export const MAX_BRANCHES = 2 ** 32 - 1;

/** Where a list starts for which there is no room. */
export const NO_ROOM = -1;

const NO_BYTES = new Uint8Array(0);
const NO_ENDS = new Uint32Array(0);
const NO_COLUMNS = new Float64Array(0);

/**
 * Columns that grow. Reused from file to file: `view()` hands out its own buffers, valid until the next `clear()`.
 * Entries stand in the order in which they were added; `sortAndMerge` makes them a proper `FileCoverage`.
 */
export class CoverageBuilder {
  length = 0;
  /** Whether the lines added so far ascend without duplicates. */
  ascending = true;
  #lines = new Uint32Array(256);
  #hits = new Float64Array(256);
  #totals = new Uint32Array(256);
  #kinds = new Uint8Array(256);
  /** Ends of the lists of lines `0..#ended - 1`; later lines have none yet. */
  #ends = NO_ENDS;
  #ended = 0;
  #bytes = NO_BYTES;
  #used = 0;
  #complexity = NO_ENDS;
  #complexityUsed = 0;
  #columns = NO_COLUMNS;
  #columnsUsed = 0;

  /** Line numbers: the first `length` ones count. */
  get lineNumbers(): Uint32Array {
    return this.#lines;
  }

  /** Hits, in the same way. */
  get lineHits(): Float64Array {
    return this.#hits;
  }

  /** Number of branches, and kind with flags, in the same way. */
  get lineTotals(): Uint32Array {
    return this.#totals;
  }

  get lineKinds(): Uint8Array {
    return this.#kinds;
  }

  /** Makes room for `count` more lines, so that `lineNumbers` and `lineHits` may be written beyond `length`. */
  reserve(count: number): void {
    while (this.length + count > this.#lines.length) this.#grow();
  }

  /**
   * Makes what was written there plain counts.
   * @param ascending whether these, and all before them, ascend without duplicates
   */
  extend(length: number, ascending: boolean): void {
    this.#totals.fill(0, this.length, length);
    this.#kinds.fill(0, this.length, length);
    this.length = length;
    this.ascending = ascending;
  }

  clear(): void {
    this.length = 0;
    this.ascending = true;
    this.#ended = 0;
    this.#used = 0;
    this.#complexityUsed = 0;
    this.#columnsUsed = 0;
  }

  /** Adds a line whose value is a count (`total` 0) or a ratio, with nothing attached to it. */
  add(line: number, hits: number, total: number, bits: LineKind | number): void {
    const at = this.length;
    if (at === this.#lines.length) this.#grow();
    if (at > 0 && line <= this.#lines[at - 1]) this.ascending = false;
    this.#lines[at] = line;
    this.#hits[at] = hits;
    this.#totals[at] = total;
    this.#kinds[at] = bits & ~ATTACHED;
    this.length = at + 1;
  }

  /** Adds the same plain count for each of the lines `start` to `end`. */
  addRun(start: number, end: number, hits: number): void {
    this.reserve(end - start + 1);
    const lines = this.#lines;
    const counts = this.#hits;
    const totals = this.#totals;
    const kinds = this.#kinds;
    let at = this.length;
    if (at > 0 && start <= lines[at - 1]) this.ascending = false;
    for (let line = start; line <= end; line++) {
      lines[at] = line;
      counts[at] = hits;
      totals[at] = 0;
      kinds[at] = 0;
      at++;
    }
    this.length = at;
  }

  /** Gives the entry at `index`, which has nothing attached, another value. */
  replace(index: number, hits: number, total: number, bits: LineKind | number): void {
    this.#hits[index] = hits;
    this.#totals[index] = total;
    this.#kinds[index] = bits & ~ATTACHED;
  }

  /** Gives the line added last its complexity: so much of it was covered. */
  complexity(covered: number, total: number): void {
    const at = this.#complexityUsed;
    if (at === this.#complexity.length) {
      this.#complexity = enlarged(this.#complexity, new Uint32Array(Math.max(16 * COMPLEXITY_FIELDS, 2 * at)));
    }
    const index = this.length - 1;
    this.#complexity[at] = index;
    this.#complexity[at + 1] = covered;
    this.#complexity[at + 2] = total;
    this.#complexityUsed = at + COMPLEXITY_FIELDS;
    this.#kinds[index] |= LineFlag.HasComplexity;
  }

  /** Gives the line added last the hits of its columns: `start, end, hits` of each part, as in `normalColumns`. */
  columns(parts: ArrayLike<number>): void {
    const normal = normalColumns(parts);
    if (normal.length === 0) return;
    const index = this.length - 1;
    let at = this.#columnsUsed;
    const needed = at + (normal.length / 3) * COLUMN_FIELDS;
    if (needed > this.#columns.length) {
      this.#columns = enlarged(this.#columns, new Float64Array(Math.max(16 * COLUMN_FIELDS, 2 * needed)));
    }
    for (let i = 0; i < normal.length; i += 3) {
      this.#columns[at++] = index;
      for (let field = 0; field < 3; field++) this.#columns[at++] = normal[i + field];
    }
    this.#columnsUsed = at;
    this.#kinds[index] |= LineFlag.HasColumns;
  }

  /** Gives the line added last its list, if there is room for it: ids separated by commas, possibly none. */
  missing(ids: Uint8Array, start = 0, end = ids.length): void {
    const offset = this.reserveMissing(end - start);
    if (offset === NO_ROOM) return;
    for (let i = start; i < end; i++) this.#bytes[offset + i - start] = ids[i];
    this.commitMissing(this.length - 1, end - start);
  }

  /**
   * Makes room for a list, to be written into `missingBytes` and then committed.
   * @returns where it starts, or `NO_ROOM`
   */
  reserveMissing(length: number): number {
    const needed = this.#used + length;
    if (needed > this.#bytes.length) {
      if (needed > MOST_MISSING_BYTES) return NO_ROOM;
      const larger = new Uint8Array(Math.min(MOST_MISSING_BYTES, Math.max(1024, 2 * this.#bytes.length, needed)));
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
    }
    return this.#used;
  }

  /** What lists are written into; another one after `reserveMissing`. */
  get missingBytes(): Uint8Array {
    return this.#bytes;
  }

  /** Makes the bytes that were reserved the list of the entry at `index`; entries must get theirs in order. */
  commitMissing(index: number, length: number): void {
    this.#fillEnds(index);
    this.#used += length;
    this.#ends[index] = this.#used;
    this.#ended = index + 1;
    this.#kinds[index] |= LineFlag.KnowsMissing;
  }

  /** The entries as they were added. */
  view(): FileCoverage {
    return {
      lines: this.#lines.subarray(0, this.length),
      hits: this.#hits.subarray(0, this.length),
      totals: this.#totals.subarray(0, this.length),
      kinds: this.#kinds.subarray(0, this.length),
      missing: this.#missingView(),
      complexity: this.#complexity.subarray(0, this.#complexityUsed),
      columns: this.#columns.subarray(0, this.#columnsUsed),
    };
  }

  #missingView(): MissingBranches {
    if (this.#ended === 0) return { ends: NO_ENDS, bytes: NO_BYTES };
    this.#fillEnds(this.length);
    return { ends: this.#ends.subarray(0, this.length), bytes: this.#bytes.subarray(0, this.#used) };
  }

  #fillEnds(until: number): void {
    if (this.#ends.length < this.#lines.length) {
      const larger = new Uint32Array(this.#lines.length);
      larger.set(this.#ends.subarray(0, this.#ended));
      this.#ends = larger;
    }
    for (; this.#ended < until; this.#ended++) this.#ends[this.#ended] = this.#used;
  }

  #grow(): void {
    const capacity = 2 * this.#lines.length;
    this.#lines = enlarged(this.#lines, new Uint32Array(capacity));
    this.#hits = enlarged(this.#hits, new Float64Array(capacity));
    this.#totals = enlarged(this.#totals, new Uint32Array(capacity));
    this.#kinds = enlarged(this.#kinds, new Uint8Array(capacity));
  }
}

/** Copies line `index` of a file to the end of a builder, perhaps as another `line`. */
export function copyLine(into: CoverageBuilder, from: FileCoverage, index: number, line = from.lines[index]): void {
  const bits = from.kinds[index];
  into.add(line, from.hits[index], from.totals[index], bits);
  if (bits & ATTACHED) copyAttached(into, from, index, bits);
}

function copyAttached(into: CoverageBuilder, from: FileCoverage, index: number, bits: number): void {
  if (bits & LineFlag.KnowsMissing) {
    const { ends, bytes } = from.missing;
    into.missing(bytes, index > 0 ? ends[index - 1] : 0, ends[index]);
  }
  if (bits & LineFlag.HasComplexity) {
    const [covered, total] = recordsOf(from.complexity, COMPLEXITY_FIELDS, index);
    into.complexity(covered, total);
  }
  if (bits & LineFlag.HasColumns) into.columns(recordsOf(from.columns, COLUMN_FIELDS, index));
}

/** Kind of a line that two sources speak of: the first that says something. */
export function firstKind(bits: number, otherBits: number): LineKind {
  return bits & KIND_MASK || otherBits & KIND_MASK;
}

/** A larger column with what was in the smaller one. */
export function enlarged<Column extends { set(from: Column): void }>(from: Column, into: Column): Column {
  into.set(from);
  return into;
}
