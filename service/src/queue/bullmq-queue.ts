import { type BackendFactory, type IQueueBackend, Queue, WaitingError, Worker } from "bullmq";
import type { Logger } from "pino";
import { DEFAULT_TAKEOVER_SECONDS } from "../settings/defaults.js";
import { type JobName, type JobQueue, type Jobs, jobKey, type RetryPolicy } from "./job-queue.js";

const QUEUE = "jobs";
const PREFIX = "coverstack";
/** Leaves the rest of the grace that orchestrators give for closing what jobs stand on, in milliseconds. */
const PATIENCE = 20_000;
const WEEK = 7 * 24 * 3600;

/** Where BullMQ keeps its jobs. */
export interface JobStore<Backend extends IQueueBackend, Connection> {
  readonly backend: BackendFactory<Backend, Connection>;
  /** Whether nobody else uses it: jobs that a crash left behind are then known to be nobody's. */
  readonly exclusive: boolean;
  /** For adding jobs: fails soon while the store is away, since a request waits for it. */
  readonly connection: Connection;
  /** For workers, which wait for the store to come back. */
  workerConnection(): Connection;
  check(): Promise<void>;
  /** Called last. */
  close(): Promise<void>;
}

/**
 * The queue of every deployment: BullMQ, on Redis or on a PostgreSQL database.
 *
 * A plain job id would also swallow a merge that is asked for while one runs, and that merge may have read its rows
 * already; `keepLastIfActive` runs such a job afterwards.
 */
export async function openBullmqQueue<Backend extends IQueueBackend, Connection>(
  store: JobStore<Backend, Connection>,
  log: Logger,
  retry: RetryPolicy,
): Promise<JobQueue> {
  const queue = new Queue(
    QUEUE,
    {
      prefix: PREFIX,
      connection: store.connection,
      defaultJobOptions: {
        attempts: retry.attempts,
        backoff: { type: "exponential", delay: retry.firstDelay },
        removeOnComplete: true,
        removeOnFail: { age: WEEK, count: 1000 },
      },
    },
    store.backend,
  );
  queue.on("error", (error) => log.warn({ err: error }, "the queue's connection broke"));
  // Otherwise a job that ran when the process was killed would hold up its successor until its lock expires. The rows
  // say what is unfinished, and the sweeper adds it again.
  if (store.exclusive) await queue.obliterate({ force: true });
  let stopWorking = async () => {};
  /** One for each job that runs. */
  const givingBack = new Set<() => void>();
  let closed = false;

  return {
    async add(name, data) {
      if (closed) throw new Error("the queue is closed");
      await queue.add(name, data, { deduplication: { id: jobKey(name, data), keepLastIfActive: true } });
    },

    async work(handlers, concurrency, takeoverSeconds = DEFAULT_TAKEOVER_SECONDS) {
      const handle = handlers as Record<string, (data: Jobs[JobName]) => Promise<void>>;
      const worker = new Worker(
        QUEUE,
        async (job, token) => {
          const handler = handle[job.name];
          if (!handler) throw new Error(`no handler for the job ${job.name}: a newer version added it`);
          if ((await outcome(handler(job.data), givingBack)) === "done") return;
          log.warn({ job: job.deduplicationId }, "job takes too long to wait for, and is given back");
          await job.moveToWait(token);
          throw new WaitingError();
        },
        {
          prefix: PREFIX,
          connection: store.workerConnection(),
          concurrency,
          lockDuration: takeoverSeconds * 1000,
          stalledInterval: takeoverSeconds * 500,
          maxStalledCount: retry.attempts,
        },
        store.backend,
      );
      worker.on("error", (error) => log.warn({ err: error }, "the worker's connection broke"));
      worker.on("failed", (job, error) => {
        const context = { err: error, job: job?.deduplicationId, attempt: job?.attemptsMade };
        if (job && job.attemptsMade < retry.attempts) log.warn(context, "job failed and will be tried again");
        else log.error(context, "job failed for the last time");
      });
      stopWorking = () => worker.close();
      await worker.waitUntilReady();
    },

    async depth() {
      const counts = await queue.getJobCounts("waiting", "active", "delayed");
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },

    async check() {
      if (closed) throw new Error("the queue is closed");
      await store.check();
    },

    async close(patience = PATIENCE) {
      closed = true;
      const timer = setTimeout(() => {
        for (const giveBack of givingBack) giveBack();
      }, patience);
      await stopWorking().finally(() => clearTimeout(timer));
      await queue.close();
      await store.close();
    },
  };
}

/** What comes first: the job's end, or the end of the time that there is for it. */
async function outcome(job: Promise<void>, givingBack: Set<() => void>): Promise<"done" | "given back"> {
  let giveBack = () => {};
  try {
    return await new Promise((resolve, reject) => {
      giveBack = () => resolve("given back");
      givingBack.add(giveBack);
      job.then(() => resolve("done"), reject);
    });
  } finally {
    givingBack.delete(giveBack);
  }
}
