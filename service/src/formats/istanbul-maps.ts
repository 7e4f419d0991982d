import { numbersIn } from "./json-numbers.js";
import { isObject, memberOf, parseJson, toNumber } from "./json-values.js";

type Take = (line: number, hits: number) => void;

/** Ids of a map that Istanbul writes are counted up from 0 or 1; others are read the slow way. */
const MOST_COUNTED = 4_000_000;

/**
 * Tells the line that each entry of `statementMap` or `fnMap` begins at, with its count: `{ "0": { "start": { "line":
 * 1 … } } }` and `{ "0": 5 }`. What is written as Istanbul writes it is read byte by byte.
 */
export function statementLines(map: Buffer | undefined, counts: Buffer | undefined, take: Take): void {
  if (map === undefined || counts === undefined) return;
  const hits = countsOf(counts);
  const lines = hits === null ? null : readLines(map);
  if (hits !== null && lines !== null) {
    for (let i = 0; i < lines.length; i += 2) {
      const [id, line] = [lines[i], lines[i + 1]];
      if (id < hits.length) take(line, hits[id]);
    }
    return;
  }
  const entries = parseJson(map, "a map of statements");
  const values = parseJson(counts, "counts");
  if (!isObject(entries)) return;
  for (const [id, entry] of Object.entries(entries)) {
    if (memberOf(entry, "skip") !== true) take(lineOf(entry), toNumber(memberOf(values, id)));
  }
}

/** Tells the line that each location of each entry of `branchMap` begins at, with its own count. */
export function branchLines(map: Buffer | undefined, counts: Buffer | undefined, take: Take): void {
  if (map === undefined || counts === undefined || map.length <= 2) return;
  const [lines, hits] = [readLocations(map), readCounts(counts)];
  if (lines !== null && hits !== null && haveSameIds(lines, hits)) {
    for (let i = 1; i < lines.length; i += 2) take(lines[i], hits[i]);
  } else branchLinesSlowly(map, counts, take);
}

function branchLinesSlowly(map: Buffer, counts: Buffer, take: Take): void {
  const entries = parseJson(map, "a map of branches");
  const values = parseJson(counts, "counts of branches");
  if (!isObject(entries)) return;
  for (const [id, entry] of Object.entries(entries)) {
    const [locations, hits] = [memberOf(entry, "locations"), memberOf(values, id)];
    if (memberOf(entry, "skip") === true || !Array.isArray(locations) || !Array.isArray(hits)) continue;
    for (const [index, location] of locations.entries()) {
      if (memberOf(location, "skip") !== true) take(lineOf(location), toNumber(hits[index]));
    }
  }
}

/** Where an entry begins, 0 when it has no place of its own: an `else` that is not there. */
function lineOf(entry: unknown): number {
  const at = memberOf(entry, "loc") ?? entry;
  return memberOf(at, "skip") === true ? 0 : toNumber(memberOf(at, "start", "line") ?? 0);
}

/** `{"0":5,"1":0}` by id; null when its ids are not counted up. */
function countsOf(bytes: Buffer): Float64Array | null {
  let hits = new Float64Array(256);
  let length = 0;
  let id = 0;
  let usable = true;
  numbersIn(bytes, (number, index) => {
    if (index % 2 === 0) {
      id = number;
      usable &&= id <= MOST_COUNTED;
      return;
    }
    if (!usable) return;
    if (id >= hits.length) {
      const larger = new Float64Array(Math.max(2 * hits.length, id + 1));
      larger.set(hits);
      hits = larger;
    }
    hits[id] = number;
    length = Math.max(length, id + 1);
  });
  return usable ? hits.subarray(0, length) : null;
}

const [QUOTE, BACKSLASH, OPEN, CLOSE, COLON, ZERO] = [0x22, 0x5c, 0x7b, 0x7d, 0x3a, 0x30];
const START = Buffer.from("start");
const LINE = Buffer.from("line");
const LOC = Buffer.from("loc");
const LOCATIONS = Buffer.from("locations");
const SKIP = Buffer.from("skip");

