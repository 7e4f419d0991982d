import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import { type JobName, type JobQueue, type Jobs, jobKey, RETRY, type RetryPolicy } from "./job-queue.js";

const QUEUE = "jobs";
const PREFIX = "coverstack";
/** How long an `add` may take while Redis does not answer, in milliseconds: a request waits for it. */
const COMMAND_TIMEOUT = 5_000;

/**
 * The queue that several processes share: BullMQ on Redis.
 *
 * A plain job id would also swallow a merge that is asked for while one runs, and that merge may have read its rows
 * already; `keepLastIfActive` runs such a job afterwards.
 *
 * @throws Error when Redis cannot be reached
 */
export async function openRedisQueue(redisUrl: string, log: Logger, retry: RetryPolicy = RETRY): Promise<JobQueue> {
  // Two connections: adding must fail soon while Redis is away, whereas workers wait for it to come back.
  const redis = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 1, commandTimeout: COMMAND_TIMEOUT });
  redis.on("error", (error) => log.warn({ err: error }, "the connection to Redis broke"));
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    const { hostname, port } = new URL(redisUrl);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot reach Redis on ${hostname}:${port || 6379}: ${reason}`, { cause: error });
  }
  const queue = new Queue(QUEUE, {
    prefix: PREFIX,
    connection: redis,
    defaultJobOptions: {
      attempts: retry.attempts,
      backoff: { type: "exponential", delay: retry.firstDelay },
      removeOnComplete: true,
      removeOnFail: { age: 7 * 24 * 3600, count: 1000 },
    },
  });
  queue.on("error", (error) => log.warn({ err: error }, "the queue's connection broke"));
  let worker: { readonly jobs: Worker; readonly redis: Redis } | null = null;

  return {
    async add(name, data) {
      await queue.add(name, data, { deduplication: { id: jobKey(name, data), keepLastIfActive: true } });
    },

    async work(handlers, concurrency) {
      const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
      connection.on("error", (error) => log.warn({ err: error }, "the worker's connection to Redis broke"));
      const handle = handlers as Record<string, (data: Jobs[JobName]) => Promise<void>>;
      const jobs = new Worker(
        QUEUE,
        async (job) => {
          const handler = handle[job.name];
          if (!handler) throw new Error(`no handler for the job ${job.name}: a newer version added it`);
          await handler(job.data);
        },
        { prefix: PREFIX, connection, concurrency, lockDuration: 60_000, maxStalledCount: retry.attempts },
      );
      jobs.on("error", (error) => log.warn({ err: error }, "the worker's connection broke"));
      jobs.on("failed", (job, error) => {
        const context = { err: error, job: job?.deduplicationId, attempt: job?.attemptsMade };
        if (job && job.attemptsMade < retry.attempts) log.warn(context, "job failed and will be tried again");
        else log.error(context, "job failed for the last time");
      });
      await jobs.waitUntilReady();
      worker = { jobs, redis: connection };
    },

    async depth() {
      const counts = await queue.getJobCounts("waiting", "active", "delayed");
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },

    async check() {
      await redis.ping();
    },

    async close() {
      if (worker) {
        await worker.jobs.close();
        worker.redis.disconnect();
      }
      await queue.close();
      redis.disconnect();
    },
  };
}
