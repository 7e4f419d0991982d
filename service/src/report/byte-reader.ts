/** Bytes that are not what they should be: a stored report that was cut or overwritten. */
export class StoredReportError extends Error {
  override readonly name = "StoredReportError";
}

/** Reads what `ByteWriter` wrote. */
export class ByteReader {
  position: number;
  readonly #end: number;

  constructor(
    readonly bytes: Uint8Array,
    start = 0,
    end = bytes.length,
  ) {
    this.position = start;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.position >= this.#end;
  }

  /** @throws StoredReportError */
  byte(): number {
    if (this.position >= this.#end) throw cut();
    return this.bytes[this.position++];
  }

  /** @throws StoredReportError */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 8; count++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new StoredReportError("the stored report is damaged: a number does not end");
  }

  /** What `ByteWriter.text` wrote. @throws StoredReportError */
  text(): string {
    const bytes = this.take(this.varint());
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.bytes.subarray(this.position, this.#end);
  }

  /** @throws StoredReportError */
  take(length: number): Uint8Array {
    const start = this.position;
    if (start + length > this.#end) throw cut();
    this.position += length;
    return this.bytes.subarray(start, this.position);
  }
}

function cut(): StoredReportError {
  return new StoredReportError("the stored report is damaged: it ends too early");
}
