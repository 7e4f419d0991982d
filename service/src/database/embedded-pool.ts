import { PGlite, type PGliteOptions, types } from "@electric-sql/pglite";
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";

/** How long a query waits for the one connection before it gives up, in milliseconds. */
const PATIENCE = 30_000;

export interface EmbeddedPool extends PostgresPool {
  /** Hears of every NOTIFY on the channels that were listened to. Returns how to stop. */
  onNotification(listener: (channel: string, payload: string) => void): () => void;
}

/**
 * PostgreSQL inside this process, in the shape of a `pg` pool.
 *
 * There is one session, so there is one connection: whoever holds it (for a query, or for a transaction) has the
 * database to itself and the others wait in line. A query outside a transaction that is awaited inside of it can thus
 * never run; it fails after `PATIENCE` instead of waiting for ever.
 */
export async function openEmbeddedPool(options: PGliteOptions): Promise<EmbeddedPool> {
  const lite = await PGlite.create({ ...options, parsers: { [types.INT8]: Number } });
  const line = new Line();
  const query = async (text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
    // As in `pg`: only what has no parameters may be several statements.
    const results = parameters.length > 0 ? [await lite.query(text, [...parameters])] : await lite.exec(text);
    const { rows = [], affectedRows } = results.at(-1) ?? {};
    // Kysely asks the command only to know whether rows were counted: here they always are.
    return { command: "UPDATE", rowCount: affectedRows ?? 0, rows };
  };
  return {
    async connect() {
      const release = await line.enter();
      return { query, release } as PostgresPoolClient;
    },
    async end() {
      const release = await line.enter();
      await lite.close();
      release();
    },
    onNotification: (listener) => lite.onNotification(listener),
  };
}

/** A mutex that serves in order of arrival. */
class Line {
  #last: Promise<void> = Promise.resolve();

  async enter(): Promise<() => void> {
    const before = this.#last;
    let leave = () => {};
    this.#last = new Promise((resolve) => {
      leave = resolve;
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the embedded database was busy for ${PATIENCE / 1000} s`)), PATIENCE);
    });
    try {
      await Promise.race([before, late]);
    } catch (error) {
      void before.then(leave);
      throw error;
    } finally {
      clearTimeout(timer);
    }
    return leave;
  }
}