/** Ids and lines, in turns; null when something is not as Istanbul writes it. */
function readLines(b: Buffer): number[] | null {
  const found: number[] = [];
  let id = -1;
  let line = -1;
  let depth = 0;
  /** Depth within `loc` and within `start` of it; the line of the entry itself stands in `start` where there is no `loc`. */
  let loc = 0;
  let start = 0;
  for (let q = 0; q < b.length; q++) {
    const byte = b[q];
    if (byte === OPEN) depth++;
    else if (byte === CLOSE) {
      if (depth === start) start = 0;
      if (depth === loc) loc = 0;
      if (depth === 2) {
        if (line < 0) return null;
        found.push(id, line);
        line = -1;
      }
      depth--;
    } else if (byte === QUOTE) {
      const from = q + 1;
      q = b.indexOf(QUOTE, from);
      if (q < 0) return null;
      if (b[q - 1] === BACKSLASH) return null;
      let after = q + 1;
      while (b[after] <= 0x20) after++;
      if (b[after] !== COLON) continue;
      if (depth === 1) {
        id = wholeNumber(b, from, q);
        if (id < 0) return null;
      } else if (is(b, from, q, SKIP)) return null;
      else if (depth === 2 && is(b, from, q, LOC)) {
        loc = 3;
        // The place of a function is its body's, not its name's.
        line = -1;
      } else if (is(b, from, q, START)) start = depth + 1;
      else if (start === depth && start > 0 && is(b, from, q, LINE)) {
        const inEntry = start === 3 && loc === 0;
        const inLoc = start === 4 && loc === 3;
        if (inLoc || (inEntry && line < 0)) {
          let value = after + 1;
          while (b[value] <= 0x20) value++;
          let end = value;
          while (b[end] >= ZERO && b[end] <= 0x39) end++;
          line = wholeNumber(b, value, end);
          if (line < 0) return null;
        }
      }
      q = after;
    }
  }
  return found;
}

/** Ids of branches and the line of each of their locations, in turns; 0 where one has no place of its own. */
function readLocations(b: Buffer): number[] | null {
  const found: number[] = [];
  let id = -1;
  let line = 0;
  let depth = 0;
  let isLocation = false;
  let isStart = false;
  for (let q = 0; q < b.length; q++) {
    const byte = b[q];
    if (byte === OPEN) depth++;
    else if (byte === CLOSE) {
      if (depth === 4) isStart = false;
      if (depth === 3 && isLocation) {
        found.push(id, line);
        line = 0;
      }
      depth--;
    } else if (byte === QUOTE) {
      const from = q + 1;
      q = b.indexOf(QUOTE, from);
      if (q < 0 || b[q - 1] === BACKSLASH) return null;
      let after = q + 1;
      while (b[after] <= 0x20) after++;
      if (b[after] !== COLON) continue;
      if (depth === 1) {
        id = wholeNumber(b, from, q);
        if (id < 0) return null;
      } else if (is(b, from, q, SKIP)) return null;
      else if (depth === 2) isLocation = is(b, from, q, LOCATIONS);
      else if (depth === 3) {
        if (is(b, from, q, LOC)) return null;
        isStart = is(b, from, q, START);
      } else if (depth === 4 && isStart && is(b, from, q, LINE)) {
        let value = after + 1;
        while (b[value] <= 0x20) value++;
        let end = value;
        while (b[end] >= ZERO && b[end] <= 0x39) end++;
        if (end > value) line = wholeNumber(b, value, end);
        if (line < 0) return null;
      }
      q = after;
    }
  }
  return found;
}

/** `{"0":[5,0],"1":[2]}` as ids and counts, in turns; null when it looks different. */
function readCounts(b: Buffer): number[] | null {
  const found: number[] = [];
  let id = -1;
  for (let q = 0; q < b.length; q++) {
    const byte = b[q];
    if (byte === QUOTE) {
      const end = b.indexOf(QUOTE, q + 1);
      id = wholeNumber(b, q + 1, end);
      if (id < 0) return null;
      q = end;
    } else if (byte >= ZERO && byte <= 0x39) {
      let end = q + 1;
      while (b[end] >= ZERO && b[end] <= 0x39) end++;
      const count = wholeNumber(b, q, end);
      if (count < 0) return null;
      found.push(id, count);
      q = end - 1;
    } else if (byte === 0x2d || byte === 0x2e || (byte >= 0x61 && byte <= 0x7a)) return null;
  }
  return found;
}

function haveSameIds(lines: readonly number[], hits: readonly number[]): boolean {
  if (lines.length !== hits.length) return false;
  for (let i = 0; i < lines.length; i += 2) if (lines[i] !== hits[i]) return false;
  return true;
}

function wholeNumber(b: Buffer, start: number, end: number): number {
  if (end <= start || end - start > 9) return -1;
  let value = 0;
  for (let q = start; q < end; q++) {
    const digit = b[q] - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function is(b: Buffer, start: number, end: number, name: Buffer): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (b[start + i] !== name[i]) return false;
  return true;
}
