import type { FileEntry, StoredReport } from "./stored-report.js";

/** A file, and what each of several reports has of it. */
export interface FileOfReports {
  /** UTF-8. */
  readonly path: Buffer;
  /** By the places of the reports, in their order; those that have no such file are left out. */
  readonly present: readonly { readonly index: number; readonly report: StoredReport; readonly entry: FileEntry }[];
}

interface Source {
  readonly index: number;
  readonly report: StoredReport;
  readonly rest: Iterator<FileEntry, void>;
  entry: FileEntry | null;
}

/** The files of several reports, each once, in the order of their paths. */
export function* inPathOrder(reports: readonly StoredReport[]): Generator<FileOfReports> {
  const sources = reports.map((report, index): Source => {
    const rest = report.entries();
    return { index, report, rest, entry: rest.next().value ?? null };
  });
  for (let path = firstPath(sources); path !== null; path = firstPath(sources)) {
    const present: { index: number; report: StoredReport; entry: FileEntry }[] = [];
    for (const source of sources) {
      const { index, report, entry } = source;
      if (!entry?.path.equals(path)) continue;
      present.push({ index, report, entry });
      source.entry = source.rest.next().value ?? null;
    }
    yield { path, present };
  }
}

function firstPath(sources: readonly Source[]): Buffer | null {
  let first: Buffer | null = null;
  for (const { entry } of sources) {
    if (entry !== null && (first === null || entry.path.compare(first) < 0)) first = entry.path;
  }
  return first;
}
