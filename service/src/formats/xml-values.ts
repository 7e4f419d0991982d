import { readDigits } from "./digits.js";
import type { XmlTag } from "./xml-tag.js";

/** Bytes of a name to compare tags with. */
export function ascii(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** The value of attribute `index` as a number, NaN when it is none. */
export function numberAt(tag: XmlTag, index: number): number {
  const digits = readDigits(tag.bytes, tag.valueStart(index), tag.valueEnd(index));
  return digits >= 0 && digits < Infinity ? digits : numberIn(tag.valueBytes(index).toString());
}

/** The value of an attribute as a number, NaN when the tag has none of that name or it is no number. */
export function numberOf(tag: XmlTag, name: Uint8Array): number {
  const index = tag.find(name);
  return index < 0 ? Number.NaN : numberAt(tag, index);
}

/** A number as it is written in a report, NaN when it is none. */
export function numberIn(text: string): number {
  const number = Number(text);
  return /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) && Number.isFinite(number) ? number : Number.NaN;
}
