import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ApiError, IdempotencyStrategy, Storage } from "@google-cloud/storage";
import type { GcsSettings } from "../settings/settings.js";
import { released } from "./bodies.js";
import { assertKey, ObjectNotFoundError, type ObjectStore } from "./object-store.js";

/** What does not fit into one part is sent part by part, each of which may be sent again. */
const PART_SIZE = 8 * 1024 * 1024;

/** How long a request may go unanswered, in milliseconds. A body may take longer. */
const TIMEOUT = 60_000;

/** Overwriting asks for the permission to delete. */
const PERMISSIONS = ["storage.objects.create", "storage.objects.delete", "storage.objects.get"];

/** Objects in a bucket of Google Cloud Storage. */
export function openGcsStore(settings: GcsSettings): ObjectStore {
  const storage = new Storage({
    ...(settings.credentialsFile ? { keyFilename: settings.credentialsFile } : {}),
    ...(settings.endpoint
      ? { apiEndpoint: settings.endpoint, useAuthWithCustomEndpoint: settings.endpoint.startsWith("https:") }
      : {}),
    timeout: TIMEOUT,
    // Every write replaces the whole object: to repeat one does no harm.
    retryOptions: { idempotencyStrategy: IdempotencyStrategy.RetryAlways },
  });
  const bucket = storage.bucket(settings.bucket);
  const file = (key: string) => bucket.file(assertKey(key));

  const check = async (): Promise<void> => {
    const [granted] = await bucket.iam.testPermissions(PERMISSIONS);
    const missing = PERMISSIONS.filter((permission) => !granted[permission]);
    if (missing.length > 0) throw new Error(`the bucket ${settings.bucket} does not grant ${missing.join(", ")}`);
  };

  /** Whether an object is missing. @throws when its bucket is, which no code tells apart */
  const isMissing = async (error: unknown): Promise<boolean> => {
    if (codeOf(error) !== 404) return false;
    await check();
    return true;
  };

  const orNotFound = async <T>(key: string, result: Promise<T>): Promise<T> => {
    try {
      return await result;
    } catch (error) {
      throw (await isMissing(error)) ? new ObjectNotFoundError(key) : error;
    }
  };

  return {
    put: (key, body) =>
      released(body, async () => {
        const target = file(key);
        const parts = body instanceof Readable ? body[Symbol.asyncIterator]() : single(body);
        const { chunks, size, done } = await readPart(parts);
        if (done) {
          await target.save(Buffer.concat(chunks), { resumable: false });
          return size;
        }
        let bytes = 0;
        const whole = async function* () {
          for (const chunk of chunks) {
            bytes += chunk.byteLength;
            yield chunk;
          }
          for (let next = await parts.next(); !next.done; next = await parts.next()) {
            bytes += next.value.byteLength;
            yield next.value;
          }
        };
        await pipeline(whole(), target.createWriteStream({ resumable: true, chunkSize: PART_SIZE }));
        return bytes;
      }),

    async get(key) {
      const stream = file(key).createReadStream({ decompress: false });
      // The first bytes, or the end, say that the object is there.
      await orNotFound(key, once(stream, "readable"));
      return stream;
    },

    async getRange(key, start, end) {
      if (end <= start) return Buffer.alloc(0);
      try {
        const [bytes] = await orNotFound(key, file(key).download({ start, end: end - 1, decompress: false }));
        return bytes;
      } catch (error) {
        // The range begins behind the end of the object: as with a file, there is nothing there.
        if (codeOf(error) === 416) return Buffer.alloc(0);
        throw error;
      }
    },

    async size(key) {
      try {
        const [{ size }] = await file(key).getMetadata();
        return Number(size);
      } catch (error) {
        if (await isMissing(error)) return null;
        throw error;
      }
    },

    async delete(key) {
      await file(key).delete({ ignoreNotFound: true });
    },

    check,
  };
}

async function* single(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

/** Reads as much as one part holds, or everything. Throws where the body broke off. */
async function readPart(body: AsyncIterator<Uint8Array>) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size <= PART_SIZE) {
    const { value, done } = await body.next();
    if (done) return { chunks, size, done };
    chunks.push(value);
    size += value.byteLength;
  }
  return { chunks, size, done: false };
}

function codeOf(error: unknown): number | undefined {
  return error instanceof ApiError ? error.code : undefined;
}
