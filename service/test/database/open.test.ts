import { setTimeout as sleep } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { migrate, SchemaError, waitForSchema } from "../../src/database/migrate.js";
import { openDatabase } from "../../src/database/open.js";
import type { Database } from "../../src/database/schema.js";
import { openLog } from "../../src/observability/log.js";
import { openTestDatabase } from "../support/embedded-database.js";
import { type PostgresServer, startPostgres } from "../support/postgres.js";

const log = openLog({ logLevel: "silent" });

describe("the embedded database", () => {
  contract(async () => (await openTestDatabase()).db);
});

describe.runIf(realParts().postgres)("a database server", () => {
  let server: PostgresServer;
  let databases = 0;
  const open = async () => {
    const databaseUrl = await server.createDatabase(`test${databases++}`);
    return (await openDatabase({ databaseUrl, dataDir: "" }, log)).db;
  };
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  contract(async () => {
    const db = await open();
    await migrate(db);
    return db;
  });

  it("is migrated once by several that start at once, while others wait for that", async () => {
    const databaseUrl = await server.createDatabase("shared");
    const opened = await Promise.all([1, 2, 3].map(() => openDatabase({ databaseUrl, dataDir: "" }, log)));
    const dbs = opened.map(({ db }) => db);
    const waiting = waitForSchema(dbs[0], 20_000, log);
    const ran = await Promise.all(dbs.map(migrate));
    expect(ran.flat()).toEqual([
      "0001-uploads-and-reports",
      "0002-attachments-and-pulls",
      "0003-yaml-and-carryforward",
      "0004-given-up-uploads",
      "0005-bodies-of-uploads",
      "0006-commits-by-diff-base",
      "0007-commits-without-token",
    ]);
    await waiting;
    for (const db of dbs) await db.destroy();
  });

  it("without migrations is refused by those that do not migrate, with the names and the way out", async () => {
    const db = await open();
    await expect(waitForSchema(db, 10, log)).rejects.toThrow(
      new SchemaError(
        "the database lacks 0001-uploads-and-reports, 0002-attachments-and-pulls, 0003-yaml-and-carryforward, 0004-given-up-uploads, 0005-bodies-of-uploads, 0006-commits-by-diff-base, 0007-commits-without-token: run this version's role migrate first",
      ),
    );
    await db.destroy();
  });

  it("that ends a connection amid a transaction fails that transaction alone", async () => {
    const db = await open();
    const broken = db.transaction().execute(async (transaction) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
      await sql`select pg_terminate_backend(${rows[0].pid})`.execute(db);
      await sleep(100);
      await sql`select 1`.execute(transaction);
    });
    await expect(broken).rejects.toThrow();
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
    await db.destroy();
  });

  it("that cannot be reached is named without its password", async () => {
    const opening = openDatabase({ databaseUrl: "postgres://cover:hush@127.0.0.1:1/cover", dataDir: "" }, log);
    await expect(opening).rejects.toThrow(/^cannot reach the database cover on 127\.0\.0\.1:1: .*ECONNREFUSED/);
    await expect(opening).rejects.not.toThrow(/hush/);
  });
});

