import { FileMerger } from "./file-merger.js";
import { inPathOrder } from "./path-order.js";
import type { StoredReport } from "./stored-report.js";
import type { StoredReportWriter } from "./stored-report-writer.js";

/**
 * Merges reports, given in the order of their sessions, file by file in the order of their paths. A report that was
 * merged from sessions 0 to n may stand for them: merging the rest into it gives what merging all at once gives.
 */
export async function mergeReports(reports: readonly StoredReport[], writer: StoredReportWriter): Promise<void> {
  const merger = new FileMerger();
  for (const { path, present } of inPathOrder(reports)) {
    if (present.length === 1) {
      const [{ report, entry }] = present;
      await writer.addBlock(path, entry.counts, await report.block(entry));
      continue;
    }
    merger.start(path);
    for (const { report, entry } of present) merger.add(await report.coverage(entry));
    await writer.add(path, merger.coverage);
  }
}
