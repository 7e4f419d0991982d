import type { PostgresPool } from "kysely";
import pg from "pg";
import type { Logger } from "pino";
import { outliveConnections, serverConnection } from "./server-connection.js";

const INT8 = 20;

/** Ids and counts stay below 2^53: numbers on every driver, instead of text on this one. */
const parsers: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === INT8 && format !== "binary" ? Number : pg.types.getTypeParser(oid, format as "text"),
};

export async function openServerPool(databaseUrl: string, ca: string | null, log: Logger): Promise<PostgresPool> {
  const pool = new pg.Pool({
    ...(await serverConnection(databaseUrl, ca)),
    types: parsers,
    max: 10,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: "coverstack",
  });
  outliveConnections(pool, log, "a database connection broke");
  return pool;
}
