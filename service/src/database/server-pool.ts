import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import pg from "pg";
import type { Logger } from "pino";
import { BOUNDS, outliveConnections, serverConnection } from "./server-connection.js";

const INT8 = 20;

/** Ids and counts stay below 2^53: numbers on every driver, instead of text on this one. */
const parsers: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === INT8 && format !== "binary" ? Number : pg.types.getTypeParser(oid, format as "text"),
};

/** @param queryTimeout how long a statement may take, in milliseconds; 0: for ever. @default 60 s */
export async function openServerPool(
  databaseUrl: string,
  ca: string | null,
  log: Logger,
  queryTimeout: number = BOUNDS.query_timeout,
): Promise<PostgresPool> {
  const pool = new pg.Pool({
    ...(await serverConnection(databaseUrl, ca)),
    ...BOUNDS,
    query_timeout: queryTimeout,
    types: parsers,
    max: 10,
    application_name: "coverstack",
  });
  outliveConnections(pool, log, "a database connection broke");
  return { connect: async () => distrustful(await pool.connect()), end: () => pool.end() };
}

/**
 * A client that is closed when it is given back after an error that is not the server's answer, such as a timeout: what
 * it was asked next would wait behind the question that was not answered.
 */
function distrustful(client: pg.PoolClient): PostgresPoolClient {
  let fault: Error | null = null;
  const query = async (text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    if (fault) throw fault;
    try {
      return (await client.query(text, [...parameters])) as PostgresQueryResult<unknown>;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) fault = error as Error;
      throw error;
    }
  };
  return { query, release: () => client.release(fault ?? undefined) } as PostgresPoolClient;
}
