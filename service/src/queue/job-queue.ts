/**
 * Jobs carry ids, never rows: a job reads the row again and stops quietly when there is nothing left to do.
 * The database is the truth, the queue is a hint: whatever it forgets is added again from rows.
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
  /**
   * Adding a job whose key waits is a no-op; one whose key runs is run once more afterwards. So two jobs of one key
   * never run at once in one queue, and what came in while the first one ran is seen by the second.
   */
  add<Name extends JobName>(name: Name, data: Jobs[Name]): Promise<void>;
  /**
   * Starts taking jobs; returns when the workers listen. A handler that throws is called again after a while, as
   * often as `RetryPolicy` says; then the job is dropped, and only its rows know of it. A job whose process shows no
   * sign of life for `takeoverSeconds` goes to another one. @default 60
   */
  work(handlers: JobHandlers, concurrency: number, takeoverSeconds?: number): Promise<void>;
  /** Jobs that wait or run, for metrics. */
  depth(): Promise<number>;
  /** Throws when jobs cannot be added: part of readiness. */
  check(): Promise<void>;
  /**
   * Lets running jobs finish, then disconnects. One that takes longer than `patience` milliseconds is given back for
   * another process to take at once; until this one has ended, it may then run twice. @default 20 s
   */
  close(patience?: number): Promise<void>;
}

/** The n-th retry waits `firstDelay · 2^(n-1)` milliseconds. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly firstDelay: number;
}

/** Four minutes in all: a store or database that is being restarted is back by then. */
export const RETRY: RetryPolicy = { attempts: 8, firstDelay: 2_000 };

export function jobKey<Name extends JobName>(name: Name, data: Jobs[Name]): string {
  const id = "uploadId" in data ? data.uploadId : data.commitId;
  return `${name}-${id}`;
}
