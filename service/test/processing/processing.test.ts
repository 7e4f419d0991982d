import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { requeueGivenUp } from "../../src/database/jobs.js";
import { migrate } from "../../src/database/migrate.js";
import { openDatabase } from "../../src/database/open.js";
import { countMergedUploads } from "../../src/database/uploads.js";
import { openLog } from "../../src/observability/log.js";
import { mergeCommit } from "../../src/processing/merge-commit.js";
import { processUpload } from "../../src/processing/process-upload.js";
import { sweep } from "../../src/processing/sweep.js";
import { startWork } from "../../src/processing/work.js";
import { RETRY } from "../../src/queue/job-queue.js";
import { openRedisQueue } from "../../src/queue/redis-queue.js";
import type { Service } from "../../src/service.js";
import { openFolderStore } from "../../src/storage/folder-store.js";
import { openS3Store } from "../../src/storage/s3-store.js";
import { startS3 } from "../support/moto.js";
import { startPostgres } from "../support/postgres.js";
import { startRedis } from "../support/redis.js";
import { insertCommit, insertUpload, lcov, readReport } from "../support/sample-uploads.js";
import { damagePage, MANY_HITS } from "../support/stored-reports.js";
import { FAST_RETRY, openTestService, type TestService } from "../support/test-service.js";
import { until } from "../support/until.js";

const log = openLog({ logLevel: "silent" });
const { postgres, redis, moto } = realParts();

describe("processing on embedded parts", () => {
  contract(async () => ({ service: await openTestService(), stop: async () => {} }));

  it("leaves one report object per session and one per commit", async () => {
    const service = await openTestService();
    const commit = await insertCommit(service);
    for (const hits of [1, 2, 3]) {
      const { id } = await insertUpload(service, commit.id, lcov({ "a.js": [hits] }));
      await processUpload(service, { uploadId: id });
      await mergeCommit(service, { commitId: commit.id });
    }
    const folder = join(service.settings.dataDir, "objects/commits", `${commit.id}`);
    expect((await readdir(folder)).map((name) => name.replace(/-.*/, ""))).toEqual(["report", "sessions"]);
    const sessions = await readdir(join(folder, "sessions"));
    expect(sessions.map((name) => name.replace(/-.*/, "")).sort()).toEqual(["0", "1", "2"]);
    expect(await readdir(join(service.settings.dataDir, "tmp"))).toEqual([]);
    await service.close();
  });
});

describe.runIf(postgres && redis && moto)("processing on PostgreSQL, Redis and S3", () => {
  contract(async () => {
    const [database, cache, store] = await Promise.all([startPostgres(), startRedis(), startS3()]);
    const { db } = await openDatabase({ databaseUrl: await database.createDatabase("coverage"), dataDir: "" }, log);
    await migrate(db);
    const queue = await openRedisQueue(cache.url, log, FAST_RETRY);
    const service = await openTestService({}, { db, queue, objects: openS3Store(store.settings) });
    const stop = async () => {
      await Promise.all([database.stop(), cache.stop(), store.stop()]);
    };
    return { service, stop };
  });
});