function contract(open: () => Promise<Kysely<Database>>) {
  let db: Kysely<Database>;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.destroy());
  beforeEach(() => sql`truncate owners restart identity cascade`.execute(db));

  it("gives ids and counts as numbers, times as dates, lists and JSON as such", async () => {
    const { repositoryId } = await insertRepository(db);
    const commit = await db
      .insertInto("commits")
      .values({
        repository_id: repositoryId,
        sha: "a",
        state: "pending",
        totals: JSON.stringify({ files: 1 }) as never,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    expect(commit).toMatchObject({ id: expect.any(Number), totals: { files: 1 }, created_at: expect.any(Date) });
    const upload = await db
      .insertInto("uploads")
      .values({
        external_id: "9a1f8a3e-0b1c-4f6e-8d2a-3c4b5d6e7f80",
        commit_id: commit.id,
        session: 0,
        state: "started",
        flags: ['a "quoted", one', "b"],
        env: JSON.stringify({ OS: "linux" }),
        upload_key: "uploads/x",
      })
      .returning(["flags", "env", "external_id", "attempts"])
      .executeTakeFirstOrThrow();
    expect(upload).toEqual({
      flags: ['a "quoted", one', "b"],
      env: { OS: "linux" },
      external_id: "9a1f8a3e-0b1c-4f6e-8d2a-3c4b5d6e7f80",
      attempts: 0,
    });
    const counted = await db.selectFrom("uploads").select(db.fn.countAll().as("n")).executeTakeFirstOrThrow();
    expect(counted.n).toBe(1);
    const big = await sql<{ n: number }>`select 5000000000::bigint as n`.execute(db);
    expect(big.rows).toEqual([{ n: 5_000_000_000 }]);
  });

  it("runs 20 transactions at once, each whole or not at all", async () => {
    const { repositoryId } = await insertRepository(db);
    const run = (n: number) =>
      db.transaction().execute(async (transaction) => {
        for (let i = 0; i < 5; i++) {
          await transaction
            .insertInto("commits")
            .values({ repository_id: repositoryId, sha: `${n}-${i}`, state: "pending" })
            .execute();
          await sleep(1);
        }
        if (n % 2 === 1) throw new Error("rolled back");
      });
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => run(n)));
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(10);
    const shas = await db.selectFrom("commits").select("sha").execute();
    expect(shas).toHaveLength(50);
    expect(shas.every(({ sha }) => Number(sha.split("-")[0]) % 2 === 0)).toBe(true);
  });

  it("loses no increment of 20 at once", async () => {
    const { repositoryId } = await insertRepository(db);
    const { id } = await insertCommit(db, repositoryId, "a");
    const claims = await Promise.all(
      Array.from({ length: 20 }, () =>
        db
          .updateTable("commits")
          .set((eb) => ({ next_session: eb("next_session", "+", 1) }))
          .where("id", "=", id)
          .returning("next_session")
          .executeTakeFirstOrThrow(),
      ),
    );
    expect(claims.map(({ next_session }) => next_session).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
  });

  it("tells how many rows an update met", async () => {
    const { repositoryId } = await insertRepository(db);
    const rename = (id: number) =>
      db.updateTable("repositories").set({ name: "new" }).where("id", "=", id).executeTakeFirst();
    expect((await rename(repositoryId)).numUpdatedRows).toBe(1n);
    expect((await rename(-1)).numUpdatedRows).toBe(0n);
  });

  it("names the constraint that a second row of its kind breaks", async () => {
    const { ownerId, repositoryId } = await insertRepository(db);
    await insertCommit(db, repositoryId, "a");
    await expect(insertCommit(db, repositoryId, "a")).rejects.toMatchObject({
      code: "23505",
      constraint: "commits_repository_sha",
    });
    const again = db.insertInto("owners").values({ service: "github", username: "JANE" }).execute();
    await expect(again).rejects.toMatchObject({ code: "23505", constraint: "owners_service_username" });
    await db.insertInto("owners").values({ service: "gitlab", username: "jane" }).execute();
    const twice = db
      .insertInto("repositories")
      .values({ ...repository(ownerId), upload_token: "u2" })
      .execute();
    await expect(twice).rejects.toMatchObject({ code: "23505", constraint: "repositories_owner_name" });
  });

  it("goes on after an error in a transaction", async () => {
    await expect(
      db.transaction().execute(async (transaction) => {
        await sql`select nonsense`.execute(transaction);
      }),
    ).rejects.toThrow(/nonsense/);
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
  });
}

function repository(ownerId: number) {
  return { owner_id: ownerId, name: "shop", default_branch: "main", upload_token: "u", image_token: "i" };
}

async function insertRepository(db: Kysely<Database>) {
  const owner = await db
    .insertInto("owners")
    .values({ service: "github", username: "jane" })
    .returning("id")
    .executeTakeFirstOrThrow();
  const { id } = await db
    .insertInto("repositories")
    .values(repository(owner.id))
    .returning("id")
    .executeTakeFirstOrThrow();
  return { ownerId: owner.id, repositoryId: id };
}

function insertCommit(db: Kysely<Database>, repositoryId: number, sha: string) {
  return db
    .insertInto("commits")
    .values({ repository_id: repositoryId, sha, state: "pending" })
    .returning("id")
    .executeTakeFirstOrThrow();
}
