import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { connect as connectKysely } from "../../src/database/open.js";
import { openServerPool } from "../../src/database/server-pool.js";
import { openLog } from "../../src/observability/log.js";
import { type PostgresServer, startPostgres } from "../support/postgres.js";

const QUERY_TIMEOUT = 300;
const log = openLog({ logLevel: "silent" });

/** Passes bytes on to a server, until the one behind it vanishes without a word. */
async function startPath(to: URL) {
  const pairs: Socket[][] = [];
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    pairs.push([near, far]);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(to);
  url.port = `${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    vanish() {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
      }
    },
    stop() {
      for (const socket of pairs.flat()) socket.destroy();
      server.close();
    },
  };
}

describe.runIf(realParts().postgres)("connections to a database server", () => {
  let server: PostgresServer;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase("coverage");
  });
  afterAll(() => server.stop());

  async function open() {
    const path = await startPath(new URL(url));
    const db = await connectKysely(await openServerPool(path.url, null, log, QUERY_TIMEOUT));
    onTestFinished(async () => {
      path.stop();
      await db.destroy();
    });
    return { db, path };
  }

  it("are given up when the server vanishes, and the next query gets another", async () => {
    const { db, path } = await open();
    path.vanish();
    await expect(sql`select 1`.execute(db)).rejects.toThrow("Query read timeout");
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  });

  it("are given up at once in the midst of a transaction", async () => {
    const { db, path } = await open();
    const started = performance.now();
    const transaction = db.transaction().execute(async (inside) => {
      path.vanish();
      await sql`select 1`.execute(inside);
    });
    await expect(transaction).rejects.toThrow("Query read timeout");
    expect(performance.now() - started).toBeLessThan(2 * QUERY_TIMEOUT);
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  });

  it("stay after an error that the server told", async () => {
    const { db } = await open();
    const pid = async () => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0].pid;
    const before = await pid();
    await expect(sql`select nothing`.execute(db)).rejects.toThrow(/nothing/);
    expect(await pid()).toBe(before);
  });
});
