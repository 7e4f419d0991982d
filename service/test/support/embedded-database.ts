import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import type { Kysely } from "kysely";
import { type EmbeddedPool, openEmbeddedPool } from "../../src/database/embedded-pool.js";
import { migrate } from "../../src/database/migrate.js";
import { connect } from "../../src/database/open.js";
import type { Database } from "../../src/database/schema.js";

const CACHE = fileURLToPath(new URL("../../../node_modules/.cache/coverstack/", import.meta.url));

/**
 * An embedded database in memory, migrated. Making an empty one costs seconds of initdb, so that one is kept between
 * runs and copied.
 */
export async function openTestDatabase(): Promise<{ readonly db: Kysely<Database>; readonly pool: EmbeddedPool }> {
  const pool = await openEmbeddedPool({ loadDataDir: await emptyDatabase() });
  const db = await connect(pool);
  await migrate(db);
  return { db, pool };
}

/** A dump of a database without tables. */
export async function emptyDatabase(): Promise<Blob> {
  const manifest = fileURLToPath(new URL("../package.json", import.meta.resolve("@electric-sql/pglite")));
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  const path = join(CACHE, `empty-database-${version}.tar.gz`);
  if (existsSync(path)) return new Blob([await readFile(path)]);
  const lite = await PGlite.create();
  const dump = await lite.dumpDataDir("gzip");
  await lite.close();
  await mkdir(CACHE, { recursive: true });
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, Buffer.from(await dump.arrayBuffer()));
  await rename(own, path);
  return dump;
}
