import { EventEmitter } from "node:events";
import { createPostgresBackend, type PostgresConnectionOptions, runMigrations } from "bullmq";
import type { PostgresPoolClient, PostgresQueryResult } from "kysely";
import pg from "pg";
import type { Logger } from "pino";
import type { EmbeddedPool } from "../database/embedded-pool.js";
import { BOUNDS, outliveConnections, serverConnection } from "../database/server-connection.js";
import { openBullmqQueue } from "./bullmq-queue.js";
import { type JobQueue, RETRY, type RetryPolicy } from "./job-queue.js";

/** BullMQ's own tables: beside the service's, which stand in `public`. */
const SCHEMA = "bullmq";

/** The queue of a service that is one process: in the embedded database, beside its rows. */
export async function openEmbeddedQueue(
  pool: EmbeddedPool,
  log: Logger,
  retry: RetryPolicy = RETRY,
): Promise<JobQueue> {
  const client = await pool.connect();
  try {
    await migrate(client);
    // For the one session that there is. No name is in both schemas.
    await client.query(`set search_path to public, ${SCHEMA}`, []);
  } finally {
    client.release();
  }
  const session = new SharedSession(pool);
  return openPostgresQueue(session, { exclusive: true, close: async () => {} }, log, retry);
}

/** The queue on a database server, where there is no Redis. */
export async function openServerQueue(
  databaseUrl: string,
  log: Logger,
  retry: RetryPolicy = RETRY,
  ca: string | null = null,
): Promise<JobQueue> {
  const pool = new pg.Pool({
    ...(await serverConnection(databaseUrl, ca)),
    options: `-c search_path=${SCHEMA}`,
    ...BOUNDS,
    max: 5,
    application_name: "coverstack queue",
  });
  outliveConnections(pool, log, "a connection of the queue broke");
  try {
    const client = await pool.connect();
    await migrate(client).finally(() => client.release());
  } catch (error) {
    await pool.end();
    throw error;
  }
  return openPostgresQueue(pool, { exclusive: false, close: () => pool.end() }, log, retry);
}

async function migrate(client: Pick<PostgresPoolClient, "query">): Promise<void> {
  await runMigrations({ query: (text, parameters = []) => client.query<never>(text, parameters) }, SCHEMA);
}

function openPostgresQueue(
  pool: SharedSession | pg.Pool,
  { exclusive, close }: { readonly exclusive: boolean; readonly close: () => Promise<void> },
  log: Logger,
  retry: RetryPolicy,
): Promise<JobQueue> {
  // It takes a pool of `pg` as it is, but its type for one asks for more than pg's own types say.
  const connection = pool as PostgresConnectionOptions & typeof pool;
  const check = async () => void (await pool.query("select 1"));
  const workerConnection = () => connection;
  return openBullmqQueue(
    { backend: createPostgresBackend, exclusive, connection, workerConnection, check, close },
    log,
    retry,
  );
}

/**
 * What BullMQ takes for a `pg` pool. Each query takes its turn on the one session, so that none ends up inside of
 * another's transaction; a client for LISTEN thus keeps nobody waiting.
 */
class SharedSession extends EventEmitter {
  readonly #pool: EmbeddedPool;

  constructor(pool: EmbeddedPool) {
    super();
    this.#pool = pool;
  }

  async query(text: string, parameters: readonly unknown[] = []): Promise<PostgresQueryResult<never>> {
    const client = await this.#pool.connect();
    try {
      return await client.query<never>(text, parameters);
    } finally {
      client.release();
    }
  }

  async connect(): Promise<SharedSession & { release(): void }> {
    const session = new SharedSession(this.#pool);
    const stop = this.#pool.onNotification((channel, payload) => session.emit("notification", { channel, payload }));
    return Object.assign(session, { release: stop });
  }

  /** The pool belongs to whoever opened the database. */
  async end(): Promise<void> {}
}
