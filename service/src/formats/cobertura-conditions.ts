import { writeDigits } from "./digits.js";
import type { XmlTag } from "./xml-tag.js";

/** Branches of a line; a total of 0: it has none. */
export interface Ratio {
  taken: number;
  total: number;
}

const [OPEN, CLOSE, SLASH, ZERO, COMMA, SPACE] = [0x28, 0x29, 0x2f, 0x30, 0x2c, 0x20];
/** Beyond this many branches on a line nobody names them; the ratio itself stays exact. */
const MOST_NAMED = 10_000;
const MOST_BRANCHES = 2 ** 32 - 1;

/** Reads `(taken/total)` of a `condition-coverage` such as `50% (1/2)` into `ratio`, which stays as it is without one. */
export function readConditionRatio(tag: XmlTag, index: number, ratio: Ratio): void {
  const b = tag.bytes;
  const end = tag.valueEnd(index);
  for (
    let start = b.indexOf(OPEN, tag.valueStart(index));
    start >= 0 && start < end;
    start = b.indexOf(OPEN, start + 1)
  ) {
    let q = start + 1;
    let taken = 0;
    let digits = 0;
    for (; isDigit(b[q]); q++, digits++) taken = taken * 10 + b[q] - ZERO;
    if (digits === 0 || b[q] !== SLASH) continue;
    let total = 0;
    digits = 0;
    for (q++; isDigit(b[q]); q++, digits++) total = total * 10 + b[q] - ZERO;
    if (digits === 0 || b[q] !== CLOSE) continue;
    if (total <= MOST_BRANCHES && taken <= MOST_BRANCHES) {
      ratio.taken = taken;
      ratio.total = total;
    }
    return;
  }
}

/**
 * Ids of the branches not taken, comma separated, or null when the report does not say: those that the line lists,
 * else those of its conditions, which are numbered through when none was taken and some are not listed.
 */
export function missingConditions(
  ratio: Ratio,
  listed: Uint8Array | null,
  conditions: readonly string[],
): Uint8Array | null {
  if (listed !== null && listed.length > 0) return isPlainList(listed) ? listed : listedIds(listed);
  const numbered = ratio.taken === 0 && ratio.total <= MOST_NAMED ? ratio.total : 0;
  if (conditions.length >= numbered) return conditions.length > 0 ? Buffer.from(unique(conditions).join(",")) : null;
  if (conditions.length === 0) return numbers(numbered);
  const ids = [...conditions];
  for (let number = ids.length; number < numbered; number++) ids.push(String(number));
  return Buffer.from(unique(ids).join(","));
}

/** The usual list: one id, or two that differ, without spaces. */
function isPlainList(ids: Uint8Array): boolean {
  let comma = -1;
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] <= SPACE || (ids[i] === COMMA && comma >= 0)) return false;
    if (ids[i] === COMMA) comma = i;
  }
  if (comma < 0) return true;
  if (comma === 0 || comma === ids.length - 1) return false;
  if (comma !== ids.length - comma - 1) return true;
  for (let i = 0; i < comma; i++) if (ids[i] !== ids[comma + 1 + i]) return true;
  return false;
}

function listedIds(listed: Uint8Array): Uint8Array {
  const ids = Buffer.from(listed)
    .toString()
    .split(",")
    .map((id) => id.trim());
  // coverage.py writes a loop that never ended and a function that never returned alike.
  const exits = ids.length > 1 && ids.every((id) => id === "exit");
  return Buffer.from(exits ? "loop,exit" : unique(ids.filter((id) => id !== "")).join(","));
}

function unique(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.map((id) => id.replaceAll(",", ";")))];
}

/** Lists `0,1,…` up to a small number are the usual case: each is made once. */
const counted: Uint8Array[] = [];

function numbers(count: number): Uint8Array {
  if (count >= 64) return writeNumbers(count);
  counted[count] ??= writeNumbers(count);
  return counted[count];
}

function writeNumbers(count: number): Uint8Array {
  const bytes = new Uint8Array(count * 6);
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
