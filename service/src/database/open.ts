import { existsSync } from "node:fs";
import { join } from "node:path";
import { Kysely, PostgresDialect, type PostgresPool, sql } from "kysely";
import type { Logger } from "pino";
import type { Settings } from "../settings/settings.js";
import type { EmbeddedPool } from "./embedded-pool.js";
import type { Database } from "./schema.js";

const EMBEDDED = "database";

export interface OpenDatabase {
  readonly db: Kysely<Database>;
  /** What `db` runs on, and closes. */
  readonly pool: PostgresPool | EmbeddedPool;
}

/**
 * Opens the database that the settings name: a server, or the one embedded in the data folder, whose lock the caller
 * holds. Resolves once it answers.
 *
 * @param queryTimeout how long a server's answer is waited for, in milliseconds; 0: for ever. @default 60 s
 * @throws DatabaseUnreachableError, or Error when the embedded one is damaged
 */
export async function openDatabase(
  settings: Pick<Settings, "databaseUrl" | "dataDir"> & Partial<Pick<Settings, "databaseCa">>,
  log: Logger,
  queryTimeout?: number,
): Promise<OpenDatabase> {
  if (settings.databaseUrl === null) {
    return openEmbeddedDatabase(join(settings.dataDir, EMBEDDED));
  }
  const { openServerPool } = await import("./server-pool.js");
  try {
    const pool = await openServerPool(settings.databaseUrl, settings.databaseCa ?? null, log, queryTimeout);
    return { db: await connect(pool), pool };
  } catch (error) {
    throw new DatabaseUnreachableError(settings.databaseUrl, error);
  }
}

export function hasEmbeddedDatabase(dataDir: string): boolean {
  return existsSync(join(dataDir, EMBEDDED));
}

async function openEmbeddedDatabase(folder: string): Promise<OpenDatabase> {
  const { openEmbeddedPool } = await import("./embedded-pool.js");
  try {
    const pool = await openEmbeddedPool({ dataDir: folder });
    return { db: await connect(pool), pool };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the embedded database in ${folder} cannot be opened (${reason}): put a copy of it back, or move it away to begin anew`,
      { cause: error },
    );
  }
}

/** Kysely over a pool, which it closes with `destroy()`. Asks a first question: a pool that was never used stays open. */
export async function connect(pool: PostgresPool): Promise<Kysely<Database>> {
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql`select 1`.execute(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return db;
}

export class DatabaseUnreachableError extends Error {
  override readonly name = "DatabaseUnreachableError";
  constructor(databaseUrl: string, cause: unknown) {
    const { hostname, port, pathname } = new URL(databaseUrl);
    const reason = cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : String(cause);
    super(`cannot reach the database ${pathname.slice(1)} on ${hostname}:${port || 5432}: ${reason}`, { cause });
  }
}
