import { readdir } from "node:fs/promises";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommit } from "../../../src/database/commits.js";
import { listUploads } from "../../../src/database/uploads.js";
import { createHttpServer } from "../../../src/http/server.js";
import { DEFAULT_LIMITS } from "../../../src/settings/defaults.js";
import { openTestServer, sha, type TestServer } from "../open-test-server.js";

const CHUNKED = { "transfer-encoding": "chunked" };

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ uploadsPerCommit: 2, limits: { ...DEFAULT_LIMITS, uploadBytes: 100 } });
});
afterAll(() => server.close());

function send(commit: string, options: object) {
  const url = `/upload/v2?commit=${commit}&token=${server.repository.upload_token}`;
  return server.app.inject({ method: "POST", url, ...options });
}

async function sessionsOf(commit: string): Promise<number[]> {
  const found = await findCommit(server.service.db, server.repository.id, commit);
  return found ? (await listUploads(server.service.db, found.id)).map((upload) => upload.session) : [];
}

async function storedFiles(): Promise<string[]> {
  const { objects } = server.service.settings;
  const folder = objects.kind === "folder" ? objects.folder : "";
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe("a v2 body that is refused", () => {
  it.each([
    ["without a body", 400, {}],
    ["empty, of unknown length", 400, { body: Readable.from([]), headers: CHUNKED }],
    ["larger than the limit, as announced", 413, { body: "x".repeat(101) }],
    [
      "larger than the limit, unannounced",
      413,
      { body: Readable.from(["x".repeat(100), "x"], { objectMode: false }), headers: CHUNKED },
    ],
  ])("%s uses up none of the commit's uploads and leaves nothing behind", async (name, status, options) => {
    const commit = sha(700 + name.length);
    const answer = await send(commit, options);
    expect(answer.statusCode).toBe(status);
    expect(await sessionsOf(commit)).toEqual([]);
    expect(await storedFiles()).toEqual([]);
  });
});

describe("a v2 body beyond the commit's last upload", () => {
  it("is refused and not kept", async () => {
    const statuses = [];
    for (let number = 0; number < 3; number++) {
      statuses.push((await send(sha(750), { body: `SF:a${number}\nDA:1,1\nend_of_record\n` })).statusCode);
    }
    expect(statuses).toEqual([200, 200, 429]);
    expect(await sessionsOf(sha(750))).toEqual([0, 1]);
    expect(await storedFiles()).toHaveLength(2);
  });

  it("is refused for that also where the store does not delete it", async () => {
    const objects = {
      ...server.service.objects,
      delete: async () => {
        throw new Error("the store is away");
      },
    };
    const app = await createHttpServer({ ...server.service, objects }, { surface: "api" });
    const url = `/upload/v2?commit=${sha(751)}&token=${server.repository.upload_token}`;
    const statuses = [];
    for (let number = 0; number < 3; number++) {
      statuses.push((await app.inject({ method: "POST", url, body: "report" })).statusCode);
    }
    await app.close();
    expect(statuses).toEqual([200, 200, 429]);
  });
});
