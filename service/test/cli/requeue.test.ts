import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { requeueGivenUp } from "../../src/database/jobs.js";
import { migrate } from "../../src/database/migrate.js";
import { openDatabase } from "../../src/database/open.js";
import type { Database } from "../../src/database/schema.js";
import { openLog } from "../../src/observability/log.js";
import { sweep } from "../../src/processing/sweep.js";
import { openRedisQueue } from "../../src/queue/redis-queue.js";
import { openFolderStore } from "../../src/storage/folder-store.js";
import { openTestServer, processUploads, sha, type TestServer, upload } from "../http/open-test-server.js";
import { startPostgres } from "../support/postgres.js";
import { startRedis } from "../support/redis.js";
import { prepareDataFolder, startProgram, startRole } from "../support/running-service.js";
import { insertCommit, insertUpload } from "../support/sample-uploads.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("uploads that were given up in an outage", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openTestServer();
  });
  afterAll(() => server.close());

  it("are processed once they are queued again, and no others are", async () => {
    const { db } = server.service;
    await upload(server, sha(1), "SF:a.ts\nDA:1,1\nend_of_record\n");
    await upload(server, sha(2), "nothing that anybody reads");
    await processUploads(server);
    await db
      .updateTable("uploads")
      .set({ state: "error", error: "processing_failed", attempts: 8 })
      .where("state", "=", "merged")
      .execute();

    expect(await requeueGivenUp(db)).toEqual([{ id: expect.any(Number), sha: sha(1) }]);
    await sweep(server.service, 0);
    await processUploads(server);
    const states = await db.selectFrom("uploads").select(["state", "error"]).orderBy("id").execute();
    expect(states).toEqual([
      { state: "merged", error: null },
      { state: "error", error: "unsupported_file_format" },
    ]);
    expect(await requeueGivenUp(db)).toEqual([]);
  });
});

async function run(data: string, environment: NodeJS.ProcessEnv = {}) {
  const program = startProgram(["requeue", "--data", data], environment);
  const code = await program.exit;
  return { code, said: program.lines.join("\n") + program.stderr() };
}

describe("the command requeue", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "coverstack-requeue-"));
    await prepareDataFolder(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("says how many it found, and who is in its way", async () => {
    const service = await startRole("all", folder);
    expect(await run(folder)).toMatchObject({ code: 1, said: expect.stringMatching(/is in use by process/) });
    service.process.kill("SIGTERM");
    await service.exit;
    expect(await run(folder)).toEqual({
      code: 0,
      said: "coverstack: 0 uploads wait to be processed again, which the service does when it starts",
    });
  });

  it("makes no database in a folder that has none", async () => {
    const slip = join(folder, "slip");
    expect(await run(slip)).toEqual({
      code: 1,
      said:
        `coverstack: there is no database in ${slip}: give the service's folder by --data, or its database server by ` +
        "SERVICES__DATABASE_URL\n",
    });
    expect(existsSync(slip)).toBe(false);
  });
});

describe.runIf(realParts().postgres && realParts().redis)("the command requeue, on servers", () => {
  const data = temporaryFolder();
  const log = openLog({ logLevel: "silent" });
  const stops: (() => Promise<unknown>)[] = [];
  let databaseUrl: string;
  let redisUrl: string;
  let db: Kysely<Database>;
  beforeAll(async () => {
    const [database, redis] = await Promise.all([startPostgres(), startRedis()]);
    databaseUrl = await database.createDatabase("coverage");
    redisUrl = redis.url;
    ({ db } = await openDatabase({ databaseUrl, dataDir: data }, log));
    stops.push(() => db.destroy(), redis.stop, database.stop);
    await migrate(db);
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  async function giveUp(): Promise<void> {
    const commit = await insertCommit({ db });
    const { id } = await insertUpload({ db, objects: openFolderStore(data) }, commit.id, null);
    await db.updateTable("uploads").set({ state: "error", error: "processing_failed" }).where("id", "=", id).execute();
  }

  it("adds the jobs to Redis, where it knows of one", async () => {
    await giveUp();
    const environment = { SERVICES__DATABASE_URL: databaseUrl, SERVICES__REDIS_URL: redisUrl };
    expect(await run(data, environment)).toEqual({
      code: 0,
      said: "coverstack: 1 uploads wait to be processed again, and the queue has their jobs",
    });
    const queue = await openRedisQueue(redisUrl, log);
    expect(await queue.depth()).toBe(1);
    await queue.close();
  });

  it("leaves them to the workers' search where it knows of none", async () => {
    await giveUp();
    const environment = { SERVICES__DATABASE_URL: databaseUrl, WORKER__TAKEOVER_SECONDS: "30" };
    expect(await run(data, environment)).toEqual({
      code: 0,
      said:
        "coverstack: 1 uploads wait to be processed again: workers find them within about 60 seconds while the queue " +
        "is empty, else within about a quarter of an hour",
    });
  });
});
