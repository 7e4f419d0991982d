import { MAX_LINE } from "../report/coverage-builder.js";
import { type FileLines, MOST_SPANNED } from "./file-lines.js";
import { LimitExceededError } from "./parser.js";
import type { PartialsOptions } from "./parser-options.js";

type Take = (line: number, hits: number, parts: number) => void;

const FIELDS = 5;
const FEWEST = 64 * FIELDS;
const MOST_COLUMN = 2 ** 30;
/** To the end of the line. */
const OPEN = 2 ** 31;
/** A last line of which so little is in the block holds but its brace. */
const BRACE_COLUMN = 2;
/** Blocks that are looked at on one line, and those that go on to the next: nobody nests as deep. */
const MOST_ON_A_LINE = 250;
const MOST_NESTED = 100;

/** Room for the blocks of the file that is read: it grows with the largest file, and not anew with each. */
export class Scratch {
  blocks = new Float64Array(FEWEST);
}

/** @throws LimitExceededError */
export function checkBlocks(count: number, most: number): void {
  if (count > most) throw new LimitExceededError(`the profile has more than ${most} blocks, the most allowed`);
}

/** The blocks of one file, each once: start line and column, end line and column, hits. */
export class GoBlocks {
  #blocks: Float64Array;
  #scratch: Scratch | null;
  #used = 0;
  /** When there are so many, repeated ones are looked for. */
  #crowded = 4096 * FIELDS;

  readonly #most: number;

  /**
   * @param scratch what the blocks are written into until `settle`
   * @param most different blocks
   */
  constructor(scratch: Scratch, most: number) {
    this.#scratch = scratch;
    this.#blocks = scratch.blocks;
    this.#most = most;
  }

  get count(): number {
    return this.#used / FIELDS;
  }

