import { enlarged } from "../report/coverage-builder.js";
import { isText } from "./bytes.js";

/** Numbers by id in the order of a map: lines of what it names, or counts. An id may come several times in a row. */
export class IdNumbers {
  ids = new Float64Array(256);
  numbers = new Float64Array(256);
  length = 0;

  add(id: number, number: number): void {
    const at = this.length;
    if (at === this.ids.length) {
      this.ids = enlarged(this.ids, new Float64Array(2 * at));
      this.numbers = enlarged(this.numbers, new Float64Array(2 * at));
    }
    this.ids[at] = id;
    this.numbers[at] = number;
    this.length = at + 1;
  }
}

/**
 * Reads a value that begins at `start`, if it is written as Istanbul writes it.
 * @returns where it ends; -1 when it does not end here, or looks unusual
 */
export type ReadUsual = (bytes: Buffer, start: number, into: IdNumbers) => number;

const [QUOTE, BACKSLASH, COLON, COMMA, SPACE, ZERO, NINE] = [0x22, 0x5c, 0x3a, 0x2c, 0x20, 0x30, 0x39];
const [OPEN, CLOSE, OPEN_ARRAY, CLOSE_ARRAY, LOWER_N] = [0x7b, 0x7d, 0x5b, 0x5d, 0x6e];
const [START, LINE, LOC, LOCATIONS, SKIP] = ["start", "line", "loc", "locations", "skip"].map((key) =>
  Buffer.from(key),
);
/** Numbers of so many digits are exact. */
const MOST_DIGITS = 15;

/** The line that each entry of `statementMap` or `fnMap` begins at: `{"0":{"start":{"line":1,…},…}}`. */
export function readEntries(b: Buffer, first: number, into: IdNumbers): number {
  into.length = 0;
  let id = -1;
  let line = 0;
  let depth = 0;
  let hasLoc = false;
  /** Depth within `loc`, and within `start` of it or of the entry itself. */
  let loc = 0;
  let start = 0;
  for (let q = first; q < b.length; q++) {
    const byte = b[q];
    if (byte === OPEN) depth++;
    else if (byte === CLOSE) {
      if (depth === start) start = 0;
      if (depth === loc) loc = 0;
      if (depth === 2) {
        into.add(id, line);
        line = 0;
        hasLoc = false;
      }
      if (--depth === 0) return q + 1;
    } else if (byte === QUOTE) {
      const from = q + 1;
      const end = endOfString(b, from);
      q = end < 0 ? ~end : end;
      const value = valueAfter(b, q);
      if (value < 0) continue;
      if (end < 0) return -1;
      if (depth === 1) {
        id = wholeNumber(b, from, q);
        if (id < 0) return -1;
      } else if (isText(b, from, q, SKIP)) return -1;
      else if (depth === 2 && isText(b, from, q, LOC)) {
        if (b[value] !== OPEN) return -1;
        loc = 3;
        // The place of a function is its body's, not its name's.
        hasLoc = true;
        line = 0;
      } else if (isText(b, from, q, START)) {
        if (b[value] !== OPEN) return -1;
        start = depth + 1;
      } else if (start === depth && isText(b, from, q, LINE)) {
        const isPlace = hasLoc ? start === 4 && loc === 3 : start === 3;
        if (isPlace) line = lineAt(b, value);
        if (line < 0) return -1;
      }
      q = value - 1;
    } else if (byte === OPEN_ARRAY) return -1;
  }
  return -1;
}

/** The line that each location of each entry of `branchMap` begins at; 0 where it has no place of its own. */
export function readLocations(b: Buffer, first: number, into: IdNumbers): number {
  into.length = 0;
  let id = -1;
  let line = 0;
  let depth = 0;
  let isLocation = false;
  let isStart = false;
  for (let q = first; q < b.length; q++) {
    const byte = b[q];
    if (byte === OPEN) depth++;
    else if (byte === CLOSE) {
      if (depth === 4) isStart = false;
      if (depth === 3 && isLocation) {
        into.add(id, line);
        line = 0;
        if (!isBeforeLocation(b, q + 1)) return -1;
      }
      if (--depth === 0) return q + 1;
    } else if (byte === QUOTE) {
      const from = q + 1;
      const end = endOfString(b, from);
      q = end < 0 ? ~end : end;
      const value = valueAfter(b, q);
      if (value < 0) continue;
      if (end < 0) return -1;
      if (depth === 1) {
        id = wholeNumber(b, from, q);
        if (id < 0) return -1;
      } else if (isText(b, from, q, SKIP)) return -1;
      else if (depth === 2) {
        isLocation = isText(b, from, q, LOCATIONS);
        if (isLocation && !isListOfLocations(b, value)) return -1;
      } else if (depth === 3) {
        if (isLocation && isText(b, from, q, LOC)) return -1;
        isStart = isLocation && isText(b, from, q, START);
      } else if (depth === 4 && isStart && isText(b, from, q, LINE)) {
        line = lineAt(b, value);
        if (line < 0) return -1;
      }
      q = value - 1;
    } else if (byte === OPEN_ARRAY && !(depth === 2 && isLocation)) return -1;
  }
  return -1;
}

