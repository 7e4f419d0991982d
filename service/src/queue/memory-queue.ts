import type { Logger } from "pino";
import {
  type JobHandlers,
  type JobName,
  type JobQueue,
  type Jobs,
  jobKey,
  RETRY,
  type RetryPolicy,
} from "./job-queue.js";

interface Job {
  readonly key: string;
  readonly attempt: number;
  readonly run: (handlers: JobHandlers) => Promise<void>;
}

/**
 * The queue of a service that is one process. It keeps nothing on disk, for it need not: at start-up and from then on
 * the sweeper adds whatever rows say is unfinished.
 *
 * A key is in one place at a time: waiting, delayed (until its retry) or running. `again` holds the keys that were
 * added while they ran.
 */
export function openMemoryQueue(log: Logger, retry: RetryPolicy = RETRY): JobQueue {
  const waiting = new Map<string, Job>();
  const delayed = new Map<string, NodeJS.Timeout>();
  const running = new Map<string, Promise<void>>();
  const again = new Map<string, Job>();
  let worker: { readonly handlers: JobHandlers; readonly concurrency: number } | null = null;
  let closed = false;

  const enqueue = (job: Job) => {
    waiting.set(job.key, job);
    takeJobs();
  };

  const takeJobs = () => {
    if (!worker || closed) return;
    for (const job of waiting.values()) {
      if (running.size >= worker.concurrency) return;
      waiting.delete(job.key);
      running.set(job.key, run(job, worker.handlers));
    }
  };

  const run = async (job: Job, handlers: JobHandlers) => {
    // A handler's synchronous start must not run inside of add().
    await Promise.resolve();
    const failed = await job.run(handlers).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    running.delete(job.key);
    const next = again.get(job.key);
    again.delete(job.key);
    if (closed) return;
    if (failed) retryLater(job, failed.error, next);
    else if (next) waiting.set(next.key, next);
    takeJobs();
  };

  const retryLater = (job: Job, error: unknown, next: Job | undefined) => {
    if (job.attempt >= retry.attempts) {
      log.error({ err: error, job: job.key, attempt: job.attempt }, "job failed for the last time");
      if (next) waiting.set(next.key, next);
      return;
    }
    const delay = retry.firstDelay * 2 ** (job.attempt - 1);
    log.warn(
      { err: error, job: job.key, attempt: job.attempt, retryInMs: delay },
      "job failed and will be tried again",
    );
    const timer = setTimeout(() => {
      delayed.delete(job.key);
      enqueue({ ...job, attempt: job.attempt + 1 });
    }, delay);
    delayed.set(job.key, timer);
  };

  return {
    async add<Name extends JobName>(name: Name, data: Jobs[Name]) {
      if (closed) throw new Error("the queue is closed");
      const job: Job = { key: jobKey(name, data), attempt: 1, run: (handlers) => handlers[name](data) };
      if (waiting.has(job.key) || delayed.has(job.key)) return;
      if (running.has(job.key)) again.set(job.key, job);
      else enqueue(job);
    },
    async work(handlers, concurrency) {
      worker = { handlers, concurrency };
      takeJobs();
    },
    depth: async () => waiting.size + delayed.size + running.size,
    async check() {
      if (closed) throw new Error("the queue is closed");
    },
    async close() {
      closed = true;
      for (const timer of delayed.values()) clearTimeout(timer);
      await Promise.all(running.values());
    },
  };
}
