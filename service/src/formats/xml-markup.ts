import { CorruptReportError } from "./parser.js";
import type { XmlTag } from "./xml-tag.js";

const [GT, LT, SLASH, EQUALS, SPACE] = [0x3e, 0x3c, 0x2f, 0x3d, 0x20];
const [DOUBLE_QUOTE, SINGLE_QUOTE] = [0x22, 0x27];
/** 1 for every byte that a name may have: one look-up in place of four comparisons. */
const NAME_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte > SPACE && byte !== EQUALS && byte !== GT && byte !== SLASH ? 1 : 0,
);
/** What is as near as this is found sooner byte by byte than by a call. */
const NEAR_BYTES = 32;

/** The position behind a piece of markup whose end is not there yet. */
export const INCOMPLETE = -1;

export function endOfName(b: Buffer, start: number): number {
  let q = start;
  while (q < b.length && NAME_BYTES[b[q]] === 1) q++;
  return q;
}

/**
 * Adds the attribute at `start` to a tag. Lenient: a value may lack its quotes, an attribute its value. Always moves on.
 * @returns where it ends, or `INCOMPLETE`
 */
export function readAttribute(b: Buffer, start: number, tag: XmlTag): number {
  const length = b.length;
  const nameEnd = endOfName(b, start);
  let q = nameEnd;
  while (q < length && b[q] <= SPACE) q++;
  if (q >= length) return INCOMPLETE;
  if (b[q] !== EQUALS) return q;
  q++;
  while (q < length && b[q] <= SPACE) q++;
  if (q >= length) return INCOMPLETE;
  const quote = b[q];
  if (quote === DOUBLE_QUOTE || quote === SINGLE_QUOTE) {
    const valueStart = ++q;
    while (q < length && b[q] !== quote) q++;
    if (q >= length) return INCOMPLETE;
    tag.addAttribute(start, nameEnd, valueStart, q);
    return q + 1;
  }
  const valueStart = q;
  while (q < length && b[q] > SPACE && b[q] !== GT) q++;
  tag.addAttribute(start, nameEnd, valueStart, q);
  return q;
}

/** @returns where the next such byte is, or -1 */
export function find(b: Buffer, byte: number, from: number): number {
  const near = Math.min(from + NEAR_BYTES, b.length);
  for (let q = from; q < near; q++) if (b[q] === byte) return q;
  return near === b.length ? -1 : b.indexOf(byte, near);
}

/** @returns the position behind the next such text, or `INCOMPLETE` */
export function after(b: Buffer, end: string, from: number): number {
  const at = b.indexOf(end, from, "latin1");
  return at < 0 ? INCOMPLETE : at + end.length;
}

/**
 * @param passesEntities whether declarations of entities are passed over
 * @returns where the document type ends that begins at `start`, or `INCOMPLETE`
 * @throws CorruptReportError when it declares an entity: reports need none, attacks do
 */
export function endOfDoctype(b: Buffer, start: number, passesEntities = false): number {
  let brackets = 0;
  for (let q = start + 2; q < b.length; q++) {
    const byte = b[q];
    if (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE) {
      q = b.indexOf(byte, q + 1);
      if (q < 0) return INCOMPLETE;
    } else if (byte === LT) {
      if (b.toString("latin1", q, q + 4) === "<!--") {
        q = after(b, "-->", q + 4);
        if (q === INCOMPLETE) return INCOMPLETE;
        q--;
      } else if (!passesEntities && b.toString("latin1", q, q + 8).toUpperCase() === "<!ENTITY") {
        throw new CorruptReportError("the document declares an XML entity, which is not allowed in a report");
      }
    } else if (byte === 0x5b) brackets++;
    else if (byte === 0x5d) brackets--;
    else if (byte === GT && brackets <= 0) return q + 1;
  }
  return INCOMPLETE;
}