/** Counts: `{"0":5,"1":0}`. */
export const readCounts: ReadUsual = (b, first, into) => readNumbers(b, first, into, 0);

/** Counts of branches: `{"0":[5,0],"1":[2]}`. */
export const readBranchCounts: ReadUsual = (b, first, into) => readNumbers(b, first, into, 1);

/** @param arrays how deep in arrays each number has to be */
function readNumbers(b: Buffer, first: number, into: IdNumbers, arrays: number): number {
  into.length = 0;
  if (b[first] !== OPEN) return -1;
  let id = -1;
  let depth = 0;
  for (let q = first + 1; q < b.length; q++) {
    const byte = b[q];
    if (byte >= ZERO && byte <= NINE) {
      const from = q;
      while (b[q + 1] >= ZERO && b[q + 1] <= NINE) q++;
      const count = isAfterNumber(b[q + 1]) ? wholeNumber(b, from, q + 1) : -1;
      if (count < 0 || depth !== arrays) return -1;
      into.add(id, count);
    } else if (byte === QUOTE) {
      const from = q + 1;
      q = endOfString(b, from);
      id = wholeNumber(b, from, q);
      const value = valueAfter(b, q);
      if (id < 0 || depth > 0 || value < 0 || b[value] === QUOTE) return -1;
      q = value - 1;
    } else if (byte === OPEN_ARRAY) {
      if (++depth > arrays) return -1;
    } else if (byte === CLOSE_ARRAY) depth--;
    else if (byte === CLOSE) return depth === 0 ? q + 1 : -1;
    else if (byte !== COMMA && byte > SPACE) return -1;
  }
  return -1;
}

function isAfterNumber(byte: number): boolean {
  return byte === COMMA || byte === CLOSE || byte === CLOSE_ARRAY || byte <= SPACE;
}

/** Where the quote is that ends a string, all bits turned when there are escapes in it; the length when it does not come. */
function endOfString(b: Buffer, from: number): number {
  let hasEscapes = false;
  let q = from;
  for (; q < b.length && b[q] !== QUOTE; q++) {
    if (b[q] !== BACKSLASH) continue;
    hasEscapes = true;
    q++;
  }
  return hasEscapes ? ~q : q;
}

/** Whether a list begins here that is empty or begins with an object. */
function isListOfLocations(b: Buffer, start: number): boolean {
  if (b[start] !== OPEN_ARRAY) return false;
  const first = b[skipSpace(b, start + 1)];
  return first === OPEN || first === CLOSE_ARRAY;
}

/** Whether behind an object of a list another one follows, or the end of the list. */
function isBeforeLocation(b: Buffer, from: number): boolean {
  const next = skipSpace(b, from);
  return b[next] === CLOSE_ARRAY || (b[next] === COMMA && b[skipSpace(b, next + 1)] === OPEN);
}

/** Where the value begins whose name ends at `quote`; -1: it is no name. */
function valueAfter(b: Buffer, quote: number): number {
  const colon = skipSpace(b, quote + 1);
  return b[colon] === COLON ? skipSpace(b, colon + 1) : -1;
}

function skipSpace(b: Buffer, from: number): number {
  let q = from;
  while (b[q] <= SPACE) q++;
  return q;
}

/** The line that is told at a place: 0 where `null` is, -1 for anything but a whole number. */
function lineAt(b: Buffer, at: number): number {
  if (b[at] === LOWER_N) return 0;
  let end = at;
  while (b[end] >= ZERO && b[end] <= NINE) end++;
  return isAfterNumber(b[end]) ? wholeNumber(b, at, end) : -1;
}

function wholeNumber(b: Buffer, start: number, end: number): number {
  const digits = end - start;
  if (digits <= 0 || digits > MOST_DIGITS || (digits > 1 && b[start] === ZERO)) return -1;
  let value = 0;
  for (let q = start; q < end; q++) {
    const digit = b[q] - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
