import type { CoverageSink } from "./parser.js";
import type { XmlTag } from "./xml-tag.js";

const ISO = /(\d{4}-\d\d-\d\d)(?:[T_ ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?/;
const DAY_FIRST = /^\s*(\d\d)-(\d\d)-(\d{4})\s*$/;
/** With this many digits a number is in milliseconds, with fewer in seconds. */
const MILLISECOND_DIGITS = 13;

/** Tells when a report was made by an attribute of one of its tags; says nothing when that is no date. */
export function tellDate(sink: CoverageSink, tag: XmlTag, attribute: Uint8Array): void {
  const date = dateIn(tag.value(attribute) ?? "");
  if (date !== null) sink.made(date);
}

/**
 * The date that producers of reports write: seconds or milliseconds since 1970, `2026-11-27` anywhere in the text with or
 * without a time behind it, or `27-11-2026`. What has no zone is taken for UTC.
 * @returns milliseconds since 1970; null when there is none
 */
export function dateIn(text: string): number | null {
  const number = /^\s*(\d+)(?:\.\d+)?\s*$/.exec(text);
  if (number !== null) return ofNumber(number[1]);
  const [, day, time, zone] = ISO.exec(text) ?? [];
  if (day !== undefined) return usable(Date.parse(time === undefined ? day : `${day}T${time}${zone ?? "Z"}`));
  const [, dayOfMonth, month, year] = DAY_FIRST.exec(text) ?? [];
  return year === undefined ? null : usable(Date.parse(`${year}-${month}-${dayOfMonth}`));
}

/** 0 is what producers write that do not want to tell. */
function ofNumber(digits: string): number | null {
  const value = Number(digits);
  return value > 0 ? usable(digits.length >= MILLISECOND_DIGITS ? value : 1000 * value) : null;
}

function usable(milliseconds: number): number | null {
  return Number.isNaN(new Date(milliseconds).getTime()) ? null : milliseconds;
}
