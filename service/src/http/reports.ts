import { type Commit, findCommit } from "../database/commits.js";
import { type FileEntry, openStoredReport, type StoredReport } from "../report/stored-report.js";
import { addCounts, noCounts, type Totals, toTotals } from "../report/totals.js";
import type { Service } from "../service.js";
import { ObjectNotFoundError } from "../storage/object-store.js";

/**
 * What `use` makes of a commit's report; null when it has none yet. A merge may replace the report while it is being
 * read: then it is read again, once.
 */
export async function withReport<T>(
  service: Service,
  commit: Commit,
  use: (report: StoredReport) => Promise<T> | T,
): Promise<T | null> {
  try {
    const report = await openReport(service, commit);
    return report && (await use(report));
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    const now = await findCommit(service.db, commit.repository_id, commit.sha);
    if (!now || now.report_key === commit.report_key) throw error;
    const report = await openReport(service, now);
    return report && (await use(report));
  }
}

async function openReport({ objects }: Service, { report_key: key }: Commit): Promise<StoredReport | null> {
  if (key === null) return null;
  const size = await objects.size(key);
  if (size === null) throw new ObjectNotFoundError(key);
  return openStoredReport((start, end) => objects.getRange(key, start, end), size);
}

/** What a selector chose of a report. */
export interface ReportPart {
  readonly totals: Totals;
  readonly entries: readonly FileEntry[];
}

/** The file at `path` or the files of the folder of that name; without a path all of them. */
export function partOf(report: StoredReport, path: string | undefined): ReportPart {
  const all = Array.from(report.entries());
  if (!path) return { totals: report.totals, entries: all };
  const file = Buffer.from(path);
  const folder = Buffer.from(`${withoutSlashesAtEnd(path)}/`);
  const entries = all.filter(
    (entry) => entry.path.equals(file) || entry.path.subarray(0, folder.length).equals(folder),
  );
  const counts = noCounts();
  for (const entry of entries) addCounts(counts, entry.counts);
  return { totals: toTotals(counts), entries };
}

function withoutSlashesAtEnd(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}
