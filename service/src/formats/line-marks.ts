import { enlarged } from "../report/coverage-builder.js";

/** All places up to the last mark are looked at: these may be so many, and so many more for each line, but no more. */
const MOST_UNMARKED = 4096;
const MOST_FOR_EACH = 32;
const MOST_PLACES = 2 ** 20;

const [PRESENT, HIT] = [1, 2];

/** The lines of a file that were hit or missed, in whatever order they come: each has a place of its own. */
export class LineMarks {
  #marks = new Uint8Array(MOST_UNMARKED + 1);
  #added = 0;
  /** Behind the last line that is marked. */
  #end = 0;

  /** How many were added: at least as many as there are lines. */
  get added(): number {
    return this.#added;
  }

  /** @returns whether all were added: false when a number is unusable, or lines are so far apart that marks are slow */
  add(lines: Float64Array, count: number, isHit: boolean): boolean {
    this.#added += count;
    const most = Math.min(MOST_UNMARKED + MOST_FOR_EACH * this.#added, MOST_PLACES);
    if (most >= this.#marks.length) this.#grow(most + 1);
    const marks = this.#marks;
    const mark = isHit ? PRESENT | HIT : PRESENT;
    let end = this.#end;
    let at = 0;
    for (; at < count; at++) {
      const line = lines[at];
      if (!(line > 0 && line <= most)) break;
      marks[line] |= mark;
      if (line >= end) end = line + 1;
    }
    this.#end = end;
    return at === count;
  }

  /**
   * Writes the lines in their order and their hits from `at` on, and forgets them.
   * @returns where they end
   */
  drain(lines: Uint32Array, hits: Float64Array, at: number): number {
    const marks = this.#marks;
    let to = at;
    // Written whether there is a line or not: which of both it is nobody could foretell.
    for (let line = 1; line < this.#end; line++) {
      const mark = marks[line];
      lines[to] = line;
      hits[to] = mark >> 1;
      to += mark & PRESENT;
    }
    marks.fill(0, 0, this.#end);
    this.#end = 0;
    this.#added = 0;
    return to;
  }

  #grow(length: number): void {
    this.#marks = enlarged(this.#marks, new Uint8Array(Math.max(length, 2 * this.#marks.length)));
  }
}
