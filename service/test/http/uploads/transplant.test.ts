import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommit } from "../../../src/database/commits.js";
import { transplantUploads } from "../../../src/database/transplants.js";
import { listUploads } from "../../../src/database/uploads.js";
import { processUpload } from "../../../src/processing/process-upload.js";
import { insertUpload, lcov, readReport } from "../../support/sample-uploads.js";
import { openTestServer, processUploads, sha, type TestServer, upload } from "../open-test-server.js";

const NO_ARCHIVE = "codecov: { archive: { uploads: false } }\n";
const HOUR = 3600 * 1000;

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ uploadsPerCommit: 3 });
});
afterAll(() => server.close());

let number = 800;
const next = () => sha(++number);
const headers = () => ({ authorization: `token ${server.repository.upload_token}` });
const row = async (commit: string) => (await findCommit(server.service.db, server.repository.id, commit))!;
const uploads = async (commit: string) => listUploads(server.service.db, (await row(commit)).id);
const report = async (commit: string) => readReport(server.service, (await row(commit)).id);
const page = async (commit: string) => (await server.app.inject(`/gh/o/r/commit/${commit}`)).body;

async function sendYaml(commit: string, text: string): Promise<void> {
  const url = `/upload/github/o::::r/commits/${commit}/yaml?branch=feature`;
  const answer = await server.app.inject({ method: "PUT", url, headers: headers(), body: text });
  expect(answer.statusCode).toBe(200);
}

function transplant(from: string, to: string) {
  return server.app.inject({
    method: "POST",
    url: "/upload/github/o::::r/commits/transplant",
    headers: headers(),
    payload: { from_sha: from, to_sha: to },
  });
}

describe("where what was uploaded is deleted once it is processed", () => {
  it("gives another commit the reports of bodies that are gone", async () => {
    const [from, to, last] = [next(), next(), next()];
    await sendYaml(from, NO_ARCHIVE);
    await upload(server, from, lcov({ "a.ts": [1, 0] }), { flags: "unit" });
    await processUploads(server);
    for (const [one, other] of [
      [from, to],
      [to, last],
    ]) {
      expect((await transplant(one, other)).statusCode).toBe(200);
      await processUploads(server);
      expect(await uploads(other)).toMatchObject([{ state: "merged", flags: ["unit"], totals: { lines: 2 } }]);
      expect(await row(other)).toMatchObject({ state: "complete", totals: { lines: 2, hits: 1 } });
      expect(await report(other)).toEqual({ "a.ts": { 1: 1, 2: 0 } });
    }
  });

  it.each([
    ["its own commit first", 0, 1],
    ["its own commit last", 1, 0],
  ])("keeps a body until every commit that was given it has read it, %s", async (_, first, second) => {
    const { db, objects } = server.service;
    const [from, to] = [next(), next()];
    for (const commit of [from, to]) await sendYaml(commit, NO_ARCHIVE);
    const { id } = await insertUpload(server.service, (await row(from)).id, lcov({ "a.ts": [1] }));
    const given = await transplantUploads(db, (await row(from)).id, (await row(to)).id, 3);
    const ids = [id, ...given!.toProcess];
    const [{ upload_key: key }] = await uploads(from);
    await processUpload(server.service, { uploadId: ids[first] });
    expect(await objects.size(key)).toBeGreaterThan(0);
    await processUpload(server.service, { uploadId: ids[second] });
    expect(await objects.size(key)).toBeNull();
    const rows = [...(await uploads(from)), ...(await uploads(to))];
    expect(rows).toMatchObject([
      { upload_key: key, body_deleted_at: expect.any(Date) },
      { upload_key: key, body_deleted_at: expect.any(Date) },
    ]);
    await processUploads(server);
  });

  it("says that there is nothing to download, and offers nothing", async () => {
    const commit = next();
    await sendYaml(commit, NO_ARCHIVE);
    await upload(server, commit, lcov({ "a.ts": [1] }));
    await processUploads(server);
    const [{ external_id: id }] = await uploads(commit);
    const answer = await server.app.inject(`/upload/gh/o/r/download?upload=${id}`);
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toMatch(/deleted after it was processed: codecov\.archive\.uploads is false/);
    expect(await page(commit)).not.toContain(`download?upload=${id}`);
  });

  it("ends an upload whose report is lost, and the page says that nobody forgot to send it", async () => {
    const commit = next();
    await sendYaml(commit, NO_ARCHIVE);
    await upload(server, commit, lcov({ "a.ts": [1] }));
    await processUploads(server);
    for (const key of [(await row(commit)).report_key, (await uploads(commit))[0].session_key]) {
      await server.service.objects.delete(key!);
    }
    await upload(server, commit, lcov({ "b.ts": [1] }));
    await processUploads(server);
    expect(await uploads(commit)).toMatchObject([
      { state: "error", error: "file_not_in_storage" },
      { state: "merged" },
    ]);
    expect(await report(commit)).toEqual({ "b.ts": { 1: 1 } });
    expect(await page(commit)).toMatch(/The report that was made of it is lost/);
    expect(await page(commit)).not.toMatch(/never came/);
  });
});

describe("an upload that is not in storage any more", () => {
  it("is no fault of the server's to whoever would download it", async () => {
    const commit = next();
    await upload(server, commit, lcov({ "a.ts": [1] }));
    const [{ external_id: id, upload_key: key }] = await uploads(commit);
    await server.service.objects.delete(key);
    const answer = await server.app.inject(`/upload/gh/o/r/download?upload=${id}`);
    expect(answer).toMatchObject({ statusCode: 404, body: "What was uploaded is not in storage any more.\n" });
    await processUploads(server);
  });
});

describe("a transplant", () => {
  it("does not make reports older than they were when they came", async () => {
    const [from, to] = [next(), next()];
    const made = Date.now() - 20 * HOUR;
    await sendYaml(from, "{}");
    const { id } = await insertUpload(
      server.service,
      (await row(from)).id,
      `<coverage generated="${made}"><project><file path="a.js"><line num="1" type="stmt" count="1"/></file></project></coverage>`,
    );
    const created = new Date(made + HOUR);
    await server.service.db.updateTable("uploads").set({ created_at: created }).where("id", "=", id).execute();
    await transplant(from, to);
    await processUploads(server);
    expect(await uploads(to)).toMatchObject([{ state: "merged", error: null, received_at: created }]);
  });

  it("gives no commit more uploads than it may have", async () => {
    const [from, to] = [next(), next()];
    for (const file of ["a", "b"]) await upload(server, from, lcov({ [file]: [1] }));
    for (const file of ["c", "d"]) await upload(server, to, lcov({ [file]: [1] }));
    const answer = await transplant(from, to);
    expect(answer.statusCode).toBe(429);
    expect(answer.json().detail).toBe(
      `Commit ${to} would have more than 3 uploads with those of ${from}, the most that setup.max_sessions allows.`,
    );
    expect(await uploads(to)).toHaveLength(2);
    await processUploads(server);
  });
});
