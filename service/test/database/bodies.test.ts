import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { giveUpBody } from "../../src/database/bodies.js";
import { ensureCommit } from "../../src/database/commits.js";
import { migrate } from "../../src/database/migrate.js";
import { openDatabase } from "../../src/database/open.js";
import { ensureRepository } from "../../src/database/repositories.js";
import type { Database } from "../../src/database/schema.js";
import { transplantUploads } from "../../src/database/transplants.js";
import { createUpload } from "../../src/database/uploads.js";
import { openLog } from "../../src/observability/log.js";
import { parseUploadBody } from "../../src/uploads/parameters.js";
import { type PostgresServer, startPostgres } from "../support/postgres.js";
import { until } from "../support/until.js";

describe.runIf(realParts().postgres)("the body of an upload on PostgreSQL", () => {
  let server: PostgresServer;
  let db: Kysely<Database>;
  beforeAll(async () => {
    server = await startPostgres();
    const log = openLog({ logLevel: "silent" });
    ({ db } = await openDatabase({ databaseUrl: await server.createDatabase("bodies"), dataDir: "" }, log));
    await migrate(db);
  });
  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  it("is kept for a commit that is given it at the moment at which it would be deleted", async () => {
    const repository = await ensureRepository(db, { host: "github", owner: "o", name: "r" }, "main");
    const details = { branch: "main", pullId: null, parentSha: null };
    const from = await ensureCommit(db, repository.id, { ...details, sha: "a".repeat(40) }, { withToken: true });
    const to = await ensureCommit(db, repository.id, { ...details, sha: "b".repeat(40) }, { withToken: true });
    const upload = await createUpload(db, { commitId: from.id, details: parseUploadBody({}), acceptsJson: false }, 9);
    const { id } = upload!;
    await db.updateTable("uploads").set({ state: "processed" }).where("id", "=", id).execute();

    // A row in the place of the one that is about to be given keeps the transplant waiting in its midst.
    const place = { external_id: randomUUID(), commit_id: to.id, session: 0, flags: [], upload_key: "k" };
    let given: ReturnType<typeof transplantUploads> | undefined;
    let deleting: Promise<boolean> | undefined;
    const withdrawn = db.transaction().execute(async (holding) => {
      await holding
        .insertInto("uploads")
        .values({ ...place, state: "started" })
        .execute();
      given = transplantUploads(db, from.id, to.id, 9);
      await until(async () => (await waiting(db)) === 1);
      deleting = giveUpBody(db, id);
      await until(async () => (await waiting(db)) === 2);
      throw new Error("withdrawn");
    });
    await expect(withdrawn).rejects.toThrow("withdrawn");
    expect((await given)?.toProcess).toHaveLength(1);
    expect(await deleting).toBe(false);
  });
});

async function waiting(db: Kysely<Database>): Promise<number> {
  return (await sql`select from pg_locks where not granted`.execute(db)).rows.length;
}
