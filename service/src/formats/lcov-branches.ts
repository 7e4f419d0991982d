import type { CoverageBuilder } from "../report/coverage-builder.js";
import { LineKind } from "../report/file-coverage.js";
import { writeDigits } from "./digits.js";
import type { LineSet } from "./line-set.js";

const COMMA = 0x2c;
const COLON = 0x3a;
/** Numeric ids are kept as `block * 2^20 + branch`: exact in a double for blocks below 2^32. */
const BRANCH_SPAN = 2 ** 20;
const BLOCK_LIMIT = 2 ** 32;
/** Sort keys are `line * 2^26 + index`. */
const INDEX_SPAN = 2 ** 26;

/** The BRDA records of one source file, folded at its end into one ratio per line. */
export class LcovBranches {
  length = 0;
  #lines = new Uint32Array(256);
  /** Numeric ids, or `-1 - index` into the names. */
  #ids = new Float64Array(256);
  #taken = new Uint8Array(256);
  #ascending = true;
  readonly #names: string[] = [];
  readonly #indexes = new Map<string, number>();

  clear(): void {
    this.length = 0;
    this.#ascending = true;
    if (this.#names.length > 0) {
      this.#names.length = 0;
      this.#indexes.clear();
    }
  }

  /** Adds a branch whose block and number are written without leading zeros. */
  addNumeric(line: number, block: number, branch: number, taken: boolean): void {
    if (block < BLOCK_LIMIT && branch < BRANCH_SPAN) this.#add(line, block * BRANCH_SPAN + branch, taken);
    else this.addNamed(line, `${block}:${branch}`, taken);
  }

  addNamed(line: number, id: string, taken: boolean): void {
    let index = this.#indexes.get(id);
    if (index === undefined) {
      index = this.#names.push(id) - 1;
      this.#indexes.set(id, index);
    }
    this.#add(line, -1 - index, taken);
  }

  /**
   * Adds lines that have branches but no count to `counts`, which must ascend and may not after that.
   * @returns whether there were any
   */
  addUncounted(counts: CoverageBuilder): boolean {
    if (!this.#ascending) this.#sort();
    const { length: counted, lineNumbers: lines } = counts;
    let uncounted = false;
    for (let i = 0, at = 0; i < this.length; i++) {
      const line = this.#lines[i];
      if (i > 0 && line === this.#lines[i - 1]) continue;
      while (at < counted && lines[at] < line) at++;
      if (at < counted && lines[at] === line) continue;
      counts.add(line, 0, 0, LineKind.Line);
      uncounted = true;
    }
    return uncounted;
  }

  /**
   * Replaces the count of each line that has branches by their ratio. The last record of a branch counts.
   * @param counts ascending, with an entry for each of the lines
   */
  fold(counts: CoverageBuilder, functionLines: LineSet): void {
    const lines = counts.lineNumbers;
    for (let start = 0, at = 0; start < this.length; ) {
      const line = this.#lines[start];
      let end = start + 1;
      let distinct = true;
      for (; end < this.length && this.#lines[end] === line; end++) {
        if (this.#ids[end] <= this.#ids[end - 1]) distinct = false;
      }
      while (lines[at] < line) at++;
      const kind = functionLines.has(line) ? LineKind.Method : LineKind.Branch;
      this.#foldLine(counts, at, start, distinct ? end : this.#withoutRepeats(start, end), kind);
      start = end;
    }
  }

  /** Takes the branches of these lines away. */
  drop(lines: LineSet): void {
    let kept = 0;
    for (let i = 0; i < this.length; i++) {
      if (lines.has(this.#lines[i])) continue;
      this.#lines[kept] = this.#lines[i];
      this.#ids[kept] = this.#ids[i];
      this.#taken[kept] = this.#taken[i];
      kept++;
    }
    this.length = kept;
  }

  #foldLine(counts: CoverageBuilder, at: number, start: number, end: number, kind: LineKind): void {
    let taken = 0;
    for (let i = start; i < end; i++) taken += this.#taken[i];
    counts.replace(at, taken, end - start, kind);
    if (taken === end - start) return;
    let room = 0;
    for (let i = start; i < end; i++) {
      if (this.#taken[i] === 0) room += this.#ids[i] < 0 ? 1 + 3 * this.#names[-1 - this.#ids[i]].length : MAX_ID_BYTES;
    }
    const offset = counts.reserveMissing(room);
    const bytes = counts.missingBytes;
    let q = offset;
    for (let i = start; i < end; i++) {
      if (this.#taken[i] !== 0) continue;
      if (q > offset) bytes[q++] = COMMA;
      q = this.#writeId(bytes, q, this.#ids[i]);
    }
    counts.commitMissing(at, q - offset);
  }

  #writeId(bytes: Uint8Array, at: number, id: number): number {
    if (id < 0) return at + encoder.encodeInto(this.#names[-1 - id], bytes.subarray(at)).written;
    const block = Math.floor(id / BRANCH_SPAN);
    const next = writeDigits(bytes, at, block);
    bytes[next] = COLON;
    return writeDigits(bytes, next + 1, id - block * BRANCH_SPAN);
  }

  /** Moves the branches of one line together, each once, in the order of their first records. */
  #withoutRepeats(start: number, end: number): number {
    const places = new Map<number, number>();
    let kept = start;
    for (let i = start; i < end; i++) {
      const place = places.get(this.#ids[i]);
      if (place !== undefined) {
        this.#taken[place] = this.#taken[i];
        continue;
      }
      places.set(this.#ids[i], kept);
      this.#ids[kept] = this.#ids[i];
      this.#taken[kept] = this.#taken[i];
      kept++;
    }
    return kept;
  }

  #add(line: number, id: number, taken: boolean): void {
    const at = this.length;
    if (at === this.#lines.length) this.#grow();
    if (at > 0 && line < this.#lines[at - 1]) this.#ascending = false;
    this.#lines[at] = line;
    this.#ids[at] = id;
    this.#taken[at] = taken ? 1 : 0;
    this.length = at + 1;
  }

  #sort(): void {
    const keys = new Float64Array(this.length);
    for (let i = 0; i < keys.length; i++) keys[i] = this.#lines[i] * INDEX_SPAN + i;
    keys.sort();
    const ids = this.#ids.slice(0, this.length);
    const taken = this.#taken.slice(0, this.length);
    for (let i = 0; i < keys.length; i++) {
      const line = Math.floor(keys[i] / INDEX_SPAN);
      const from = keys[i] - line * INDEX_SPAN;
      this.#lines[i] = line;
      this.#ids[i] = ids[from];
      this.#taken[i] = taken[from];
    }
  }

  #grow(): void {
    const [lines, ids, taken] = [this.#lines, this.#ids, this.#taken];
    this.#lines = new Uint32Array(2 * lines.length);
    this.#ids = new Float64Array(2 * lines.length);
    this.#taken = new Uint8Array(2 * lines.length);
    this.#lines.set(lines);
    this.#ids.set(ids);
    this.#taken.set(taken);
  }
}

const encoder = new TextEncoder();
/** Comma, block (10 digits), colon, branch (7 digits). */
const MAX_ID_BYTES = 19;
