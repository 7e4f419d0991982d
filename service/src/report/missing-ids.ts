const COMMA = 0x2c;
/** Up to this many bytes two lists are compared id by id; longer ones go through a set, so that time stays linear. */
const SHORT = 64;

/** A list of ids, in which the commas of ids are semicolons. */
export function idList(ids: Iterable<string>): Uint8Array {
  return Buffer.from(Array.from(ids, (id) => id.replaceAll(",", ";")).join(","));
}

/** Number of ids in a comma separated list. */
export function countIds(ids: Uint8Array): number {
  if (ids.length === 0) return 0;
  let count = 1;
  for (let i = 0; i < ids.length; i++) if (ids[i] === COMMA) count++;
  return count;
}

/** The ids of a list, each once. */
export function uniqueIds(ids: Uint8Array): Uint8Array {
  if (ids.length > SHORT) return withoutRepeats(ids);
  for (let start = 0; start < ids.length; start = endOfId(ids, start) + 1) {
    const end = endOfId(ids, start);
    if (end < ids.length && includes(ids.subarray(end + 1), ids, start, end)) return withoutRepeats(ids);
  }
  return ids;
}

function withoutRepeats(ids: Uint8Array): Uint8Array {
  return Buffer.from([...new Set(Buffer.from(ids).toString("latin1").split(","))].join(","), "latin1");
}

/** Ids that are in both lists, in the order of the first. */
export function intersectIds(ids: Uint8Array, others: Uint8Array): Uint8Array {
  if (ids.length === 0 || others.length === 0) return ids.subarray(0, 0);
  if (sameBytes(ids, others)) return ids;
  return ids.length <= SHORT && others.length <= SHORT ? intersectShort(ids, others) : intersectLong(ids, others);
}

function intersectShort(ids: Uint8Array, others: Uint8Array): Uint8Array {
  const kept = new Uint8Array(ids.length);
  let used = 0;
  for (let start = 0; start < ids.length; ) {
    const end = endOfId(ids, start);
    if (includes(others, ids, start, end)) {
      if (used > 0) kept[used++] = COMMA;
      for (let i = start; i < end; i++) kept[used++] = ids[i];
    }
    start = end + 1;
  }
  return kept.subarray(0, used);
}

function intersectLong(ids: Uint8Array, others: Uint8Array): Uint8Array {
  const known = new Set(Buffer.from(others).toString("latin1").split(","));
  const kept = Buffer.from(ids)
    .toString("latin1")
    .split(",")
    .filter((id) => known.delete(id));
  return Buffer.from(kept.join(","), "latin1");
}

function includes(list: Uint8Array, ids: Uint8Array, start: number, end: number): boolean {
  for (let at = 0; at < list.length; ) {
    const next = endOfId(list, at);
    if (next - at === end - start) {
      let i = 0;
      while (i < end - start && list[at + i] === ids[start + i]) i++;
      if (i === end - start) return true;
    }
    at = next + 1;
  }
  return false;
}

function endOfId(ids: Uint8Array, start: number): number {
  let end = start;
  while (end < ids.length && ids[end] !== COMMA) end++;
  return end;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
