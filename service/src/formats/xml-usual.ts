const [SPACE, LINE_FEED, ZERO, QUOTE] = [0x20, 0x0a, 0x30, 0x22];
const FOUR_SPACES = 0x2020_2020;
/** Numbers of so many digits are whole numbers of 31 bits. */
const MOST_DIGITS = 9;

/** What a reader of usual spellings answers when something is written in another way, or not there yet. */
export const UNUSUAL = -1;
/** Bytes after a position that such a reader looks at without asking whether they are there. */
export const MARGIN = 64;

/**
 * The elements that a report has millions of, in the spelling of nearly all producers: values in double quotes, no
 * references, no comments. They are compared by words of four bytes and read in one pass, without a list of attributes.
 * Whatever is written in another way is left to the scanner, from the start of its element.
 */
export interface UsualReader {
  /**
   * Reads elements that are there whole, one after the other.
   * @param view of all of `b`
   * @param start where a `<` is
   * @returns where the last one that was read ends; `start` when there is none
   */
  read(b: Buffer, view: DataView, start: number): number;
}

/**
 * A test whether a text of four ASCII characters or more stands somewhere. It compares words, of which the last one may
 * overlap the one before: as constants of a closure they are compiled in.
 */
export function spelling(text: string): (view: DataView, at: number) => boolean {
  const bytes = Buffer.from(text, "latin1");
  const offset = bytes.length - 4;
  const [first, last] = [bytes.readInt32LE(0), bytes.readInt32LE(offset)];
  if (bytes.length <= 8) {
    return (view, at) => view.getInt32(at, true) === first && view.getInt32(at + offset, true) === last;
  }
  const words = Int32Array.from({ length: Math.ceil(bytes.length / 4) - 1 }, (_, index) =>
    bytes.readInt32LE(4 * index),
  );
  return (view, at) => {
    if (view.getInt32(at, true) !== first || view.getInt32(at + offset, true) !== last) return false;
    for (let index = 1; index < words.length; index++) {
      if (view.getInt32(at + 4 * index, true) !== words[index]) return false;
    }
    return true;
  };
}

/** Where a line feed and indentation end. */
export function skipIndentation(b: Buffer, view: DataView, from: number): number {
  const last = b.length - 4;
  let q = from;
  if (q <= last && b[q] === LINE_FEED) q++;
  while (q <= last && view.getInt32(q, true) === FOUR_SPACES) q += 4;
  while (q < b.length && b[q] <= SPACE) q++;
  return q;
}

/** A value of digits alone. */
export class Digits {
  value = 0;

  /**
   * @param start behind the quote that opens the value
   * @returns the position behind the quote that closes it, or `UNUSUAL`
   */
  read(b: Buffer, start: number): number {
    const last = start + MOST_DIGITS;
    let value = 0;
    let q = start;
    for (; q <= last; q++) {
      const digit = b[q] - ZERO;
      if (digit < 0 || digit > 9) break;
      value = (value * 10 + digit) | 0;
    }
    this.value = value;
    return q > start && q <= last && b[q] === QUOTE ? q + 1 : UNUSUAL;
  }
}

/** @returns the position behind the quote that closes a value without references, or `UNUSUAL` */
export function endOfText(b: Buffer, start: number): number {
  const last = b.length - MARGIN;
  for (let q = start; q < last; q++) {
    if (b[q] === QUOTE) return q + 1;
    if (b[q] === 0x26) return UNUSUAL;
  }
  return UNUSUAL;
}
