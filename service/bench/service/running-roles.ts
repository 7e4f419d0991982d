import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { UploadState } from "#service/database/schema.js";
import type { Totals } from "#service/report/totals.js";
import { realParts } from "../../../test/support/real-parts.js";
import { startPostgres } from "../../test/support/postgres.js";
import { startRedis } from "../../test/support/redis.js";
import { migrate, RoleProcess } from "./role-process.js";

export const TOKEN = "token-of-the-measurement";

/** The roles api and worker as processes of their own, on a PostgreSQL, a Redis and a folder of their own. */
export interface RunningRoles {
  readonly api: RoleProcess;
  readonly worker: RoleProcess;
  /** Of the data folder that they share. */
  readonly folder: string;
  /** How many uploads are in one of those states. */
  uploadsIn(...states: readonly UploadState[]): Promise<number>;
  /** Totals of those commits that have some. */
  totalsOf(shas: readonly string[]): Promise<readonly { readonly sha: string; readonly totals: Totals }[]>;
  stop(): Promise<void>;
}

/** What the machine lacks for them, or null. */
export function missingServers(): string | null {
  const { postgres, redis } = realParts();
  const missing = [...(postgres ? [] : ["PostgreSQL"]), ...(redis ? [] : ["Redis"])];
  return missing.length === 0 ? null : missing.join(" and ");
}

export async function startRoles(parent: string): Promise<RunningRoles> {
  const folder = mkdtempSync(join(parent, "service-"));
  const [postgres, redis] = await Promise.all([startPostgres(undefined, { durable: true }), startRedis()]);
  const stops = [postgres.stop, redis.stop];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const databaseUrl = await postgres.createDatabase("coverage");
    const environment = {
      SERVICES__DATABASE_URL: databaseUrl,
      SERVICES__REDIS_URL: redis.url,
      SETUP__HTTP__COOKIE_SECRET: "secret of the measurement",
      GITHUB__GLOBAL_UPLOAD_TOKEN: TOKEN,
    };
    await migrate(folder, environment);
    const worker = await RoleProcess.start("worker", folder, environment);
    stops.push(() => worker.stop());
    const api = await RoleProcess.start("api", folder, environment);
    stops.push(() => api.stop());
    const database = new pg.Client(databaseUrl);
    await database.connect();
    stops.push(() => database.end());
    return {
      api,
      worker,
      folder,
      async uploadsIn(...states) {
        const { rows } = await database.query("select count(*) from uploads where state = any($1)", [states]);
        return Number(rows[0].count);
      },
      async totalsOf(shas) {
        const query = "select sha, totals from commits where sha = any($1) and totals is not null";
        return (await database.query(query, [shas])).rows;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
