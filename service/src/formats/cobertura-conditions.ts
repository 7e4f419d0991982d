import { ByteWriter } from "../report/byte-writer.js";
import { type CoverageBuilder, MAX_BRANCHES, MOST_MISSING_BYTES } from "../report/coverage-builder.js";
import { uniqueIds } from "../report/missing-ids.js";
import { writeDigits } from "./digits.js";

const [OPEN, CLOSE, SLASH, COLON, SEMICOLON] = [0x28, 0x29, 0x2f, 0x3a, 0x3b];
const [ZERO, COMMA, SPACE] = [0x30, 0x2c, 0x20];
/** Beyond this many branches on a line nobody names them; the ratio itself stays exact. */
const MOST_NAMED = 250;
const LONGEST_NUMBER = 3;

/** The branches of one line: how many were taken, and what its `<condition>`s say. One object serves all lines. */
export class LineConditions {
  taken = 0;
  /** 0: the line has no branches. */
  total = 0;
  /** Ids of conditions that are not fully covered. */
  readonly #ids = new ByteWriter(64);
  #count = 0;

  clear(): void {
    this.taken = 0;
    this.total = 0;
    this.#ids.clear();
    this.#count = 0;
  }

  /** Reads `(taken/total)` out of a `condition-coverage` such as `50% (1/2)`; without one, nothing changes. */
  readRatio(b: Uint8Array, start: number, end: number): void {
    for (let q = start; q < end; q++) {
      if (b[q] !== OPEN) continue;
      let taken = 0;
      let at = q + 1;
      for (; isDigit(b[at]); at++) taken = taken * 10 + b[at] - ZERO;
      if (at === q + 1 || b[at] !== SLASH) continue;
      const slash = at++;
      let total = 0;
      for (; isDigit(b[at]); at++) total = total * 10 + b[at] - ZERO;
      if (at === slash + 1 || b[at] !== CLOSE) continue;
      if (total <= MAX_BRANCHES && taken <= MAX_BRANCHES) {
        this.taken = Math.min(taken, total);
        this.total = total;
      }
      return;
    }
  }

  /** Adds a condition that is not fully covered, by where its number and type are; its id is `number:type`. */
  addMissing(b: Uint8Array, number: number, numberEnd: number, type: number, typeEnd: number): void {
    // A list that has become as long as this has no room in the file.
    if (this.#ids.length > MOST_MISSING_BYTES) return;
    if (this.#count++ > 0) this.#ids.byte(COMMA);
    this.#addValue(b, number, numberEnd);
    this.#ids.byte(COLON);
    this.#addValue(b, type, typeEnd);
  }

  /**
   * Gives the line added last the ids of its branches not taken, when the report tells them: those that the line lists, else
   * those of its conditions, which are numbered through when none was taken and some are not listed.
   * @param alsoOfPartials whether they are numbered through when some were taken, too
   */
  addIds(lines: CoverageBuilder, listed: Uint8Array | null, alsoOfPartials: boolean): void {
    if (listed !== null && listed.length > 0) {
      lines.missing(listedIds(listed));
      return;
    }
    const missed = this.taken === 0 || alsoOfPartials ? this.total - this.taken : 0;
    const numbered = missed <= MOST_NAMED ? missed : 0;
    if (this.#count === 0) {
      if (numbered > 0) lines.missing(numbers(numbered));
      return;
    }
    // An id of a condition has a colon, a number of ours has none.
    const isUnique = this.#count === 1;
    for (; this.#count < numbered; this.#count++) {
      this.#ids.reserve(LONGEST_NUMBER + 1);
      this.#ids.byte(COMMA);
      this.#ids.length = writeDigits(this.#ids.bytes, this.#ids.length, this.#count);
    }
    if (isUnique) lines.missing(this.#ids.bytes, 0, this.#ids.length);
    else lines.missing(uniqueIds(this.#ids.written()));
  }

  #addValue(b: Uint8Array, start: number, end: number): void {
    this.#ids.reserve(end - start);
    for (let q = start; q < end; q++) this.#ids.bytes[this.#ids.length++] = b[q] === COMMA ? SEMICOLON : b[q];
  }
}

/** `missing-branches`, as it is written in all but odd cases. */
function listedIds(listed: Uint8Array): Uint8Array {
  if (isClean(listed)) return uniqueIds(listed);
  const ids = Buffer.from(listed)
    .toString()
    .split(",")
    .map((id) => id.trim());
  // coverage.py writes a loop that never ended and a function that never returned alike.
  if (ids.length > 1 && ids.every((id) => id === "exit")) return Buffer.from("loop,exit");
  return uniqueIds(Buffer.from(ids.filter((id) => id !== "").join(",")));
}

/** Neither spaces nor empty ids, and not a row of `exit`s. */
function isClean(ids: Uint8Array): boolean {
  let previous = COMMA;
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] <= SPACE || (ids[i] === COMMA && previous === COMMA)) return false;
    previous = ids[i];
  }
  return previous !== COMMA && !(ids[0] === 0x65 && ids.includes(COMMA));
}

/** Lists `0,1,…` up to a small number are the usual case: each is made once. */
const counted: Uint8Array[] = [];

function numbers(count: number): Uint8Array {
  if (count >= 64) return writeNumbers(count);
  counted[count] ??= writeNumbers(count);
  return counted[count];
}

function writeNumbers(count: number): Uint8Array {
  const bytes = new Uint8Array(count * (LONGEST_NUMBER + 1));
  let at = 0;
  for (let number = 0; number < count; number++) {
    if (number > 0) bytes[at++] = COMMA;
    at = writeDigits(bytes, at, number);
  }
  return bytes.subarray(0, at);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
