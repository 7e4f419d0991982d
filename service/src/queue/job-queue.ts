/**
 * Jobs carry ids, never rows: a job reads the row again and stops quietly when there is nothing left to do.
 * The database is the truth; a queue that was lost is refilled from rows.
 */
export interface Jobs {
  /** Parse an upload that is in storage into its session report. */
  "process-upload": { readonly uploadId: number; readonly sha: string };
  /** Merge the processed sessions of a commit into its report. */
  "merge-commit": { readonly commitId: number; readonly sha: string };
}

export type JobName = keyof Jobs;
export type JobHandlers = { readonly [Name in JobName]: (data: Jobs[Name]) => Promise<void> };

export interface JobQueue {
  /** Adding a job with the id of one that waits is a no-op. */
  add<Name extends JobName>(name: Name, data: Jobs[Name]): Promise<void>;
  /** Starts taking jobs; returns when the workers listen. */
  work(handlers: JobHandlers, concurrency: number): Promise<void>;
  /** Jobs that wait or run, for metrics. */
  depth(): Promise<number>;
  check(): Promise<void>;
  /** Lets running jobs finish, then disconnects. */
  close(): Promise<void>;
}
