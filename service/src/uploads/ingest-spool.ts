import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { ByteWriter } from "../report/byte-writer.js";

/** Written to the file in blocks of this size; small uploads never reach it and stay in memory. */
const BLOCK_BYTES = 4 * 1024 * 1024;

/** Bytes set aside until the whole upload was seen: in memory first, then in a temporary file. */
export class Spool {
  readonly #file: string;
  readonly #block = new ByteWriter(64 * 1024);
  #descriptor: number | null = null;
  #inFile = 0;

  constructor(folder: string) {
    this.#file = join(folder, `${crypto.randomUUID()}.spool`);
  }

  /** Bytes put aside so far: where the next ones start. */
  get length(): number {
    return this.#inFile + this.#block.length;
  }

  /** A writer to append to; `appended` must follow. */
  get writer(): ByteWriter {
    return this.#block;
  }

  appended(): void {
    if (this.#block.length < BLOCK_BYTES) return;
    this.#descriptor ??= openSync(this.#file, "wx+", 0o600);
    writeFully(this.#descriptor, this.#block.written());
    this.#inFile += this.#block.length;
    this.#block.clear();
  }

  /** Bytes `start` to `start + length`, valid until something is appended. */
  read(start: number, length: number): Buffer {
    if (start >= this.#inFile || this.#descriptor === null) {
      return this.#block.written().subarray(start - this.#inFile, start - this.#inFile + length);
    }
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const count = readSync(this.#descriptor, bytes, done, length - done, start + done);
      if (count === 0) throw new Error(`${this.#file} was cut short by someone else`);
      done += count;
    }
    return bytes;
  }

  /** Removes what was set aside. */
  close(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
    rmSync(this.#file, { force: true });
  }
}

function writeFully(descriptor: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}
