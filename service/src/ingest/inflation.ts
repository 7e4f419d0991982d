import { constants, createInflate, type Inflate, inflateSync } from "node:zlib";
import { isZlibError } from "./upload-body.js";

/** Bytes that are inflated at a time. */
export const CHUNK_BYTES = 64 * 1024;

/**
 * What zlib data gives that inflates to less than a chunk: an upload may have thousands of reports, and for a small one
 * a stream costs twenty times as much. Of data that is damaged within its first chunk, a stream gives nothing either.
 * @returns null when it inflates to a chunk or more
 */
export function inflateSmall(data: Buffer): SmallInflated | null {
  try {
    return { ...inflatedAtOnce(data, constants.Z_FINISH), failure: null };
  } catch (error) {
    if (!isZlibError(error)) return null;
    if (error.code !== "Z_BUF_ERROR") return { bytes: Buffer.alloc(0), isFollowed: false, failure: error };
    return { ...inflatedAtOnce(data, constants.Z_SYNC_FLUSH), failure: error };
  }
}

interface SmallInflated {
  readonly bytes: Buffer;
  /** Whether there was more than belongs to the data. */
  readonly isFollowed: boolean;
  readonly failure: unknown;
}

function inflatedAtOnce(data: Buffer, finishFlush: number): Omit<SmallInflated, "failure"> {
  const options = { info: true, finishFlush, chunkSize: CHUNK_BYTES, maxOutputLength: CHUNK_BYTES - 1 };
  // The types do not know what `info` adds.
  const inflated = inflateSync(data, options) as unknown as { readonly buffer: Buffer; readonly engine: Inflate };
  return { bytes: inflated.buffer, isFollowed: data.length > inflated.engine.bytesWritten };
}

/** zlib data inflated at the pace of whoever takes it; the first failure, of either side, ends it. */
export class Inflation {
  failure: unknown = null;
  readonly #inflate = createInflate({ chunkSize: CHUNK_BYTES });
  #wake: () => void = () => {};
  /** After its data's end zlib answers no write any more. */
  #ended = false;
  #given = 0;

  constructor(take: (chunk: Buffer) => void) {
    this.#inflate.on("error", (error) => this.#fail(error));
    this.#inflate.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
    this.#inflate.on("data", (chunk: Buffer) => {
      if (this.failure !== null) return;
      try {
        take(chunk);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Whether more was written than belongs to the data. */
  get isFollowed(): boolean {
    return this.#ended && this.#given > this.#inflate.bytesWritten;
  }

  /** Resolves when everything that `bytes` inflate to was taken. */
  async write(bytes: Buffer): Promise<void> {
    this.#given += bytes.length;
    if (this.failure !== null || this.#ended || bytes.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#inflate.write(bytes, () => resolve());
    });
  }

  async end(bytes: Buffer): Promise<void> {
    this.#given += bytes.length;
    if (this.failure !== null || this.#ended) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#inflate.end(bytes);
    });
  }

  close(): void {
    this.#inflate.destroy();
  }

  #fail(error: unknown): void {
    this.failure ??= error;
    this.#wake();
  }
}
