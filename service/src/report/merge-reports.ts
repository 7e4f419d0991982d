import { FileMerger } from "./file-merger.js";
import type { FileEntry, StoredReport } from "./stored-report.js";
import type { StoredReportWriter } from "./stored-report-writer.js";

interface Source {
  readonly report: StoredReport;
  readonly rest: Iterator<FileEntry, void>;
  entry: FileEntry | null;
}

/**
 * Merges reports, given in the order of their sessions, file by file in the order of their paths. A report that was
 * merged from sessions 0 to n may stand for them: merging the rest into it gives what merging all at once gives.
 */
export async function mergeReports(reports: readonly StoredReport[], writer: StoredReportWriter): Promise<void> {
  const sources = reports.map((report): Source => {
    const rest = report.entries();
    return { report, rest, entry: rest.next().value ?? null };
  });
  const merger = new FileMerger();
  for (let path = firstPath(sources); path !== null; path = firstPath(sources)) {
    const present = sources.filter(({ entry }) => entry?.path.equals(path) ?? false);
    if (present.length === 1) await copyFile(present[0], writer);
    else await mergeFile(path, present, merger, writer);
    for (const source of present) source.entry = source.rest.next().value ?? null;
  }
}

function firstPath(sources: readonly Source[]): Buffer | null {
  let first: Buffer | null = null;
  for (const { entry } of sources) {
    if (entry !== null && (first === null || entry.path.compare(first) < 0)) first = entry.path;
  }
  return first;
}

async function copyFile({ report, entry }: Source, writer: StoredReportWriter): Promise<void> {
  if (entry !== null) await writer.addBlock(entry.path, entry.counts, await report.block(entry));
}

async function mergeFile(
  path: Buffer,
  present: readonly Source[],
  merger: FileMerger,
  writer: StoredReportWriter,
): Promise<void> {
  merger.start(path);
  for (const { report, entry } of present) if (entry !== null) merger.add(await report.coverage(entry));
  await writer.add(path, merger.coverage);
}
