import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { FileCoverage } from "../../src/report/file-coverage.js";
import { MAGIC } from "../../src/report/stored-index.js";
import { openStoredReport, type ReadRange, type StoredReport } from "../../src/report/stored-report.js";
import { StoredReportWriter } from "../../src/report/stored-report-writer.js";
import type { ObjectStore } from "../../src/storage/object-store.js";
import { type Line, linesOf } from "./coverage.js";

/** Writes a report and returns where it lies. Files must come in the order of their paths. */
export async function writeReport(folder: string, files: Iterable<readonly [string, FileCoverage]>): Promise<string> {
  const writer = await StoredReportWriter.create(join(folder, randomUUID()));
  for (const [path, coverage] of files) await writer.add(Buffer.from(path), coverage);
  await writer.finish();
  return writer.file;
}

/** Opens a report that lies in a file. */
export function openReport(file: string, onRead: ReadRange = async () => Buffer.alloc(0)): Promise<StoredReport> {
  const bytes = readFileSync(file);
  const read: ReadRange = async (start, end) => {
    await onRead(start, end);
    return bytes.subarray(start, end);
  };
  return openStoredReport(read, bytes.length);
}

/** Hits of a file that is so long that the page it is on is deflated. */
export const MANY_HITS: readonly number[] = Array.from({ length: 500 }, (_, i) => i % 7);

/** Overwrites the beginning of a report's first page, which must be deflated: footer and index stay as they are. */
export async function damagePage(objects: ObjectStore, key: string): Promise<void> {
  const bytes = await buffer(await objects.get(key));
  await objects.put(key, bytes.fill(0xff, MAGIC.length, MAGIC.length + 4));
}

/** `{ PATH: lines }` of a whole report. */
export async function contentsOf(report: StoredReport): Promise<Record<string, Line[]>> {
  const contents: Record<string, Line[]> = {};
  for (const entry of report.entries()) contents[entry.path.toString()] = linesOf(await report.coverage(entry));
  return contents;
}
