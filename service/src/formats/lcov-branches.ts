import { type CoverageBuilder, enlarged, MOST_MISSING_BYTES, NO_ROOM } from "../report/coverage-builder.js";
import { LineKind } from "../report/file-coverage.js";
import { writeDigits } from "./digits.js";
import type { LineSet } from "./line-set.js";
import { LimitExceededError } from "./parser.js";

const COMMA = 0x2c;
const COLON = 0x3a;
/** Numeric ids are `block * 2^20 + branch` where one number has to tell them apart: exact in a double. */
const BRANCH_SPAN = 2 ** 20;
/** The block of an id that is no number: its branch is an index into the names. */
const NAMED = 2 ** 32 - 1;
/** Sort keys are `line * 2^26 + index`. */
const INDEX_SPAN = 2 ** 26;
const BEYOND_ALL_LINES = 2 ** 32 - 1;

/** The BRDA records of one source file, folded at its end into one ratio per line. */
export class LcovBranches {
  length = 0;
  #lines = new Uint32Array(256);
  #blocks = new Uint32Array(256);
  #branches = new Uint32Array(256);
  #taken = new Uint8Array(256);
  #ascending = true;
  /** Records whose lines have their ratio. */
  #folded = 0;
  readonly #names: string[] = [];
  readonly #indexes = new Map<string, number>();
  /** Characters of all names. */
  #characters = 0;

  clear(): void {
    this.length = 0;
    this.#folded = 0;
    this.#ascending = true;
    if (this.#names.length > 0) {
      this.#names.length = 0;
      this.#indexes.clear();
      this.#characters = 0;
    }
  }

  /** Adds a branch whose block and number are written without leading zeros. */
  addNumeric(line: number, block: number, branch: number, taken: boolean): void {
    if (block < NAMED && branch < BRANCH_SPAN) this.#add(line, block, branch, taken);
    else this.addNamed(line, `${block}:${branch}`, taken);
  }

