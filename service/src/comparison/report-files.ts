import type { FileEntry, StoredReport } from "../report/stored-report.js";

/** The files of a report that is compared. */
export interface ReportFiles {
  readonly paths: Iterable<string>;
  has(path: string): boolean;
  /** The lines of a file as they are stored, see `file-block.ts`; null where the report has no such file. */
  block(path: string): Promise<Uint8Array | null>;
}

/** The files of a stored report by their paths, in the order in which they are quickly read. */
export function filesOf(report: StoredReport): ReportFiles {
  const entries = new Map<string, FileEntry>();
  for (const entry of report.entries()) entries.set(entry.path.toString(), entry);
  return {
    get paths() {
      return entries.keys();
    },
    has: (path) => entries.has(path),
    async block(path) {
      const entry = entries.get(path);
      return entry === undefined ? null : report.block(entry);
    },
  };
}
