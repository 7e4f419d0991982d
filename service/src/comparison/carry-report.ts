import { CoverageBuilder } from "../report/coverage-builder.js";
import type { FileEntry, StoredReport } from "../report/stored-report.js";
import type { StoredReportWriter } from "../report/stored-report-writer.js";
import type { PathFilter } from "../repository-yaml/patterns/path-filter.js";
import { carriedFiles } from "./carried-files.js";
import type { DiffFile, Edit } from "./diff.js";
import { shiftLines } from "./lines.js";

interface CarriedFile {
  readonly path: Buffer;
  readonly entry: FileEntry;
  readonly edits: readonly Edit[];
}

/**
 * Writes what a head takes over of a session's report: the files that are carried, under the paths that they have in the
 * head, with their lines moved by the diff; without a diff they stay where they were.
 */
export async function carryReport(
  report: StoredReport,
  paths: PathFilter,
  diff: readonly DiffFile[],
  writer: StoredReportWriter,
): Promise<void> {
  const builder = new CoverageBuilder();
  for (const { path, entry, edits } of carriedIn(report, paths, diff)) {
    if (edits.length === 0) await writer.addBlock(path, entry.counts, await report.block(entry));
    else await writer.add(path, shiftLines(await report.coverage(entry), edits, builder));
  }
}

/** In the order of their new paths; of two that come to the same one, the one that was there before. */
function carriedIn(report: StoredReport, paths: PathFilter, diff: readonly DiffFile[]): readonly CarriedFile[] {
  const place = carriedFiles(diff);
  const files = new Map<string, CarriedFile>();
  for (const entry of report.entries()) {
    const path = entry.path.toString();
    const moved = paths.includes(path) ? place(path) : null;
    if (moved === null || (files.has(moved.path) && moved.path !== path)) continue;
    files.set(moved.path, { path: Buffer.from(moved.path), entry, edits: moved.edits });
  }
  return [...files.values()].sort((a, b) => a.path.compare(b.path));
}
