import type { Totals } from "./totals.js";

/** What is told of a commit's report beside its totals. */
export interface ReportSummary {
  /** The version of the report that it was made of. */
  readonly reportVersion: number;
  /** The version of the report that it was compared with; null: no diff was sent, or nothing is known of its base. */
  readonly baseVersion: number | null;
  readonly flags: readonly FlagSummary[];
  readonly components: readonly ComponentSummary[];
  /** Of the lines that the commit's diff adds; null: no diff was sent. */
  readonly patch: PatchSummary | null;
  /** Null: no diff was sent, or the commit that it starts from has no report. */
  readonly changes: ChangesSummary | null;
}

export interface FlagSummary {
  readonly name: string;
  /** Sessions that have it. */
  readonly sessions: number;
  /** Whether all of them were carried forward. */
  readonly carriedForward: boolean;
  readonly totals: Totals;
}

export interface ComponentSummary {
  readonly id: string;
  readonly name: string;
  readonly totals: Totals;
}

export interface PatchSummary {
  readonly base: string;
  readonly totals: Totals;
  /** The first of the files that it touches, in the diff's order, and how many there are. */
  readonly files: readonly { readonly path: string; readonly totals: Totals }[];
  readonly fileCount: number;
}

/** Lines that changed in coverage though nobody edited them. */
export interface ChangesSummary {
  readonly base: string;
  readonly files: readonly ChangedFile[];
  readonly fileCount: number;
}

export interface ChangedFile {
  readonly path: string;
  readonly kind: "new" | "deleted" | "changed";
  /** How many more lines of each there are than before; 0 for files that are new or deleted. */
  readonly hits: number;
  readonly misses: number;
  readonly partials: number;
}
