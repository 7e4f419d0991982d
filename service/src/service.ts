import type { Kysely } from "kysely";
import type { Logger } from "pino";
import type { Database } from "./database/schema.js";
import type { CiTokens } from "./git-hosts/ci-tokens.js";
import type { Metrics } from "./observability/metrics.js";
import type { JobQueue } from "./queue/job-queue.js";
import type { Settings } from "./settings/settings.js";
import type { ObjectStore } from "./storage/object-store.js";

/** The parts that talk to the world, chosen once at start-up and passed to whoever needs them. */
export interface Service {
  readonly settings: Settings;
  readonly db: Kysely<Database>;
  readonly objects: ObjectStore;
  readonly queue: JobQueue;
  readonly ciTokens: CiTokens;
  readonly log: Logger;
  readonly metrics: Metrics;
}
