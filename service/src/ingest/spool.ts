import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { ByteWriter } from "../report/byte-writer.js";

/** Read ahead when what is read follows what was read before, as it does in reports that are in order. */
const WINDOW_BYTES = 256 * 1024;

/** Written to the file in blocks of this size; small uploads never reach it and stay in memory. */
const BLOCK_BYTES = 4 * 1024 * 1024;

/** Bytes set aside until the whole upload was seen: in memory first, then in a temporary file. */
export class Spool {
  readonly #file: string;
  readonly #block = new ByteWriter(64 * 1024);
  #descriptor: number | null = null;
  #inFile = 0;
  /** What was read last, and where it starts in the file. */
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;
  #windowLength = 0;

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

  /** Bytes `start` to `start + length`, valid until something is appended or read. */
  read(start: number, length: number): Buffer {
    if (start >= this.#inFile || this.#descriptor === null) {
      return this.#block.written().subarray(start - this.#inFile, start - this.#inFile + length);
    }
    const windowEnd = this.#windowStart + this.#windowLength;
    if (start < this.#windowStart || start + length > windowEnd) {
      const follows = start >= this.#windowStart && start <= windowEnd;
      const ahead = follows ? Math.min(WINDOW_BYTES, this.#inFile - start) : 0;
      this.#windowLength = Math.max(length, ahead);
      if (this.#windowLength > this.#window.length) this.#window = Buffer.allocUnsafeSlow(2 * this.#windowLength);
      readFully(this.#descriptor, start, this.#window.subarray(0, this.#windowLength));
      this.#windowStart = start;
    }
    return this.#window.subarray(start - this.#windowStart, start - this.#windowStart + length);
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

function readFully(descriptor: number, start: number, into: Buffer): void {
  for (let done = 0; done < into.length; ) {
    const count = readSync(descriptor, into, done, into.length - done, start + done);
    if (count === 0) throw new Error("the temporary file of an upload was cut short by someone else");
    done += count;
  }
}
