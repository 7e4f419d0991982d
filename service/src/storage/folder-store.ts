import { randomUUID } from "node:crypto";
import { createReadStream, mkdirSync } from "node:fs";
import { access, type FileHandle, mkdir, open, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { released } from "./bodies.js";
import { assertKey, ObjectNotFoundError, type ObjectStore } from "./object-store.js";

/** Large enough that a report of hundreds of megabytes is neither read nor written in steps of 64 KiB. */
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
          const size = await writeOut(temporary, body);
          await move(temporary, path);
          await syncFolder(dirname(path));
          return size;
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
      if (end <= start) return Buffer.alloc(0);
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

/** @returns how many bytes there were, once they are on the disk */
async function writeOut(path: string, body: Readable | Uint8Array): Promise<number> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(body instanceof Readable ? gathered(body) : body);
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/**
 * Each call of the system goes through a thread: what comes off the network in small pieces is written in large ones. They
 * are copied, not kept: a byte that came alone holds as much memory as hundreds. What is yielded is overwritten afterwards.
 */
async function* gathered(chunks: Readable): AsyncGenerator<Uint8Array> {
  const block = Buffer.allocUnsafeSlow(CHUNK);
  let used = 0;
  for await (const piece of chunks as AsyncIterable<Uint8Array>) {
    if (used > 0 && used + piece.length > CHUNK) {
      yield block.subarray(0, used);
      used = 0;
    }
    if (piece.length > CHUNK) yield piece;
    else {
      block.set(piece, used);
      used += piece.length;
    }
  }
  if (used > 0) yield block.subarray(0, used);
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
