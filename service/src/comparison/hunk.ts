import type { Edit } from "./diff.js";

const [SPACE, PLUS, MINUS, BACKSLASH, RETURN, NEWLINE] = [0x20, 0x2b, 0x2d, 0x5c, 0x0d, 0x0a];

/** A hunk of a diff, line by line. */
export class Hunk {
  readonly #edits: { base: number; removed: number; head: number; added: number }[] = [];
  readonly #start: { readonly base: number; readonly head: number };
  #base: number;
  #head: number;
  readonly #baseEnd: number;
  readonly #headEnd: number;
  #editing = false;

  /** @param header start and length of both sides; no length is 1 */
  constructor([baseStart, baseLines = "1", headStart, headLines = "1"]: readonly (string | undefined)[]) {
    // Of an empty side git names the line before it.
    this.#base = Number(baseStart) + (Number(baseLines) === 0 ? 1 : 0);
    this.#head = Number(headStart) + (Number(headLines) === 0 ? 1 : 0);
    this.#start = { base: this.#base, head: this.#head };
    this.#baseEnd = this.#base + Number(baseLines);
    this.#headEnd = this.#head + Number(headLines);
  }

  get edits(): readonly Edit[] {
    return this.#edits;
  }

  get complete(): boolean {
    return this.#base >= this.#baseEnd && this.#head >= this.#headEnd;
  }

  follows(other: Hunk): boolean {
    return this.#start.base >= other.#baseEnd && this.#start.head >= other.#headEnd;
  }

  /** Takes a line by its first character; false when there cannot be such a line. */
  take(first: number): boolean {
    if (first === PLUS || first === MINUS) {
      this.#edit(first);
      return this.#base <= this.#baseEnd && this.#head <= this.#headEnd;
    }
    // "\ No newline at end of file" is no line.
    if (first === BACKSLASH) return true;
    // Mail and editors cut the space of an empty line off.
    if (first !== SPACE && first !== NEWLINE && first !== RETURN) return false;
    this.#editing = false;
    this.#base++;
    this.#head++;
    return this.#base <= this.#baseEnd && this.#head <= this.#headEnd;
  }

  #edit(sign: number): void {
    if (!this.#editing) this.#edits.push({ base: this.#base, removed: 0, head: this.#head, added: 0 });
    this.#editing = true;
    const edit = this.#edits[this.#edits.length - 1];
    if (sign === PLUS) {
      this.#head++;
      edit.added++;
    } else {
      this.#base++;
      edit.removed++;
    }
  }
}
