import { COLUMN_FIELDS, COMPLEXITY_FIELDS, recordsOf } from "./attached.js";
import { mergeColumns } from "./column-hits.js";
import { type CoverageBuilder, firstKind } from "./coverage-builder.js";
import { type FileCoverage, LineFlag } from "./file-coverage.js";
import { LineStatus, statusOf } from "./line-value.js";
import { countIds, intersectIds } from "./missing-ids.js";

const NONE_MISSING = new Uint8Array(0);
const NOTHING: ArrayLike<number> = [];

/**
 * One line that others are merged into, in the order of their sessions. The same rules hold within a session and
 * across sessions:
 * - no data gives way to anything; skipped (-1) wins over anything; of two counts the greater one stays;
 * - a count above 0 fulfils a ratio (`n/n`), 0 leaves it as it is;
 * - two ratios: with a list of missing branches known, what both miss is missing (a hit without a list misses
 *   nothing, anything else without a list says nothing); without lists a full ratio wins, else the greater parts;
 * - of columns the greater hits stay, of two complexities the greater one.
 *
 * One object serves a whole report: nothing is allocated per line.
 */
export class LineMerger {
  #line = 0;
  #hits = 0;
  #total = 0;
  #bits = 0;
  /** Missing ids, null when not known. */
  #missing: Uint8Array | null = null;
  /** `covered, total`; empty when not known. */
  #complexity: ArrayLike<number> = NOTHING;
  #columns: ArrayLike<number> = NOTHING;

  load(from: FileCoverage, index: number): void {
    this.#line = from.lines[index];
    this.#hits = from.hits[index];
    this.#total = from.totals[index];
    this.#bits = from.kinds[index];
    this.#missing = missingOf(from, index);
    this.#complexity = complexityOf(from, index);
    this.#columns = columnsOf(from, index);
  }

  merge(from: FileCoverage, index: number): void {
    const hits = from.hits[index];
    const total = from.totals[index];
    const bits = from.kinds[index];
    const kind = firstKind(this.#bits, bits);
    if (bits & (LineFlag.HasComplexity | LineFlag.HasColumns)) {
      this.#complexity = greaterComplexity(this.#complexity, complexityOf(from, index));
      this.#columns = mergeColumns(this.#columns, columnsOf(from, index));
    }
    if (bits & LineFlag.NoData) {
      this.#set(this.#hits, this.#total, kind | (this.#bits & FLAGS));
    } else if (this.#bits & LineFlag.NoData) {
      this.#set(hits, total, kind | (bits & FLAGS));
      this.#missing = missingOf(from, index);
    } else if (isSkipped(this.#hits, this.#total) || isSkipped(hits, total)) {
      this.#set(-1, 0, kind);
      this.#missing = null;
    } else if (total === 0 && this.#total === 0) {
      this.#mergeCounts(hits, bits, kind);
    } else {
      this.#mergeRatios(hits, total, bits, kind, missingOf(from, index));
    }
  }

  store(into: CoverageBuilder): void {
    into.add(this.#line, this.#hits, this.#total, this.#bits);
    if (this.#missing !== null) into.missing(this.#missing);
    if (this.#complexity.length > 0) into.complexity(this.#complexity[0], this.#complexity[1]);
    if (this.#columns.length > 0) into.columns(this.#columns);
  }

  #mergeCounts(hits: number, bits: number, kind: number): void {
    const partial = (this.#bits | bits) & LineFlag.Partial;
    if (!partial) {
      this.#set(Math.max(this.#hits, hits), 0, kind);
      return;
    }
    const counted = Math.max(this.#bits & LineFlag.Partial ? 0 : this.#hits, bits & LineFlag.Partial ? 0 : hits);
    if (counted > 0) this.#set(counted, 0, kind);
    else this.#set(1, 0, kind | LineFlag.Partial);
  }

  #mergeRatios(hits: number, total: number, bits: number, kind: number, missing: Uint8Array | null): void {
    if (this.#total === 0) {
      const fulfilled = statusOf(this.#hits, 0, this.#bits) === LineStatus.Hit;
      this.#set(fulfilled ? total : hits, total, kind);
      this.#missing = fulfilled && missing !== null ? NONE_MISSING : missing;
    } else if (total === 0) {
      const fulfilled = statusOf(hits, 0, bits) === LineStatus.Hit;
      this.#set(fulfilled ? this.#total : this.#hits, this.#total, kind);
      if (fulfilled && this.#missing !== null) this.#missing = NONE_MISSING;
    } else {
      this.#missing = this.#bothMissing(hits, total, missing);
      if (this.#missing !== null) {
        this.#set(Math.max(0, this.#total - countIds(this.#missing)), this.#total, kind);
      } else if (this.#hits === this.#total) {
        this.#set(this.#hits, this.#total, kind);
      } else if (hits === total) {
        this.#set(hits, total, kind);
      } else {
        this.#set(Math.max(this.#hits, hits), Math.max(this.#total, total), kind);
      }
    }
  }

  #bothMissing(hits: number, total: number, missing: Uint8Array | null): Uint8Array | null {
    if (this.#missing === null && missing === null) return null;
    const ours = this.#missing ?? (this.#hits === this.#total ? NONE_MISSING : null);
    const theirs = missing ?? (hits === total ? NONE_MISSING : null);
    if (ours === null) return theirs;
    return theirs === null ? ours : intersectIds(ours, theirs);
  }

  #set(hits: number, total: number, bits: number): void {
    this.#hits = hits;
    this.#total = total;
    this.#bits = bits;
  }
}

const FLAGS = LineFlag.Partial | LineFlag.NoData;

function complexityOf(from: FileCoverage, index: number): ArrayLike<number> {
  return from.kinds[index] & LineFlag.HasComplexity ? recordsOf(from.complexity, COMPLEXITY_FIELDS, index) : NOTHING;
}

function columnsOf(from: FileCoverage, index: number): ArrayLike<number> {
  return from.kinds[index] & LineFlag.HasColumns ? recordsOf(from.columns, COLUMN_FIELDS, index) : NOTHING;
}

function greaterComplexity(ours: ArrayLike<number>, theirs: ArrayLike<number>): ArrayLike<number> {
  if (ours.length === 0 || theirs.length === 0) return ours.length === 0 ? theirs : ours;
  return ours[0] > theirs[0] || (ours[0] === theirs[0] && ours[1] >= theirs[1]) ? ours : theirs;
}

function isSkipped(hits: number, total: number): boolean {
  return total === 0 && hits < 0;
}

function missingOf(from: FileCoverage, index: number): Uint8Array | null {
  if (!(from.kinds[index] & LineFlag.KnowsMissing)) return null;
  const { ends, bytes } = from.missing;
  return bytes.subarray(index > 0 ? ends[index - 1] : 0, ends[index]);
}