  /** Takes the blocks out of the scratch: another file's come now. */
  settle(): void {
    if (this.#scratch === null) return;
    this.#blocks = this.#blocks.slice(0, this.#used);
    this.#scratch = null;
  }

  /** @throws LimitExceededError when there are more than allowed */
  add(startLine: number, startColumn: number, endLine: number, endColumn: number, hits: number): void {
    if (startLine < 1 || endLine < startLine || endLine > MAX_LINE || endLine - startLine > MOST_SPANNED) return;
    const at = this.#used;
    if (at === this.#blocks.length) {
      this.#grow();
      this.add(startLine, startColumn, endLine, endColumn, hits);
      return;
    }
    const blocks = this.#blocks;
    blocks[at] = startLine;
    blocks[at + 1] = startColumn < MOST_COLUMN ? startColumn : MOST_COLUMN;
    blocks[at + 2] = endLine;
    blocks[at + 3] = endColumn < MOST_COLUMN ? endColumn : MOST_COLUMN;
    blocks[at + 4] = hits < Number.MAX_SAFE_INTEGER ? hits : Number.MAX_SAFE_INTEGER;
    this.#used = at + FIELDS;
  }

  #grow(): void {
    if (this.#used >= this.#crowded || this.count > this.#most) this.unite();
    checkBlocks(this.count, this.#most);
    if (2 * this.#used < this.#blocks.length) return;
    const larger = new Float64Array(Math.max(FEWEST, 2 * this.#blocks.length));
    larger.set(this.#blocks);
    this.#blocks = larger;
    if (this.#scratch !== null) this.#scratch.blocks = larger;
  }

  /**
   * Tells the lines in their order: where all of a line has the same hits those, else how many of its parts were hit
   * and how many there are.
   */
  addTo(lines: FileLines, { partialsAsHits }: PartialsOptions): void {
    this.unite();
    const blocks = this.#blocks;
    const take: Take = (line, hits, parts) => {
      if (partialsAsHits && hits > 0 && hits < parts) lines.add(line, 1);
      else lines.add(line, hits, parts);
    };
    /** Where blocks start that reach the line that is looked at. */
    const reaching: number[] = [];
    let line = 0;
    let next = 0;
    for (;;) {
      if (reaching.length === 0) {
        if (next >= this.#used) return;
        line = blocks[next];
        reaching.push(next);
        next += FIELDS;
      }
      if (reaching.length === 1) {
        line = this.#addAlone(lines, line, reaching[0], next);
        if (line > blocks[reaching[0] + 2]) {
          reaching.pop();
          continue;
        }
      }
      for (; next < this.#used && blocks[next] === line; next += FIELDS) reaching.push(next);
      this.#takeLine(line, reaching, take);
      this.#keepReaching(reaching, line++);
      if (reaching.length > 1) line = this.#addShared(lines, line, reaching, next);
    }
  }

  /** Tells the lines from `line` on which blocks have wholly, up to where one of them ends or another begins. */
  #addShared(lines: FileLines, line: number, reaching: readonly number[], next: number): number {
    const blocks = this.#blocks;
    let until = next < this.#used ? blocks[next] : Number.POSITIVE_INFINITY;
    let hits = 0;
    for (const at of reaching) {
      until = Math.min(until, blocks[at + 2]);
      hits = Math.max(hits, blocks[at + 4]);
    }
    if (until > line) lines.addRun(line, until - 1, hits);
    return until;
  }

  /** Tells the lines of a block from `line` on that no other has. @returns the line behind them */
  #addAlone(lines: FileLines, line: number, at: number, next: number): number {
    const blocks = this.#blocks;
    const end = blocks[at + 2];
    if (next < this.#used && blocks[next] <= end) {
      if (blocks[next] > line) lines.addRun(line, blocks[next] - 1, blocks[at + 4]);
      return blocks[next];
    }
    const isBrace = blocks[at] < end && blocks[at + 3] <= BRACE_COLUMN;
    const last = isBrace ? end - 1 : end;
    if (line <= last) lines.addRun(line, last, blocks[at + 4]);
    return end + 1;
  }

  /** Leaves those that go on behind a line. */
  #keepReaching(reaching: number[], line: number): void {
    let kept = 0;
    for (const at of reaching) if (this.#blocks[at + 2] > line && kept < MOST_NESTED) reaching[kept++] = at;
    while (reaching.length > kept) reaching.pop();
  }

  #takeLine(line: number, reaching: readonly number[], take: Take): void {
    const blocks = this.#blocks;
    if (reaching.length === 2 && this.#followOn(line, reaching[0], reaching[1])) {
      const [hits, otherHits] = [blocks[reaching[0] + 4], blocks[reaching[1] + 4]];
      if (hits === otherHits) take(line, hits, 0);
      else take(line, Number(hits > 0) + Number(otherHits > 0), 2);
      return;
    }
    if (this.#sharesHits(reaching, line)) {
      take(line, blocks[reaching[0] + 4], 0);
      return;
    }
    const parts: Part[] = [];
    /** Of those that have the whole line the greatest hits. */
    let whole = -1;
    for (const at of reaching) {
      if (parts.length === MOST_ON_A_LINE) break;
      const endsHere = blocks[at + 2] === line;
      if (endsHere && blocks[at] !== line && blocks[at + 3] <= BRACE_COLUMN) continue;
      const start = blocks[at] === line ? blocks[at + 1] : 0;
      const end = endsHere ? blocks[at + 3] : OPEN;
      if (start === 0 && end === OPEN) {
        whole = Math.max(whole, blocks[at + 4]);
        continue;
      }
      // A block that is no column wide still says what it says, unless others say more.
      parts.push({ start, end: Math.max(end, start + 1), hits: blocks[at + 4] });
    }
    if (whole >= 0) parts.push({ start: 0, end: OPEN, hits: whole });
    if (parts.length === 0) return;
    const runs = runsOf(parts);
    if (runs.length === 1) take(line, runs[0], 0);
    else take(line, runs.filter((hits) => hits > 0).length, runs.length);
  }

  /** Whether one block ends on a line, with more than its brace, and the other one begins there behind it: `if … {`. */
  #followOn(line: number, first: number, second: number): boolean {
    const blocks = this.#blocks;
    const [start, end] = [blocks[first] === line ? blocks[first + 1] : 0, blocks[first + 3]];
    if (blocks[first + 2] !== line || end <= BRACE_COLUMN || end <= start) return false;
    return blocks[second] === line && blocks[second + 1] >= end;
  }

  /** Whether all blocks of a line have the same hits, so that nothing has to be known of their columns. */
  #sharesHits(reaching: readonly number[], line: number): boolean {
    const blocks = this.#blocks;
    const hits = blocks[reaching[0] + 4];
    return reaching.every((at) => {
      const isBrace = blocks[at + 2] === line && blocks[at] !== line && blocks[at + 3] <= BRACE_COLUMN;
      return !isBrace && blocks[at + 4] === hits;
    });
  }

  /** Whether the blocks ascend, each once. */
  get #ascends(): boolean {
    const blocks = this.#blocks;
    for (let at = FIELDS; at < this.#used; at += FIELDS)
      if (compareBlocks(blocks, at - FIELDS, at, 4) >= 0) return false;
    return true;
  }

  /** Sorts the blocks and keeps the greatest hits of each. */
  unite(): void {
    if (this.#ascends) {
      this.#crowded = Math.max(this.#crowded, 2 * this.#used);
      return;
    }
    const blocks = this.#blocks;
    const order = Array.from({ length: this.#used / FIELDS }, (_, index) => index * FIELDS);
    order.sort((a, b) => compareBlocks(blocks, a, b, FIELDS));
    const united = new Float64Array(blocks.length);
    let used = 0;
    for (const at of order) {
      const last = used - FIELDS;
      const same = last >= 0 && isSameBlock(united, last, blocks, at);
      // Of the same block the greatest hits come last.
      if (same) united[last + 4] = blocks[at + 4];
      else {
        for (let field = 0; field < FIELDS; field++) united[used + field] = blocks[at + field];
        used += FIELDS;
      }
    }
    this.#blocks = united;
    this.#scratch = null;
    this.#used = used;
    this.#crowded = Math.max(this.#crowded, 2 * used);
  }
}

function isSameBlock(some: Float64Array, at: number, others: Float64Array, otherAt: number): boolean {
  for (let field = 0; field < 4; field++) if (some[at + field] !== others[otherAt + field]) return false;
  return true;
}

/** By their first `fields` numbers. */
function compareBlocks(blocks: Float64Array, a: number, b: number, fields: number): number {
  for (let field = 0; field < fields; field++) {
    const difference = blocks[a + field] - blocks[b + field];
    if (difference !== 0) return difference;
  }
  return 0;
}

interface Part {
  readonly start: number;
  readonly end: number;
  readonly hits: number;
}

/** Hits of each run of columns that follow each other with the same hits; columns that nobody speaks of part none. */
function runsOf(parts: readonly Part[]): number[] {
  const edges = [...new Set(parts.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const runs: number[] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    let hits = -1;
    for (const part of parts) if (part.start <= edges[i] && part.end > edges[i]) hits = Math.max(hits, part.hits);
    if (hits >= 0 && runs.at(-1) !== hits) runs.push(hits);
  }
  return runs;
}
