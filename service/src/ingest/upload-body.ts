import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { LimitExceededError } from "../formats/parser.js";

/** Large chunks: the cost of a chunk is the same whatever its size. */
const CHUNK_BYTES = 256 * 1024;

export interface BodyLimits {
  readonly uploadBytes: number;
  readonly expandedBytes: number;
}

/**
 * An upload's body as it was meant: unpacked when it is gzip, whatever headers said about it. Counts what comes and
 * what it expands to.
 */
export class UploadBody {
  receivedBytes = 0;
  expandedBytes = 0;
  /** Why the body ends early, null when it is whole: what came before is right. */
  fault: string | null = null;
  /** Why nothing of the body is to be trusted, null when it is: zlib notices damage only behind what it makes of it. */
  damage: string | null = null;
  readonly #body: Readable;
  readonly #limits: BodyLimits;

  constructor(body: Readable, limits: BodyLimits) {
    this.#body = body;
    this.#limits = limits;
  }

  /** @throws LimitExceededError, and whatever reading the body throws */
  async *chunks(): AsyncGenerator<Buffer, void> {
    const received = this.#received();
    const head = await firstBytes(received, 2);
    const whole = prepended(head, received);
    const isGzip = head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
    for await (const chunk of isGzip ? this.#unpacked(whole) : whole) {
      this.expand(chunk.length);
      yield chunk;
    }
  }

  /** Counts bytes that a report expands to. @throws LimitExceededError */
  expand(bytes: number): void {
    this.expandedBytes += bytes;
    if (this.expandedBytes > this.#limits.expandedBytes) {
      throw new LimitExceededError(
        `the upload expands to more than ${this.#limits.expandedBytes} bytes, the most that setup.limits.expanded_bytes allows`,
      );
    }
  }

  async *#received(): AsyncGenerator<Buffer, void> {
    for await (const chunk of this.#body) {
      const bytes: Buffer = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      this.receivedBytes += bytes.length;
      if (this.receivedBytes > this.#limits.uploadBytes) {
        throw new LimitExceededError(
          `the upload is larger than ${this.#limits.uploadBytes} bytes, the most that setup.limits.upload_bytes allows`,
        );
      }
      yield bytes;
    }
  }

  async *#unpacked(packed: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
    const source = Readable.from(packed, { objectMode: false, highWaterMark: CHUNK_BYTES });
    const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
    source.once("error", (error) => gunzip.destroy(error));
    try {
      for await (const chunk of source.pipe(gunzip)) yield chunk;
    } catch (error) {
      if (!isZlibError(error)) throw error;
      if (error.code === "Z_BUF_ERROR")
        this.fault = `the gzip data ends too early, after ${this.receivedBytes} bytes: the rest is missing`;
      else
        this.damage = `the gzip data is damaged (${error.message}): nothing of it is used, since what came out may be wrong; send it again`;
    } finally {
      gunzip.destroy();
      source.destroy();
    }
  }
}

export function isZlibError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}

/** The first chunks, of together at least `count` bytes unless there are fewer. */
export async function firstBytes(chunks: AsyncGenerator<Buffer, void>, count: number): Promise<Buffer> {
  const head: Buffer[] = [];
  let bytes = 0;
  while (bytes < count) {
    const next = await chunks.next();
    if (next.done) break;
    head.push(next.value);
    bytes += next.value.length;
  }
  return Buffer.concat(head);
}

/** What was looked at first, and the rest. */
export async function* prepended(head: Buffer, rest: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
  if (head.length > 0) yield head;
  yield* rest;
}
