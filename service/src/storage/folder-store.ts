import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { access, type FileHandle, mkdir, open, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { released } from "./bodies.js";
import { assertKey, ObjectNotFoundError, type ObjectStore } from "./object-store.js";

/** Large enough that a report of hundreds of megabytes is not read in 64 KiB steps. */
const CHUNK = 256 * 1024;

/**
 * Objects as files below a folder, which is made when it is opened. What is being written lies in `.incoming` until it is
 * whole; that one also tells the folder from the empty one in which its volume is mounted.
 */
export function openFolderStore(folder: string): ObjectStore {
  const incoming = join(folder, ".incoming");
  mkdirSync(incoming, { recursive: true });
  const pathOf = (key: string) => join(folder, ...assertKey(key).split("/"));

  const assertThere = async (): Promise<void> => {
    await access(incoming).catch((error: unknown) => {
      throw new Error(`the folder of objects is not there, or not mounted: ${incoming} is missing`, { cause: error });
    });
  };

  /** Whether an object is missing. @throws when the folder is */
  const isMissing = async (error: unknown): Promise<boolean> => {
    if (!isNoSuchFile(error)) return false;
    await assertThere();
    return true;
  };

  const openFile = async (key: string): Promise<FileHandle> => {
    try {
      return await open(pathOf(key), "r");
    } catch (error) {
      throw (await isMissing(error)) ? new ObjectNotFoundError(key) : error;
    }
  };

  return {
    put: (key, body) =>
      released(body, async () => {
        const path = pathOf(key);
        const temporary = join(incoming, randomUUID());
        try {
          // Opened before anything is read: a file that a failed stream opens afterwards would stay.
          const file = await open(temporary, "wx");
          const target = createWriteStream("", { fd: file, flush: true, highWaterMark: CHUNK });
          await pipeline(body instanceof Readable ? body : [body], target);
          await move(temporary, path);
          await syncFolder(dirname(path));
          return target.bytesWritten;
        } catch (error) {
          await rm(temporary, { force: true });
          if (isNoSuchFile(error)) await assertThere();
          throw error;
        }
      }),

    async get(key) {
      const file = await openFile(key);
      return createReadStream("", { fd: file, highWaterMark: CHUNK });
    },

    async getRange(key, start, end) {
      const file = await openFile(key);
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
        if (await isMissing(error)) return null;
        throw error;
      }
    },

    async delete(key) {
      await unlink(pathOf(key)).catch((error: unknown) => {
        if (!isNoSuchFile(error)) throw error;
      });
    },

    async check() {
      await assertThere();
      const probe = join(incoming, randomUUID());
      await writeFile(probe, "");
      await unlink(probe);
    },
  };
}

/** Folders are made only where they are missing: most objects have neighbours. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isNoSuchFile(error)) throw error;
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  }
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

function isNoSuchFile(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}
