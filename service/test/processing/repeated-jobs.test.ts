import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mergeCommit } from "../../src/processing/merge-commit.js";
import { processUpload } from "../../src/processing/process-upload.js";
import { RETRY } from "../../src/queue/job-queue.js";
import type { Service } from "../../src/service.js";
import { insertCommit, insertUpload, lcov, readReport } from "../support/sample-uploads.js";
import { openTestService, type TestService } from "../support/test-service.js";

let service: TestService;
let commit: { id: number };
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());
beforeEach(async () => {
  commit = await insertCommit(service);
});

const NO_ARCHIVE = "codecov: { archive: { uploads: false } }";

const upload = async (body: string) => (await insertUpload(service, commit.id, body)).id;
const process = (uploadId: number, objects: Partial<Service["objects"]> = {}) =>
  processUpload({ ...service, objects: { ...service.objects, ...objects } }, { uploadId });
const merge = (objects: Partial<Service["objects"]> = {}) =>
  mergeCommit({ ...service, objects: { ...service.objects, ...objects } }, { commitId: commit.id });
const setYaml = (yaml: string) => service.db.updateTable("commits").set({ yaml }).where("id", "=", commit.id).execute();
const setAttempts = (id: number, attempts: number) =>
  service.db.updateTable("uploads").set({ attempts }).where("id", "=", id).execute();
const uploadRow = (id: number) =>
  service.db.selectFrom("uploads").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
const reportKey = async () => {
  const row = service.db.selectFrom("commits").select("report_key").where("id", "=", commit.id);
  return (await row.executeTakeFirstOrThrow()).report_key!;
};

/** What `act` adds to the counts of uploads, by result. */
async function counted(act: () => Promise<unknown>): Promise<Record<string, number>> {
  const counts = async () => {
    const { body } = await service.metrics.expose();
    const found = body.matchAll(/^coverstack_uploads_processed\{result="(\w+)"\} (\d+)$/gm);
    return Object.fromEntries(Array.from(found, ([, result, count]) => [result, Number(count)]));
  };
  const before = await counts();
  await act();
  const added = Object.entries(await counts()).map(
    ([result, count]) => [result, count - (before[result] ?? 0)] as const,
  );
  return Object.fromEntries(added.filter(([, count]) => count > 0));
}

describe("a run that ends after another one of its job", () => {
  it("leaves the report as it is, though the yaml was another when it began", async () => {
    const id = await upload(lcov({ a: [1], b: [1] }));
    await setYaml("ignore: [b]");
    let late = "";
    const put: Service["objects"]["put"] = async (key, body) => {
      late = key;
      await setYaml("{}");
      await process(id);
      await merge();
      return service.objects.put(key, body);
    };
    expect(await counted(() => process(id, { put }))).toEqual({ processed: 1 });
    expect(await service.objects.size(late)).toBeNull();
    await service.objects.delete(await reportKey());
    await process(await upload(lcov({ c: [1] })));
    await merge();
    expect(Object.keys(await readReport(service, commit.id))).toEqual(["a", "b", "c"]);
  });

  it.each([
    ["comes to nothing", "ignore: [a]", null],
    ["fails at the last attempt", "{}", new Error("storage is away")],
  ])("counts for nothing when it %s", async (_, yaml, fault) => {
    const id = await upload(lcov({ a: [1] }));
    await setAttempts(id, RETRY.attempts - 1);
    await setYaml(yaml);
    const get: Service["objects"]["get"] = async (key) => {
      await setYaml("{}");
      await setAttempts(id, 0);
      await process(id);
      if (fault) throw fault;
      return service.objects.get(key);
    };
    expect(await counted(() => process(id, { get }))).toEqual({ processed: 1 });
    expect(await uploadRow(id)).toMatchObject({ state: "processed", error: null });
  });

  it("does not undo what another merge had made again of a lost report", async () => {
    const id = await upload(lcov({ a: [1] }));
    await process(id);
    await service.objects.delete((await uploadRow(id)).session_key!);
    let isMissed = false;
    const get: Service["objects"]["get"] = async (key) => {
      const body = service.objects.get(key);
      if (!isMissed) {
        isMissed = true;
        await body.catch(() => {});
        await merge();
        await process(id);
      }
      return body;
    };
    await merge({ get });
    expect(await uploadRow(id)).toMatchObject({ state: "merged", attempts: 1 });
  });
});

describe("a body that the yaml does not keep", () => {
  const bodyOf = async (id: number) => service.objects.size((await uploadRow(id)).upload_key);
  const failingDelete = async () => {
    throw new Error("storage is away");
  };

  it.each([
    ["waits to be merged", async () => {}],
    ["is merged", () => merge()],
  ])("is deleted by the next run when the first one could not, while its report %s", async (_, meanwhile) => {
    await setYaml(NO_ARCHIVE);
    const id = await upload(lcov({ a: [1] }));
    await expect(process(id, { delete: failingDelete })).rejects.toThrow("storage is away");
    expect(await bodyOf(id)).toBeGreaterThan(0);
    await meanwhile();
    await process(id);
    expect(await bodyOf(id)).toBeNull();
  });

  it("is deleted by the next run when the first one ended before it was noted", async () => {
    const id = await upload(lcov({ a: [1] }));
    await process(id);
    await setYaml(NO_ARCHIVE);
    await process(id);
    expect(await uploadRow(id)).toMatchObject({ state: "processed", body_deleted_at: expect.any(Date) });
    expect(await bodyOf(id)).toBeNull();
  });

  it("makes no failure of its upload when it cannot be deleted at the last attempt", async () => {
    await setYaml(NO_ARCHIVE);
    const id = await upload(lcov({ a: [1] }));
    await setAttempts(id, RETRY.attempts - 1);
    const run = () => process(id, { delete: failingDelete }).catch(() => {});
    expect(await counted(run)).toEqual({ processed: 1 });
    expect(await uploadRow(id)).toMatchObject({ state: "processed", error: null });
  });
});
