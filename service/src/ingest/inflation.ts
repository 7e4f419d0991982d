import { constants, createInflate, type Inflate, inflateSync } from "node:zlib";
import { Base64Decoder } from "./base64.js";
import { isZlibError } from "./upload-body.js";

/** Data that is smaller, and inflates to less, is inflated at once; other data comes in chunks of that size. */
export const CHUNK_BYTES = 64 * 1024;

/** How compressed data ended. */
export interface Inflated {
  /** Why all that it gave may be wrong, null when it is sound. */
  readonly fault: string | null;
  /** Whether its end is missing. */
  readonly isCut: boolean;
  /** Whether more came than belongs to it. */
  readonly isFollowed: boolean;
}

/**
 * Inflates zlib data that comes as base64, however it is cut.
 * @param take is given what it inflates to, at its own pace: `settle` is awaited now and then
 * @throws whatever `pieces`, `take` and `settle` throw
 */
export async function inflateBase64(
  pieces: AsyncIterable<Buffer>,
  take: (bytes: Buffer) => void,
  settle: () => Promise<void>,
): Promise<Inflated> {
  const decoder = new Base64Decoder();
  const start: Buffer[] = [];
  let startBytes = 0;
  let stream: InflatingStream | null = null;
  try {
    for await (const piece of pieces) {
      const data = decoder.decode(piece);
      if (data.length === 0) continue;
      if (stream !== null) await stream.write(data);
      else {
        start.push(data);
        startBytes += data.length;
        if (startBytes < CHUNK_BYTES) continue;
        stream = new InflatingStream(take);
        await stream.write(Buffer.concat(start));
      }
      await settle();
    }
    const rest = decoder.end();
    if (stream === null) {
      const data = Buffer.concat([...start, rest]);
      const small = decoder.fault === null ? inflateSmall(data, take) : SOUND;
      if (small !== null) return { ...small, fault: small.fault ?? decoder.fault };
      stream = new InflatingStream(take);
      await stream.write(data);
    } else await stream.write(rest);
    const inflated = await stream.end();
    return { ...inflated, fault: decoder.fault ?? inflated.fault };
  } finally {
    stream?.close();
  }
}

const SOUND: Inflated = { fault: null, isCut: false, isFollowed: false };

/**
 * An upload may have thousands of reports, and for a small one a stream costs twenty times as much.
 * @returns null, and nothing is taken, when it inflates to a chunk or more
 */
function inflateSmall(data: Buffer, take: (bytes: Buffer) => void): Inflated | null {
  if (data.length === 0) return SOUND;
  let inflated: ReturnType<typeof inflatedAtOnce>;
  let isCut = false;
  try {
    inflated = inflatedAtOnce(data, constants.Z_FINISH);
  } catch (error) {
    if (!isZlibError(error)) return null;
    if (error.code !== "Z_BUF_ERROR") return { ...SOUND, fault: error.message };
    isCut = true;
    inflated = inflatedAtOnce(data, constants.Z_SYNC_FLUSH);
  }
  take(inflated.bytes);
  return { fault: null, isCut, isFollowed: inflated.isFollowed };
}

function inflatedAtOnce(data: Buffer, finishFlush: number) {
  const options = { info: true, finishFlush, chunkSize: CHUNK_BYTES, maxOutputLength: CHUNK_BYTES - 1 };
  // The types do not know what `info` adds.
  const inflated = inflateSync(data, options) as unknown as { readonly buffer: Buffer; readonly engine: Inflate };
  return { bytes: inflated.buffer, isFollowed: data.length > inflated.engine.bytesWritten };
}

/** zlib data inflated at the pace of whoever takes it; the first failure, of either side, ends it. */
class InflatingStream {
  readonly #inflate = createInflate({ chunkSize: CHUNK_BYTES });
  #failure: unknown = null;
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
      if (this.#failure !== null) return;
      try {
        take(chunk);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Resolves when everything that `bytes` inflate to was taken. @throws what `take` throws */
  async write(bytes: Buffer): Promise<void> {
    this.#given += bytes.length;
    if (this.#failure === null && !this.#ended && bytes.length > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#inflate.write(bytes, () => resolve());
      });
    }
    this.#throwOthers();
  }

  /** @throws what `take` throws */
  async end(): Promise<Inflated> {
    if (this.#failure === null && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#inflate.end();
      });
    }
    this.#throwOthers();
    const failure = isZlibError(this.#failure) ? this.#failure : null;
    const isCut = failure?.code === "Z_BUF_ERROR";
    return {
      fault: failure === null || isCut ? null : failure.message,
      isCut,
      isFollowed: this.#ended && this.#given > this.#inflate.bytesWritten,
    };
  }

  close(): void {
    this.#inflate.destroy();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }

  #throwOthers(): void {
    if (this.#failure !== null && !isZlibError(this.#failure)) throw this.#failure;
  }
}
