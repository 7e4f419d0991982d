import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { assertKey, ObjectNotFoundError, type ObjectStore } from "./object-store.js";

/** Large enough that a report of hundreds of megabytes is not read in 64 KiB steps. */
const CHUNK = 256 * 1024;

/** Objects as files below a folder. What is being written lies in `.incoming` until it is whole. */
export function openFolderStore(folder: string): ObjectStore {
  const incoming = join(folder, ".incoming");
  const pathOf = (key: string) => join(folder, ...assertKey(key).split("/"));

  return {
    async put(key, body) {
      const path = pathOf(key);
      await mkdir(incoming, { recursive: true });
      const temporary = join(incoming, randomUUID());
      try {
        const target = createWriteStream(temporary, { flags: "wx", flush: true, highWaterMark: CHUNK });
        await pipeline(body instanceof Readable ? body : [body], target);
        await mkdir(dirname(path), { recursive: true });
        await rename(temporary, path);
        await syncFolder(dirname(path));
        return target.bytesWritten;
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },

    async get(key) {
      const file = await orNotFound(key, open(pathOf(key), "r"));
      return createReadStream("", { fd: file, highWaterMark: CHUNK });
    },

    async getRange(key, start, end) {
      const file = await orNotFound(key, open(pathOf(key), "r"));
      try {
        const buffer = Buffer.allocUnsafe(end - start);
        let filled = 0;
        while (filled < buffer.length) {
          const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, start + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return buffer.subarray(0, filled);
      } finally {
        await file.close();
      }
    },

    async size(key) {
      try {
        return (await stat(pathOf(key))).size;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },

    async delete(key) {
      await unlink(pathOf(key)).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    },

    async check() {
      await mkdir(incoming, { recursive: true });
      const probe = join(incoming, randomUUID());
      await writeFile(probe, "");
      await unlink(probe);
    },
  };
}

/** A rename survives a power cut only once its folder is written out too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function orNotFound<T>(key: string, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw isMissing(error) ? new ObjectNotFoundError(key) : error;
  }
}

function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}
