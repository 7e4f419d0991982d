const ESCAPE = 0x1b;

/** Bytes without the white space and control characters that they begin with. An escape begins a colour: it stays. */
export function withoutLeadingSpace(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length && bytes[start] <= 0x20 && bytes[start] !== ESCAPE) start++;
  return bytes.subarray(start);
}