  /** @throws LimitExceededError when the names of a file are longer than are kept */
  addNamed(line: number, id: string, taken: boolean): void {
    let index = this.#indexes.get(id);
    if (index === undefined) {
      this.#characters += id.length;
      if (this.#characters > MOST_MISSING_BYTES) throw new LimitExceededError(TOO_LONG);
      index = this.#names.push(id) - 1;
      this.#indexes.set(id, index);
    }
    this.#add(line, NAMED, index, taken);
  }

  /** Adds lines that are not folded and have no count to `counts`, which must ascend and may not after that. */
  addUncounted(counts: CoverageBuilder): void {
    const { length: counted } = counts;
    for (let i = this.#folded, at = 0; i < this.length; i++) {
      const line = this.#lines[i];
      if (i > this.#folded && line === this.#lines[i - 1]) continue;
      while (at < counted && counts.lineNumbers[at] < line) at++;
      if (at === counted || counts.lineNumbers[at] !== line) counts.add(line, 0, 0, LineKind.Line);
    }
  }

  /**
   * Replaces the count of each line that has branches by their ratio. The last record of a branch counts.
   * @param counts ascending; what lies beyond its last line is written over
   * @param partialsAsHits whether a line of which only some were taken is one that was hit
   * @returns false when it came to a line without a count: after `addUncounted`, another call goes on there
   */
  fold(counts: CoverageBuilder, functionLines: LineSet, partialsAsHits: boolean): boolean {
    if (!this.#ascending) this.#sort();
    counts.reserve(1);
    const counted = counts.lineNumbers;
    counted[counts.length] = BEYOND_ALL_LINES;
    const lines = this.#lines;
    const blocks = this.#blocks;
    const branches = this.#branches;
    const taken = this.#taken;
    const length = this.length;
    const anyFunction = !functionLines.isEmpty;
    for (let start = this.#folded, at = 0; start < length; ) {
      const line = lines[start];
      while (counted[at] < line) at++;
      if (counted[at] !== line) {
        this.#folded = start;
        return false;
      }
      let end = start + 1;
      let hits = taken[start];
      let distinct = true;
      for (; end < length && lines[end] === line; end++) {
        hits += taken[end];
        const [block, before] = [blocks[end], blocks[end - 1]];
        if (block < before || (block === before && branches[end] <= branches[end - 1])) distinct = false;
      }
      const kind = anyFunction && functionLines.has(line) ? LineKind.Method : LineKind.Branch;
      let last = end;
      if (!distinct) {
        last = this.#withoutRepeats(start, end);
        hits = 0;
        for (let i = start; i < last; i++) hits += taken[i];
      }
      const total = last - start;
      if (partialsAsHits && hits > 0 && hits < total) counts.replace(at, 1, 0, LineKind.Line);
      else {
        counts.replace(at, hits, total, kind);
        if (hits < total) this.#writeMissing(counts, at, start, last);
      }
      start = end;
    }
    return true;
  }

  /** Takes the branches of these lines away. */
  drop(lines: LineSet): void {
    let kept = 0;
    for (let i = 0; i < this.length; i++) if (!lines.has(this.#lines[i])) this.#move(i, kept++);
    this.length = kept;
  }

  #writeMissing(counts: CoverageBuilder, at: number, start: number, end: number): void {
    const blocks = this.#blocks;
    const branches = this.#branches;
    const taken = this.#taken;
    const offset = counts.reserveMissing(
      this.#names.length === 0 ? (end - start) * MAX_ID_BYTES : this.#room(start, end),
    );
    if (offset === NO_ROOM) return;
    const bytes = counts.missingBytes;
    let q = offset;
    for (let i = start; i < end; i++) {
      if (taken[i] !== 0) continue;
      if (q > offset) bytes[q++] = COMMA;
      if (blocks[i] === NAMED) q += encoder.encodeInto(this.#names[branches[i]], bytes.subarray(q)).written;
      else {
        q = writeDigits(bytes, q, blocks[i]);
        bytes[q++] = COLON;
        q = writeDigits(bytes, q, branches[i]);
      }
    }
    counts.commitMissing(at, q - offset);
  }

  /** Bytes that the ids of some branches take at most. */
  #room(start: number, end: number): number {
    let room = 0;
    for (let i = start; i < end; i++) {
      room += this.#blocks[i] === NAMED ? 1 + 3 * this.#names[this.#branches[i]].length : MAX_ID_BYTES;
    }
    return room;
  }

  /** Moves the branches of one line together, each once, in the order of their first records. */
  #withoutRepeats(start: number, end: number): number {
    const places = new Map<number, number>();
    let kept = start;
    for (let i = start; i < end; i++) {
      const id = this.#blocks[i] * BRANCH_SPAN + this.#branches[i];
      const place = places.get(id);
      if (place !== undefined) {
        this.#taken[place] = this.#taken[i];
        continue;
      }
      places.set(id, kept);
      this.#move(i, kept++);
    }
    return kept;
  }

  #move(from: number, to: number): void {
    this.#lines[to] = this.#lines[from];
    this.#blocks[to] = this.#blocks[from];
    this.#branches[to] = this.#branches[from];
    this.#taken[to] = this.#taken[from];
  }

  #add(line: number, block: number, branch: number, taken: boolean): void {
    const at = this.length;
    if (at === this.#lines.length) this.#grow();
    if (at > 0 && line < this.#lines[at - 1]) this.#ascending = false;
    this.#lines[at] = line;
    this.#blocks[at] = block;
    this.#branches[at] = branch;
    this.#taken[at] = taken ? 1 : 0;
    this.length = at + 1;
  }

  #sort(): void {
    const keys = new Float64Array(this.length);
    for (let i = 0; i < keys.length; i++) keys[i] = this.#lines[i] * INDEX_SPAN + i;
    keys.sort();
    this.#ascending = true;
    const blocks = this.#blocks.slice(0, this.length);
    const branches = this.#branches.slice(0, this.length);
    const taken = this.#taken.slice(0, this.length);
    for (let i = 0; i < keys.length; i++) {
      const line = Math.floor(keys[i] / INDEX_SPAN);
      const from = keys[i] - line * INDEX_SPAN;
      this.#lines[i] = line;
      this.#blocks[i] = blocks[from];
      this.#branches[i] = branches[from];
      this.#taken[i] = taken[from];
    }
  }

  #grow(): void {
    const capacity = 2 * this.#lines.length;
    this.#lines = enlarged(this.#lines, new Uint32Array(capacity));
    this.#blocks = enlarged(this.#blocks, new Uint32Array(capacity));
    this.#branches = enlarged(this.#branches, new Uint32Array(capacity));
    this.#taken = enlarged(this.#taken, new Uint8Array(capacity));
  }
}

const TOO_LONG = `a file has names of branches of more than ${MOST_MISSING_BYTES} characters together, the most allowed`;
const encoder = new TextEncoder();
/** Comma, block (10 digits), colon, branch (7 digits). */
const MAX_ID_BYTES = 19;
