import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openStoredReport, type ReadRange, type StoredReport } from "../report/stored-report.js";
import { ObjectNotFoundError, type ObjectStore } from "../storage/object-store.js";

/** Objects fetched at once: a bucket takes tens of milliseconds to answer, whatever the size. */
const AT_ONCE = 8;

/** A report that is missing in storage or damaged: no further attempt will read it. */
export class UnreadableReportError extends Error {
  override readonly name = "UnreadableReportError";
  constructor(
    readonly key: string,
    cause: Error,
  ) {
    super(`the report ${key} cannot be read: ${cause.message}`, { cause });
  }
}

export interface OpenedReports {
  /** Reading them throws `UnreadableReportError` where they are damaged. */
  readonly opened: readonly StoredReport[];
  close(): Promise<void>;
}

/** An object outside of storage. */
interface Copy {
  readonly read: ReadRange;
  readonly size: number;
  close(): Promise<void>;
}

/**
 * Copies reports out of storage and opens the copies: merging reads them page by page, and every page would be a
 * request of its own.
 *
 * @param folder for the copies that find no room in memory
 * @param inMemory bytes that all copies together may take there. @default 32 MiB: enough for most commits
 * @throws UnreadableReportError
 */
export async function fetchReports(
  objects: ObjectStore,
  keys: readonly string[],
  folder: string,
  inMemory = 32 * 1024 * 1024,
): Promise<OpenedReports> {
  const copies: Copy[] = [];
  const room = { bytes: inMemory };
  const close = async () => {
    for (const copy of copies) await copy.close();
  };
  try {
    const opened: StoredReport[] = [];
    for (let i = 0; i < keys.length; i += AT_ONCE) {
      const some = keys.slice(i, i + AT_ONCE);
      const fetched = await Promise.allSettled(some.map((key) => fetchReport(objects, key, folder, room)));
      copies.push(...fetched.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])));
      const failed = fetched.find((result) => result.status === "rejected");
      if (failed) throw failed.reason;
      for (const [j, key] of some.entries()) {
        const { read, size } = copies[i + j];
        opened.push(await openStoredReport(read, size, (damage) => new UnreadableReportError(key, damage)));
      }
    }
    return { opened, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fetchReport(objects: ObjectStore, key: string, folder: string, room: { bytes: number }): Promise<Copy> {
  try {
    const body = await objects.get(key);
    const chunks: Buffer[] = [];
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk);
      room.bytes -= chunk.length;
      if (room.bytes >= 0) continue;
      for (const { length } of chunks) room.bytes += length;
      return await copyToFile(chunks, body, join(folder, randomUUID()));
    }
    return copyInMemory(Buffer.concat(chunks));
  } catch (error) {
    throw error instanceof ObjectNotFoundError ? new UnreadableReportError(key, error) : error;
  }
}

function copyInMemory(bytes: Buffer): Copy {
  return {
    size: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
    close: async () => {},
  };
}

/** @param chunks of the body that were read already */
async function copyToFile(chunks: readonly Buffer[], rest: Readable, path: string): Promise<Copy> {
  async function* all() {
    yield* chunks;
    yield* rest;
  }
  await pipeline(all, createWriteStream(path));
  const handle = await open(path, "r");
  return {
    size: (await handle.stat()).size,
    async read(start, end) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead);
    },
    close: () => handle.close(),
  };
}
