import { setTimeout as sleep } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { ensureCommit, findCommit } from "../../src/database/commits.js";
import { failUpload, settleCommits } from "../../src/database/jobs.js";
import { migrate } from "../../src/database/migrate.js";
import { openDatabase } from "../../src/database/open.js";
import { ensureRepository } from "../../src/database/repositories.js";
import type { Database } from "../../src/database/schema.js";
import { createUpload } from "../../src/database/uploads.js";
import { openLog } from "../../src/observability/log.js";
import { parseUploadBody } from "../../src/uploads/parameters.js";
import { type PostgresServer, startPostgres } from "../support/postgres.js";

const SHA = "a".repeat(40);
const ACCOUNT = { receivedBytes: 0, expandedBytes: 0, reports: [], notes: [], milliseconds: 0 };

describe.runIf(realParts().postgres)("the state of a commit on PostgreSQL", () => {
  let server: PostgresServer;
  let db: Kysely<Database>;
  beforeAll(async () => {
    server = await startPostgres();
    const log = openLog({ logLevel: "silent" });
    ({ db } = await openDatabase({ databaseUrl: await server.createDatabase("settle"), dataDir: "" }, log));
    await migrate(db);
  });
  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  it("is settled by the later of two transactions that end its last uploads at once", async () => {
    const repository = await ensureRepository(db, { host: "github", owner: "o", name: "r" }, "main");
    const details = { sha: SHA, branch: "main", pullId: null, parentSha: null };
    const { id } = await ensureCommit(db, repository.id, details, { withToken: true });
    const upload = { commitId: id, details: parseUploadBody({}), acceptsJson: false };
    const good = await createUpload(db, upload, 9);
    const bad = await createUpload(db, upload, 9);
    await db.updateTable("uploads").set({ state: "uploaded" }).execute();

    let failing: Promise<boolean> | undefined;
    await db.transaction().execute(async (merging) => {
      await merging.updateTable("commits").set({ report_version: 1 }).where("id", "=", id).execute();
      failing = failUpload(db, { id: bad!.id, commitId: id }, "report_empty", ACCOUNT);
      while (!(await someoneWaits(db))) await sleep(10);
      await merging.updateTable("uploads").set({ state: "merged" }).where("id", "=", good!.id).execute();
      await settleCommits(merging, [id]);
    });
    await failing;
    expect((await findCommit(db, repository.id, SHA))?.state).toBe("complete");
  });
});

async function someoneWaits(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql`select from pg_locks where not granted`.execute(db);
  return rows.length > 0;
}
