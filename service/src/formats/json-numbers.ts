const [ZERO, MINUS, DOT, LOWER_A, LOWER_E, LOWER_Z, UPPER_E] = [0x30, 0x2d, 0x2e, 0x61, 0x65, 0x7a, 0x45];

/**
 * Numbers of an array, one after the other, by their bytes: as fast as they can be told apart. What is no whole number
 * of 0 or more comes as NaN.
 */
export function numbersIn(bytes: Buffer, take: (number: number, index: number) => void): void {
  let index = 0;
  for (let q = 0; q < bytes.length; ) {
    const byte = bytes[q];
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      let value = digit;
      q++;
      for (let next = bytes[q] - ZERO; next >= 0 && next <= 9; next = bytes[++q] - ZERO) value = value * 10 + next;
      const after = bytes[q];
      if (after === DOT || after === LOWER_E || after === UPPER_E) {
        const end = endOfItem(bytes, q);
        value = Number.NaN;
        q = end;
      }
      take(value, index++);
    } else if (byte === MINUS || (byte >= 0x61 && byte <= 0x7a)) {
      q = endOfItem(bytes, q);
      take(Number.NaN, index++);
    } else q++;
  }
}

function endOfItem(bytes: Buffer, start: number): number {
  let q = start;
  while (q < bytes.length && bytes[q] !== 0x2c && bytes[q] !== 0x5d) q++;
  return q;
}

/** Whole numbers of arrays, in a buffer that is used again and again. */
export class NumberList {
  numbers = new Float64Array(1024);
  length = 0;

  /** Reads an array: what is no whole number of 0 or more is NaN. */
  read(bytes: Buffer): void {
    // Each number has a separator before it.
    if (bytes.length > 2 * this.numbers.length) this.numbers = new Float64Array(bytes.length);
    const { numbers } = this;
    let length = 0;
    const end = bytes.length;
    for (let q = 0; q < end; ) {
      let digit = bytes[q++] - ZERO;
      if (digit >= 0 && digit <= 9) {
        let value = digit;
        for (digit = bytes[q] - ZERO; digit >= 0 && digit <= 9; digit = bytes[++q] - ZERO) value = value * 10 + digit;
        const after = bytes[q];
        if (after === DOT || after === LOWER_E || after === UPPER_E) {
          value = Number.NaN;
          q = endOfItem(bytes, q);
        }
        numbers[length++] = value;
      } else if (digit === MINUS - ZERO || (digit >= LOWER_A - ZERO && digit <= LOWER_Z - ZERO)) {
        q = endOfItem(bytes, q);
        numbers[length++] = Number.NaN;
      }
    }
    this.length = length;
  }
}
