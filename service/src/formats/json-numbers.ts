import { enlarged } from "../report/coverage-builder.js";

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
    for (let q = start + 1; ; ) {
      const byte = bytes[q++];
      const digit = byte - ZERO;
      if (digit >= 0 && digit <= 9) {
        let value = digit;
        for (let next = bytes[q] - ZERO; next >= 0 && next <= 9; next = bytes[++q] - ZERO) value = value * 10 + next;
        if (!isAfterItem(bytes[q])) {
          value = Number.NaN;
          q = endOfItem(bytes, q);
        }
        if (length === numbers.length) numbers = this.#grow();
        numbers[length++] = value;
      } else if (byte === MINUS) {
        q = endOfItem(bytes, q);
        if (length === numbers.length) numbers = this.#grow();
        numbers[length++] = Number.NaN;
      } else if (byte === CLOSE) {
        this.length = length;
        return q;
      } else if (byte !== COMMA && !(byte <= SPACE)) return -1;
    }
  }

  #grow() {
    this.numbers = enlarged(this.numbers, new Float64Array(2 * this.numbers.length));
    return this.numbers;
  }
}

function isAfterItem(byte: number): boolean {
  return byte === COMMA || byte === CLOSE || byte <= SPACE;
}

function endOfItem(bytes: Buffer, start: number): number {
  let q = start;
  while (q < bytes.length && !isAfterItem(bytes[q])) q++;
  return q;
}
