const ZERO = 0x30;

/** Writes a whole number of 0 or more in decimal. @returns the position after its last digit */
export function writeDigits(bytes: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = ZERO + value;
    return at + 1;
  }
  let length = 1;
  for (let bound = 10; value >= bound; bound *= 10) length++;
  let rest = value;
  for (let i = at + length - 1; i >= at; i--) {
    const next = Math.floor(rest / 10);
    bytes[i] = ZERO + rest - next * 10;
    rest = next;
  }
  return at + length;
}

/** The decimal digits `bytes[start..end)` as a number, or -1 when there is anything else or nothing. */
export function readDigits(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i] - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
