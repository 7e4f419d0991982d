import type { Logger } from "pino";
import type { Settings } from "../settings/settings.js";
import type { JobQueue } from "./job-queue.js";
import { openMemoryQueue } from "./memory-queue.js";

/** On Redis where there is one; else in memory, for a service that is a single process. */
export async function openQueue({ redisUrl }: Pick<Settings, "redisUrl">, log: Logger): Promise<JobQueue> {
  if (redisUrl === null) return openMemoryQueue(log);
  const { openRedisQueue } = await import("./redis-queue.js");
  return openRedisQueue(redisUrl, log);
}
