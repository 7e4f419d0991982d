/** What became of an upload, readable by the person who sent it: shown on the commit page and in the API. */
export interface UploadAccount {
  /** Size as it came in, and expanded, in bytes. */
  readonly receivedBytes: number;
  readonly expandedBytes: number;
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
  /** Files left out: first 100 of them. */
  readonly dropped: readonly DroppedFile[];
  /** All files left out, also those beyond the first 100. */
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
