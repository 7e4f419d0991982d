/** What became of an upload, readable by the person who sent it: shown on the commit page and in the API. */
export interface UploadAccount {
  /** Size as it came in, and expanded, in bytes. */
  readonly receivedBytes: number;
  readonly expandedBytes: number;
  /** In their order: as many as fit 2 million characters with the notes. A note says how many do not. */
  readonly reports: readonly ReportAccount[];
  /** Faults of the body as a whole: truncated gzip, a limit that was hit. */
  readonly notes: readonly string[];
  /** Milliseconds from the first byte read to the session report stored. */
  readonly milliseconds: number;
}

export interface ReportAccount {
  /** File name as the client gave it, null when it gave none. */
  readonly name: string | null;
  /** Format name, or null when none was recognised. */
  readonly format: string | null;
  readonly files: number;
  /** Files left out: the first 100 of them, and 2 once the reports before have listed 1000. */
  readonly dropped: readonly DroppedFile[];
  /** All files left out, also those that are not listed. */
  readonly droppedCount: number;
  /** What was skipped or repaired, or why the whole report could not be used. */
  readonly notes: readonly string[];
}

export interface DroppedFile {
  readonly path: string;
  readonly reason: string;
  /** Paths that the repository was searched for: the first 5 of them. Absent when none was. */
  readonly tried?: readonly string[];
}

/** Accounts are read with every page that lists uploads. */
const MOST_CHARACTERS = 2_000_000;

/** An account's entries and notes, with as many entries as it may have. */
export function withinAccount(
  reports: readonly ReportAccount[],
  notes: readonly string[],
): Pick<UploadAccount, "reports" | "notes"> {
  let characters = JSON.stringify(notes).length;
  const over = reports.findIndex((report) => {
    characters += JSON.stringify(report).length;
    return characters > MOST_CHARACTERS;
  });
  if (over < 0) return { reports, notes };
  const left = (reports.length - over).toLocaleString("en");
  return { reports: reports.slice(0, over), notes: [...notes, `${left} more reports were read, which are not listed`] };
}
