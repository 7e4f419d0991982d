import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import { openCiTokens } from "../../src/git-hosts/ci-tokens.js";
import { openLog } from "../../src/observability/log.js";
import { openMetrics } from "../../src/observability/open-metrics.js";
import { RETRY } from "../../src/queue/job-queue.js";
import { openEmbeddedQueue } from "../../src/queue/postgres-queue.js";
import type { Service } from "../../src/service.js";
import { DEFAULT_LIMITS, DEFAULT_TAKEOVER_SECONDS, DEFAULT_UPLOADS_PER_COMMIT } from "../../src/settings/defaults.js";
import type { Settings } from "../../src/settings/settings.js";
import { openFolderStore } from "../../src/storage/folder-store.js";
import { openTestDatabase } from "./embedded-database.js";

/** As often as in earnest, without the waiting. */
export const FAST_RETRY = { ...RETRY, firstDelay: 1 };

export interface TestService extends Service {
  close(): Promise<void>;
}

type Parts = Pick<Service, "db" | "objects" | "queue">;

/**
 * A whole service on real parts: a database of its own, objects in a temporary folder, a queue that nobody works on
 * until the test calls `queue.work`; or on the `parts` given, which it closes. Open it once per file (seconds).
 */
export async function openTestService(overrides: Partial<Settings> = {}, parts?: Parts): Promise<TestService> {
  const folder = await mkdtemp(join(tmpdir(), "coverstack-test-"));
  const settings = testSettings(folder, overrides);
  const log = openLog(settings);
  const { db, objects, queue } = parts ?? (await embeddedParts(folder, log));
  const ciTokens = openCiTokens(settings);
  const service: Service = { settings, db, objects, queue, ciTokens, log, metrics: openMetrics(settings, log) };
  return {
    ...service,
    async close() {
      await service.queue.close();
      await service.metrics.close();
      await service.db.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function embeddedParts(folder: string, log: Logger): Promise<Parts> {
  const { db, pool } = await openTestDatabase();
  const queue = await openEmbeddedQueue(pool, log, FAST_RETRY);
  return { db, queue, objects: openFolderStore(join(folder, "objects")) };
}

export function testSettings(folder: string, overrides: Partial<Settings> = {}): Settings {
  return {
    publicUrl: "http://127.0.0.1:8080",
    host: "127.0.0.1",
    port: 0,
    dataDir: folder,
    openAccess: false,
    uploadsWithoutToken: "never",
    signingSecret: "a secret of the tests",
    uploadsPerCommit: DEFAULT_UPLOADS_PER_COMMIT,
    databaseUrl: null,
    databaseCa: null,
    redisUrl: null,
    redisCa: null,
    objects: { kind: "folder", folder: join(folder, "objects") },
    site: null,
    takeoverSeconds: DEFAULT_TAKEOVER_SECONDS,
    gitHosts: { github: { url: "https://github.com", globalUploadToken: null } },
    limits: DEFAULT_LIMITS,
    statsd: null,
    logLevel: "silent",
    ...overrides,
  };
}
