import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { processUpload } from "../../src/processing/process-upload.js";
import { sweep, sweepForgotten } from "../../src/processing/sweep.js";
import type { Service } from "../../src/service.js";
import { insertCommit, insertUpload, lcov } from "../support/sample-uploads.js";
import { openTestService, type TestService } from "../support/test-service.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let service: TestService;
let watched: Service;
let added: string[];
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());
beforeEach(async () => {
  await service.db.deleteFrom("uploads").execute();
  added = [];
  const add: Service["queue"]["add"] = async (name, data) => void added.push(`${name} ${Object.values(data)[0]}`);
  watched = { ...service, queue: { ...service.queue, add } };
});

async function upload(): Promise<number> {
  const commit = await insertCommit(service);
  return (await insertUpload(service, commit.id, lcov({ a: [1] }))).id;
}

const row = (id: number) => service.db.selectFrom("uploads").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

describe("an upload whose job is lost", () => {
  async function waitingFor(milliseconds: number): Promise<number> {
    const id = await upload();
    const since = new Date(Date.now() - milliseconds);
    await service.db.updateTable("uploads").set({ updated_at: since }).where("id", "=", id).execute();
    return id;
  }

  it("gets another after a minute when the queue is empty", async () => {
    const id = await waitingFor(2 * MINUTE);
    await waitingFor(MINUTE / 2);
    await sweepForgotten(watched);
    expect(added).toEqual([`process-upload ${id}`]);
  });

  it("gets another after a quarter of an hour when the queue has others, among which its own may be", async () => {
    const id = await waitingFor(16 * MINUTE);
    await waitingFor(2 * MINUTE);
    await sweepForgotten({ ...watched, queue: { ...watched.queue, depth: async () => 3 } });
    expect(added).toEqual([`process-upload ${id}`]);
  });

  it("gets another also when storage cannot be searched for bodies", async () => {
    const id = await waitingFor(16 * MINUTE);
    const commit = await insertCommit(service);
    const announced = await insertUpload(service, commit.id, null);
    const before = new Date(Date.now() - HOUR);
    await service.db.updateTable("uploads").set({ announced_at: before }).where("id", "=", announced.id).execute();
    const size = async () => {
      throw new Error("storage is away");
    };
    await sweep({ ...watched, objects: { ...service.objects, size } });
    expect(added).toEqual([`process-upload ${id}`]);
  });
});

describe("an upload whose body may have come", () => {
  it("is not ended while storage cannot be searched for it", async () => {
    const commit = await insertCommit(service);
    const { id } = await insertUpload(service, commit.id, null);
    const before = new Date(Date.now() - DAY);
    await service.db.updateTable("uploads").set({ announced_at: before, created_at: before }).execute();
    const size = async () => {
      throw new Error("storage is away");
    };
    await sweep({ ...watched, objects: { ...service.objects, size } });
    expect(await row(id)).toMatchObject({ state: "started" });
    await sweep(watched);
    expect(await row(id)).toMatchObject({ state: "error", error: "file_not_in_storage" });
  });
});

describe("an upload that was given up in an outage", () => {
  /** @param age of the upload, and since when it is given up, in milliseconds */
  async function givenUp(age: number, since: number): Promise<number> {
    const id = await upload();
    const now = Date.now();
    await service.db
      .updateTable("uploads")
      .set({ state: "error", error: "processing_failed", attempts: 8 })
      .set({ created_at: new Date(now - age), updated_at: new Date(now - since) })
      .where("id", "=", id)
      .execute();
    return id;
  }

  it.each([
    ["a quarter of an hour at first", 20 * MINUTE, 14 * MINUTE, 16 * MINUTE],
    ["as long again as it took until then", 5 * HOUR, 2 * HOUR, 3 * HOUR],
    ["never more than a day", 5 * DAY, DAY - HOUR, DAY + HOUR],
  ])("is tried again after %s", async (_, age, tooSoon, due) => {
    await givenUp(age, tooSoon);
    const id = await givenUp(age, due);
    await sweep(watched);
    expect(added).toEqual([`process-upload ${id}`]);
  });

  it("is left alone after a week", async () => {
    await givenUp(8 * DAY, 2 * DAY);
    await sweep(watched);
    expect(added).toEqual([]);
  });

  it("has one attempt then: with storage back it is processed, else given up again", async () => {
    const id = await givenUp(HOUR, HOUR / 2);
    await sweep(watched);
    expect(await row(id)).toMatchObject({ state: "uploaded", error: null });
    const get = async () => {
      throw new Error("storage is away");
    };
    await processUpload({ ...watched, objects: { ...service.objects, get } }, { uploadId: id });
    expect(await row(id)).toMatchObject({ state: "error", error: "processing_failed" });
    await sweep(watched);
    expect(await row(id)).toMatchObject({ state: "error" });

    const later = new Date(Date.now() - HOUR);
    await service.db.updateTable("uploads").set({ updated_at: later }).where("id", "=", id).execute();
    await sweep(watched);
    await processUpload(watched, { uploadId: id });
    expect(await row(id)).toMatchObject({ state: "processed", error: null });
  });

  it("is not tried again when its content is of no use", async () => {
    const id = await givenUp(HOUR, HOUR / 2);
    await service.db.updateTable("uploads").set({ error: "report_empty" }).where("id", "=", id).execute();
    await sweep(watched);
    expect(added).toEqual([]);
  });
});