function contract(open: () => Promise<{ service: TestService; stop: () => Promise<void> }>) {
  let parts: Awaited<ReturnType<typeof open>>;
  let service: Service;
  let commit: { id: number; sha: string };
  beforeAll(async () => {
    parts = await open();
    service = parts.service;
  });
  afterAll(async () => {
    await parts.service.close();
    await parts.stop();
  });
  beforeEach(async () => {
    commit = await insertCommit(service);
  });

  const upload = async (body: string | null) => (await insertUpload(service, commit.id, body)).id;
  const process = (uploadId: number, over: Partial<Service> = {}) =>
    processUpload({ ...service, ...over }, { uploadId });
  const merge = (over: Partial<Service> = {}) => mergeCommit({ ...service, ...over }, { commitId: commit.id });
  const uploadRow = (id: number) =>
    service.db.selectFrom("uploads").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const commitRow = () =>
    service.db.selectFrom("commits").selectAll().where("id", "=", commit.id).executeTakeFirstOrThrow();

  it("turns an upload into a session report and merges it into the commit's", async () => {
    const id = await upload(lcov({ "src/a.js": [1, 0, 2], "src/b.js": [0] }));
    await process(id);
    expect(await uploadRow(id)).toMatchObject({
      state: "processed",
      error: null,
      attempts: 1,
      totals: { files: 2, lines: 4, hits: 2, misses: 2, coverage: "50.00000" },
      account: { reports: [{ format: "lcov", files: 2 }] },
    });
    expect((await commitRow()).state).toBe("pending");
    await merge();
    expect(await uploadRow(id)).toMatchObject({ state: "merged" });
    expect(await commitRow()).toMatchObject({ state: "complete", report_version: 1, totals: { lines: 4, hits: 2 } });
    expect(await readReport(service, commit.id)).toEqual({ "src/a.js": { 1: 1, 2: 0, 3: 2 }, "src/b.js": { 1: 0 } });
  });

  it("merges sessions that come one by one, at once and out of order to the same report", async () => {
    const bodies = [lcov({ a: [0, 0, 1] }), lcov({ a: [0, 1], b: [0] }), lcov({ b: [3], c: [1] })];
    const expected = { a: { 1: 0, 2: 1, 3: 1 }, b: { 1: 3 }, c: { 1: 1 } };
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      commit = await insertCommit(service);
      const ids = [];
      for (const body of bodies) ids.push(await upload(body));
      for (const i of order) {
        await process(ids[i]);
        await merge();
      }
      expect(await readReport(service, commit.id)).toEqual(expected);
      expect(await commitRow()).toMatchObject({ report_version: 3, totals: { files: 3, lines: 5, hits: 4 } });
    }
    commit = await insertCommit(service);
    for (const body of bodies) await process(await upload(body));
    await merge();
    expect(await readReport(service, commit.id)).toEqual(expected);
    expect((await commitRow()).report_version).toBe(1);
  });

  it("changes nothing when a job runs a second time", async () => {
    const id = await upload(lcov({ a: [1] }));
    await process(id);
    await process(id);
    await merge();
    const before = [await uploadRow(id), await commitRow()];
    await process(id);
    await merge();
    expect([await uploadRow(id), await commitRow()]).toEqual(before);
    expect(before[0]).toMatchObject({ attempts: 1 });
  });

  it("comes to the same when jobs run several times at once", async () => {
    const ids = [];
    for (let i = 0; i < 6; i++) ids.push(await upload(lcov({ a: [0, i], [`f${i}`]: [i] })));
    await Promise.all([...ids, ...ids].map((id) => process(id)));
    await Promise.all([merge(), merge(), merge(), merge()]);
    const rows = await Promise.all(ids.map(uploadRow));
    expect(rows.map(({ state }) => state)).toEqual(Array(6).fill("merged"));
    expect(await commitRow()).toMatchObject({ state: "complete", totals: { files: 7, lines: 8, hits: 6 } });
    expect((await readReport(service, commit.id)).a).toEqual({ 1: 0, 2: 5 });
  });

  describe("while more is about to come", () => {
    /** Two merged sessions, a third that could be merged, and a fourth that waits to be processed. */
    const threeOfFour = async () => {
      const ids: number[] = [];
      for (const path of ["a", "b", "c", "d"]) ids.push(await upload(lcov({ [path]: [1] })));
      for (const id of ids.slice(0, 2)) await process(id);
      await merge();
      await process(ids[2]);
      return ids;
    };
    const changeLast = (id: number, row: { attempts?: number; updated_at?: Date }) =>
      service.db.updateTable("uploads").set(row).where("id", "=", id).execute();

    it("merges at once as much as was merged before, and lets less wait for it", async () => {
      const ids = await threeOfFour();
      expect(await commitRow()).toMatchObject({ report_version: 1, totals: { files: 2 } });
      await merge();
      expect(await uploadRow(ids[2])).toMatchObject({ state: "processed" });
      await process(ids[3]);
      await merge();
      expect(await commitRow()).toMatchObject({ state: "complete", report_version: 2, totals: { files: 4 } });
    });

    it("asks for the merge also when nothing comes of it", async () => {
      const ids = await threeOfFour();
      await service.objects.put((await uploadRow(ids[3])).upload_key, Buffer.from("no report at all"));
      const added: unknown[] = [];
      const add: Service["queue"]["add"] = async (name, data) => void added.push([name, data]);
      await process(ids[3], { queue: { ...service.queue, add } });
      expect(added).toEqual([["merge-commit", expect.objectContaining({ commitId: commit.id })]]);
      await merge();
      expect(await commitRow()).toMatchObject({ state: "complete", report_version: 2, totals: { files: 3 } });
    });

    it.each([
      ["has failed before", { attempts: 2 }],
      ["has been waited for", { updated_at: new Date(Date.now() - 61_000) }],
    ])("waits no longer for what %s", async (_, row) => {
      const ids = await threeOfFour();
      await changeLast(ids[3], row);
      await merge();
      expect(await commitRow()).toMatchObject({ state: "pending", report_version: 2, totals: { files: 3 } });
    });
  });

  it("merges what comes in while a merge runs", async () => {
    const first = await upload(lcov({ a: [1] }));
    const second = await upload(lcov({ b: [1] }));
    await process(first);
    const put: Service["objects"]["put"] = async (key, body) => {
      const size = await service.objects.put(key, body);
      if (key.includes("/report-1-")) await process(second);
      return size;
    };
    await merge({ objects: { ...service.objects, put } });
    expect(await commitRow()).toMatchObject({ report_version: 2, totals: { files: 2 } });
  });

  it("starts over from what a faster merge left", async () => {
    const first = await upload(lcov({ a: [1] }));
    const second = await upload(lcov({ b: [1] }));
    await process(first);
    const written: string[] = [];
    const put: Service["objects"]["put"] = async (key, body) => {
      written.push(key);
      if (written.length === 1) {
        await process(second);
        await merge();
      }
      return service.objects.put(key, body);
    };
    await merge({ objects: { ...service.objects, put } });
    expect(await commitRow()).toMatchObject({ report_version: 1, totals: { files: 2 } });
    expect(await service.objects.size(written[0])).toBeNull();
  });

  it("keeps the account of an upload that holds nothing of use, and ends its commit in an error", async () => {
    const id = await upload("no report at all");
    await process(id);
    expect(await uploadRow(id)).toMatchObject({ state: "error", session_key: null, account: { receivedBytes: 16 } });
    expect((await uploadRow(id)).error).toMatch(/^(report_empty|unsupported_file_format)$/);
    expect((await commitRow()).state).toBe("error");
    await process(await upload(lcov({ a: [1] })));
    await merge();
    expect((await commitRow()).state).toBe("complete");
  });

  it("gives up a body that was accepted and is not in storage only after all attempts, to be tried again", async () => {
    const id = await upload(lcov({ a: [1] }));
    const { upload_key: key } = await uploadRow(id);
    await service.objects.delete(key);
    for (let attempt = 1; attempt < RETRY.attempts; attempt++) {
      await expect(process(id)).rejects.toThrow(`no object ${key} in storage`);
    }
    await process(id);
    expect(await uploadRow(id)).toMatchObject({
      state: "error",
      error: "processing_failed",
      account: { notes: [`given up after 8 attempts: its body is not in storage`] },
    });
    await service.objects.put(key, Buffer.from(lcov({ a: [1] })));
    await requeueGivenUp(service.db);
    await process(id);
    expect(await uploadRow(id)).toMatchObject({ state: "processed" });
  });

  it("undoes nothing of a merged commit while the store is away", async () => {
    for (const path of ["a", "b"]) await process(await upload(lcov({ [path]: [1] })));
    await merge();
    await process(await upload(lcov({ c: [1] })));
    const folder = join(service.settings.dataDir, "away");
    const objects = openFolderStore(folder);
    await rm(folder, { recursive: true });
    await expect(merge({ objects })).rejects.toThrow("the folder of objects is not there, or not mounted");
    const rows = service.db.selectFrom("uploads").select("state").where("commit_id", "=", commit.id).orderBy("session");
    expect(await rows.execute()).toEqual([{ state: "merged" }, { state: "merged" }, { state: "processed" }]);
    await merge();
    expect(await commitRow()).toMatchObject({ state: "complete", totals: { files: 3 } });
  });

  it("keeps body and row while storage is away, and gives up with the reason after the last attempt", async () => {
    const id = await upload(lcov({ a: [1] }));
    const get = async () => {
      throw new Error("storage is away");
    };
    const away = { objects: { ...service.objects, get } };
    for (let attempt = 1; attempt < RETRY.attempts; attempt++) {
      await expect(process(id, away)).rejects.toThrow("storage is away");
      expect(await uploadRow(id)).toMatchObject({ state: "uploaded", attempts: attempt });
    }
    await process(id, away);
    const row = await uploadRow(id);
    expect(row).toMatchObject({
      state: "error",
      error: "processing_failed",
      account: {
        notes: ["given up after 8 attempts: the server failed to process it; its log says why, under this upload's id"],
      },
    });
    expect(await service.objects.size(row.upload_key)).toBeGreaterThan(0);
  });

  it("gives up an upload that ended the process again and again", async () => {
    const id = await upload(lcov({ a: [1] }));
    await service.db.updateTable("uploads").set({ attempts: RETRY.attempts }).where("id", "=", id).execute();
    await process(id);
    expect(await uploadRow(id)).toMatchObject({ error: "processing_failed" });
  });

  describe.each([
    ["was lost", (key: string) => service.objects.delete(key)],
    ["has a damaged page", (key: string) => damagePage(service.objects, key)],
  ])("of a report that %s", (_, spoil) => {
    const paths = async () => Object.keys(await readReport(service, commit.id));

    it("processes the session again", async () => {
      const ids = [await upload(lcov({ a: MANY_HITS })), await upload(lcov({ a: MANY_HITS, b: [1] }))];
      for (const id of ids) await process(id);
      await spoil((await uploadRow(ids[1])).session_key!);
      await merge();
      expect(await uploadRow(ids[1])).toMatchObject({ state: "uploaded", attempts: 0, session_key: null });
      expect(await paths()).toEqual(["a"]);
      await process(ids[1]);
      await merge();
      expect(await paths()).toEqual(["a", "b"]);
    });

    it("merges the commit's anew from its sessions", async () => {
      await process(await upload(lcov({ a: MANY_HITS })));
      await merge();
      await spoil((await commitRow()).report_key!);
      await process(await upload(lcov({ b: [1] })));
      await merge();
      expect(await paths()).toEqual(["a", "b"]);
      expect(await commitRow()).toMatchObject({ state: "complete", totals: { files: 2 } });
    });
  });

  it("ends uploads whose body never came, after their address expired", async () => {
    const late = await upload(null);
    const early = await upload(null);
    const yesterday = new Date(Date.now() - 24 * 3600 * 1000);
    await service.db.updateTable("uploads").set({ created_at: yesterday }).where("id", "=", late).execute();
    await sweep(service);
    expect(await uploadRow(late)).toMatchObject({ state: "error", error: "file_not_in_storage" });
    expect(await uploadRow(early)).toMatchObject({ state: "started" });
  });

  it("F29: does in the end what nobody asked the queue for, and what it forgot", async () => {
    const added: string[] = [];
    const add: Service["queue"]["add"] = async (name, data) => void added.push(`${name} ${Object.values(data)[0]}`);
    const watched: Service = { ...service, queue: { ...service.queue, add } };
    const uploaded = await upload(lcov({ a: [1] }));
    const processed = await upload(lcov({ b: [1] }));
    await process(processed, watched);
    added.length = 0;
    const ours = [`process-upload ${uploaded}`, `merge-commit ${commit.id}`];
    await sweep(watched);
    expect(added).not.toEqual(expect.arrayContaining(ours));
    const before = new Date(Date.now() - 3600 * 1000);
    await service.db.updateTable("uploads").set({ updated_at: before }).where("commit_id", "=", commit.id).execute();
    await sweep(watched);
    expect(added).toEqual(expect.arrayContaining(ours));
  });

  it("works off a backlog once a worker starts, also through faults", async () => {
    const ids: number[] = [];
    for (let i = 0; i < 20; i++) ids.push(await upload(lcov({ [`f${i % 7}`]: [i, 0, i % 2] })));
    const failed = new Set<string>();
    const failOnce = (what: string) => {
      if (failed.has(what)) return;
      failed.add(what);
      throw new Error("storage is away");
    };
    const objects: Service["objects"] = {
      ...service.objects,
      async get(key) {
        if (key.startsWith("uploads/")) failOnce(key);
        return service.objects.get(key);
      },
      async put(key, body) {
        failOnce(key.includes("/report-") ? "the first report" : key.replace(/-.*/, ""));
        return service.objects.put(key, body);
      },
    };
    const stop = await startWork({ ...service, objects });
    const merged = async () => (await countMergedUploads(service.db, [commit.id])).get(commit.id);
    // Each of them waits 2 s and 4 s between its attempts.
    await until(async () => (await merged()) === ids.length, 25_000);
    stop();
    expect(await commitRow()).toMatchObject({ state: "complete", totals: { files: 7, lines: 21 } });
    expect((await readReport(service, commit.id)).f0).toEqual({ 1: 14, 2: 0, 3: 1 });
  });

  it("F25: counts what became of uploads", async () => {
    await process(await upload(lcov({ a: [1] })));
    await merge();
    await process(await upload("no report at all"));
    const { body } = await service.metrics.expose();
    expect(body).toMatch(/coverstack_uploads_processed\{result="processed"\} [1-9]/);
    expect(body).toMatch(/coverstack_uploads_processed\{result="(report_empty|unsupported_file_format)"\} [1-9]/);
    expect(body).toMatch(/coverstack_merge_duration_count\{result="merged"\} [1-9]/);
  });
}
