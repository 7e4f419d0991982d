import type { PostgresPool } from "kysely";
import type { Logger } from "pino";
import type { EmbeddedPool } from "../database/embedded-pool.js";
import type { Settings } from "../settings/settings.js";
import { type JobQueue, RETRY } from "./job-queue.js";

/** On Redis where there is one; else in the database, whose `pool` is needed when it is embedded. */
export async function openQueue(
  { redisUrl, redisCa, databaseUrl, databaseCa }: Pick<Settings, "redisUrl" | "redisCa" | "databaseUrl" | "databaseCa">,
  pool: PostgresPool | EmbeddedPool,
  log: Logger,
): Promise<JobQueue> {
  if (redisUrl !== null) {
    const { openRedisQueue } = await import("./redis-queue.js");
    return openRedisQueue(redisUrl, log, RETRY, redisCa);
  }
  const { openEmbeddedQueue, openServerQueue } = await import("./postgres-queue.js");
  if ("onNotification" in pool) return openEmbeddedQueue(pool, log);
  if (databaseUrl !== null) return openServerQueue(databaseUrl, log, RETRY, databaseCa);
  throw new TypeError("a pool that is not embedded comes with the address of its server");
}
