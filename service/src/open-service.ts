import { mkdir } from "node:fs/promises";
import type { Logger } from "pino";
import { lockDataFolder } from "./database/data-folder-lock.js";
import { migrate, waitForSchema } from "./database/migrate.js";
import { type OpenDatabase, openDatabase } from "./database/open.js";
import { openCiTokens } from "./git-hosts/ci-tokens.js";
import { openMetrics } from "./observability/open-metrics.js";
import { openQueue } from "./queue/open.js";
import type { Releasers } from "./releasers.js";
import type { RoleDuties } from "./roles.js";
import type { Service } from "./service.js";
import type { Settings } from "./settings/settings.js";
import { openObjectStore } from "./storage/open.js";

/** How long a process waits for another one to migrate the database, in milliseconds. */
const MIGRATION_PATIENCE = 60_000;

/** Opens the parts of a service; what was opened until then is among the releasers also when it throws. */
export async function openService(
  role: RoleDuties,
  settings: Settings,
  log: Logger,
  releasers: Releasers,
): Promise<Service> {
  const { db, pool } = await openMigratedDatabase(role, settings, log, releasers);
  const objects = await openObjectStore(settings);
  const metrics = openMetrics(settings, log);
  releasers.add(() => metrics.close());
  const queue = await openQueue(settings, pool, log);
  releasers.add(() => queue.close());
  return { settings, db, objects, queue, ciTokens: openCiTokens(settings), log, metrics };
}

export async function openMigratedDatabase(
  role: RoleDuties,
  settings: Settings,
  log: Logger,
  releasers: Releasers,
): Promise<OpenDatabase> {
  await mkdir(settings.dataDir, { recursive: true });
  if (settings.databaseUrl === null) {
    const lock = await lockDataFolder(settings.dataDir);
    releasers.add(() => lock.release());
  }
  if (role.migrates && settings.databaseUrl !== null) await migrateServer(settings, log);
  const database = await openDatabase(settings, log);
  const { db } = database;
  releasers.add(() => db.destroy());
  if (!role.migrates) await waitForSchema(db, MIGRATION_PATIENCE, log);
  else if (settings.databaseUrl === null) await logged(migrate(db), log);
  return database;
}

/** On connections of its own: a migration of much data, or the wait for another process's, takes as long as it takes. */
async function migrateServer(settings: Settings, log: Logger): Promise<void> {
  const { db } = await openDatabase(settings, log, 0);
  await logged(migrate(db), log).finally(() => db.destroy());
}

async function logged(migrations: Promise<readonly string[]>, log: Logger): Promise<void> {
  for (const name of await migrations) log.info({ migration: name }, "database migrated");
}
