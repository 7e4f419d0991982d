import { setTimeout as sleep } from "node:timers/promises";
import { type Kysely, Migrator } from "kysely";
import type { Logger } from "pino";
import { uploadsAndReports } from "./migrations/0001-uploads-and-reports.js";
import { attachmentsAndPulls } from "./migrations/0002-attachments-and-pulls.js";
import { yamlAndCarryforward } from "./migrations/0003-yaml-and-carryforward.js";
import { givenUpUploads } from "./migrations/0004-given-up-uploads.js";
import { bodiesOfUploads } from "./migrations/0005-bodies-of-uploads.js";
import { commitsByDiffBase } from "./migrations/0006-commits-by-diff-base.js";
import { commitsWithoutToken } from "./migrations/0007-commits-without-token.js";
import type { Database } from "./schema.js";

/** In the order in which they run. A migration that was released is never changed. */
const MIGRATIONS = {
  "0001-uploads-and-reports": uploadsAndReports,
  "0002-attachments-and-pulls": attachmentsAndPulls,
  "0003-yaml-and-carryforward": yamlAndCarryforward,
  "0004-given-up-uploads": givenUpUploads,
  "0005-bodies-of-uploads": bodiesOfUploads,
  "0006-commits-by-diff-base": commitsByDiffBase,
  "0007-commits-without-token": commitsWithoutToken,
};

/**
 * Brings the schema up to date; several processes may do so at once. Resolves to the names of what it ran.
 *
 * @throws SchemaError when a migration fails: the schema is then as it was before
 */
export async function migrate(db: Kysely<Database>): Promise<string[]> {
  const { error, results } = await migrator(db).migrateToLatest();
  if (error) {
    const failed = results?.find((result) => result.status === "Error");
    const which = failed ? `migration ${failed.migrationName}` : "migrating the database";
    throw new SchemaError(`${which} failed: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  return (results ?? []).map((result) => result.migrationName);
}

/**
 * Waits until another process has migrated the schema. A schema that is newer than this version is accepted: old and
 * new versions serve side by side while a new one is rolled out.
 *
 * @throws SchemaError when migrations are still missing after `patience` milliseconds
 */
export async function waitForSchema(db: Kysely<Database>, patience: number, log: Logger): Promise<void> {
  const deadline = Date.now() + patience;
  for (let round = 0; ; round++) {
    const migrations = await migrator(db).getMigrations();
    const missing = migrations.filter(({ executedAt }) => !executedAt).map(({ name }) => name);
    if (missing.length === 0) return;
    if (Date.now() >= deadline) {
      throw new SchemaError(`the database lacks ${missing.join(", ")}: run this version's role migrate first`);
    }
    if (round === 0) log.info({ missing }, "waiting for another process to migrate the database");
    await sleep(Math.min(1000, patience));
  }
}

export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

function migrator(db: Kysely<Database>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
}
