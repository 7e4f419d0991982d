import type { ConnectionOptions } from "node:tls";
import { createRedisBackend } from "bullmq";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import { isAddress } from "../database/ssl-mode.js";
import { openBullmqQueue } from "./bullmq-queue.js";
import { type JobQueue, RETRY, type RetryPolicy } from "./job-queue.js";

/** How long an `add` may take while Redis does not answer, in milliseconds: a request waits for it. */
const COMMAND_TIMEOUT = 5_000;

/**
 * The queue that several processes share. `ca`: what the certificate of a `rediss://` server must descend from,
 * instead of a public CA.
 *
 * @throws Error when Redis cannot be reached
 */
export async function openRedisQueue(
  redisUrl: string,
  log: Logger,
  retry: RetryPolicy = RETRY,
  ca: string | null = null,
): Promise<JobQueue> {
  const trust = ca === null ? {} : { tls: trusting(ca, redisUrl) };
  const redis = new Redis(redisUrl, {
    ...trust,
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT,
  });
  // What `connect` rejects with says only that there is no connection.
  let cause: unknown;
  redis.on("error", (error) => {
    cause = error;
    log.warn({ err: error }, "the connection to Redis broke");
  });
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    const { hostname, port } = new URL(redisUrl);
    cause ??= error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`cannot reach Redis on ${hostname}:${port || 6379}: ${reason}`, { cause });
  }
  const connections = [redis];
  return openBullmqQueue(
    {
      backend: createRedisBackend,
      exclusive: false,
      connection: redis,
      workerConnection() {
        const connection = new Redis(redisUrl, { ...trust, maxRetriesPerRequest: null });
        connection.on("error", (error) => log.warn({ err: error }, "the worker's connection to Redis broke"));
        connections.push(connection);
        return connection;
      },
      async check() {
        await redis.ping();
      },
      async close() {
        for (const connection of connections) connection.disconnect();
      },
    },
    log,
    retry,
  );
}

function trusting(ca: string, redisUrl: string): ConnectionOptions {
  return { ca, ...(isAddress(new URL(redisUrl).hostname) ? { checkServerIdentity: () => undefined } : {}) };
}
