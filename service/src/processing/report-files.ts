import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { StoredReportError } from "../report/byte-reader.js";
import { openStoredReport, type StoredReport } from "../report/stored-report.js";
import { ObjectNotFoundError, type ObjectStore } from "../storage/object-store.js";

/** Objects fetched at once: a bucket takes tens of milliseconds to answer, whatever the size. */
const AT_ONCE = 8;
/** A download that breaks off is begun anew: else a merge of 150 reports would start over for any one of them. */
const DOWNLOADS = 4;
const FIRST_PAUSE = 200;

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
  readonly opened: readonly StoredReport[];
  close(): Promise<void>;
}

/**
 * Copies reports out of storage and opens the copies: merging reads them page by page, and every page would be a
 * request of its own.
 */
export async function fetchReports(
  objects: ObjectStore,
  keys: readonly string[],
  folder: string,
): Promise<OpenedReports> {
  const handles: FileHandle[] = [];
  const close = async () => {
    for (const handle of handles) await handle.close();
  };
  try {
    const opened: StoredReport[] = [];
    for (let i = 0; i < keys.length; i += AT_ONCE) {
      const some = keys.slice(i, i + AT_ONCE);
      const fetched = await Promise.allSettled(
        some.map((key) => fetchReport(objects, key, join(folder, randomUUID()))),
      );
      handles.push(...fetched.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])));
      const failed = fetched.find((result) => result.status === "rejected");
      if (failed) throw failed.reason;
      for (const [j, key] of some.entries()) opened.push(await openReport(key, handles[i + j]));
    }
    return { opened, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fetchReport(objects: ObjectStore, key: string, path: string): Promise<FileHandle> {
  for (let download = 1; ; download++) {
    try {
      await pipeline(await objects.get(key), createWriteStream(path));
      return await open(path, "r");
    } catch (error) {
      if (error instanceof ObjectNotFoundError) throw new UnreadableReportError(key, error);
      if (download === DOWNLOADS) throw error;
      await sleep(FIRST_PAUSE * 2 ** (download - 1));
    }
  }
}

async function openReport(key: string, handle: FileHandle): Promise<StoredReport> {
  const read = async (start: number, end: number) => {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(end - start), 0, end - start, start);
    return buffer.subarray(0, bytesRead);
  };
  try {
    return await openStoredReport(read, (await handle.stat()).size);
  } catch (error) {
    throw error instanceof StoredReportError ? new UnreadableReportError(key, error) : error;
  }
}
