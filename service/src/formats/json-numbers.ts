import { enlarged } from "../report/coverage-builder.js";

/** So many fit 32 bits, in which digits add up fastest. */
const MOST_DIGITS = 9;
const [ZERO, MINUS, COMMA, SPACE, CLOSE] = [0x30, 0x2d, 0x2c, 0x20, 0x5d];

/** Whole numbers of an array, in a buffer that is used again and again. */
export class NumberList {
  numbers = new Float64Array(1024);
  length = 0;

  /**
   * Reads an array of numbers that begins at `start`: a number that is not whole, or below 0, is NaN.
   * @returns where the array ends; -1 when it does not end here, or holds anything else
   */
  read(bytes: Buffer, start: number): number {
    let { numbers } = this;
    let length = 0;
    const last = bytes.length - 1;
    // Never beyond the last byte: where a read has found nothing once, all of them cost three times as much from then on.
    for (let q = start + 1; q <= last; ) {
      const byte = bytes[q++];
      const digit = byte - ZERO;
      if (digit >= 0 && digit <= 9) {
        if (q > last) return -1;
        const first = q - 1;
        let value = digit;
        let next = bytes[q] - ZERO;
        while (next >= 0 && next <= 9 && q < last) {
          value = (value * 10 + next) | 0;
          next = bytes[++q] - ZERO;
        }
        if (length === numbers.length) numbers = this.#grow();
        if (q - first <= MOST_DIGITS && isAfterItem(bytes[q])) {
          numbers[length++] = value;
          if (bytes[q] === COMMA) q++;
        } else {
          q = endOfItem(bytes, q);
          numbers[length++] = wholeNumber(bytes.toString("latin1", first, q));
        }
      } else if (byte === MINUS) {
        q = endOfItem(bytes, q);
        if (length === numbers.length) numbers = this.#grow();
        numbers[length++] = Number.NaN;
      } else if (byte === CLOSE) {
        this.length = length;
        return q;
      } else if (byte !== COMMA && !(byte <= SPACE)) return -1;
    }
    return -1;
  }

  #grow() {
    this.numbers = enlarged(this.numbers, new Float64Array(2 * this.numbers.length));
    return this.numbers;
  }
}

function wholeNumber(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function isAfterItem(byte: number): boolean {
  return byte === COMMA || byte === CLOSE || byte <= SPACE;
}

function endOfItem(bytes: Buffer, start: number): number {
  let q = start;
  while (q < bytes.length && !isAfterItem(bytes[q])) q++;
  return q;
}
