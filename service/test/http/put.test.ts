import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { Agent, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findUpload } from "../../src/database/uploads.js";
import { createHttpServer } from "../../src/http/server.js";
import { DEFAULT_LIMITS } from "../../src/settings/defaults.js";
import { signUploadUrl } from "../../src/uploads/signed-url.js";
import { openTestServer, pathOf, sha, type TestServer } from "./open-test-server.js";

const LIMIT = 1000;
const CHUNKED = { "transfer-encoding": "chunked" };

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ limits: { ...DEFAULT_LIMITS, uploadBytes: LIMIT } });
});
afterAll(() => server.close());

let commits = 100;
async function startUpload(commit = sha(++commits)): Promise<{ readonly id: string; readonly path: string }> {
  const answer = await server.app.inject({
    method: "POST",
    url: `/upload/v4?commit=${commit}&token=${server.repository.upload_token}`,
  });
  expect(answer.statusCode).toBe(200);
  const path = pathOf(answer.body.split("\n")[1]);
  return { id: /put\/([\w-]+)/.exec(path)![1], path };
}

async function stateOf(id: string): Promise<string | undefined> {
  return (await findUpload(server.service.db, id))?.state;
}

/** What lies in the object store, complete or not. */
async function storedFiles(): Promise<string[]> {
  const { objects } = server.service.settings;
  const folder = objects.kind === "folder" ? objects.folder : "";
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe("a PUT", () => {
  it("without its signature is refused", async () => {
    const { id, path } = await startUpload();
    const wrong = [
      path.split("?")[0],
      path.replace(/signature=\w{6}/, "signature=000000"),
      path.replace(/expires=\d+/, "expires=99999999999"),
      path.replace(id, randomUUID()),
      path.replace(/signature=\w+/, "signature=é"),
    ];
    for (const url of wrong) {
      const answer = await server.app.inject({ method: "PUT", url, body: "report" });
      expect(answer.statusCode, url).toBe(403);
      expect(answer.body).toMatch(/not made by this server/);
    }
    expect(await stateOf(id)).toBe("started");
  });

  it("after the address has expired is refused", async () => {
    const { id } = await startUpload();
    const url = pathOf(signUploadUrl(server.service.settings, id, Math.floor(Date.now() / 1000) - 1));
    const answer = await server.app.inject({ method: "PUT", url, body: "report" });
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toMatch(/expired, 3600 seconds after/);
  });

  it("of an upload that nobody started is refused, though the signature is right", async () => {
    const url = pathOf(signUploadUrl(server.service.settings, randomUUID(), 9_999_999_999));
    const answer = await server.app.inject({ method: "PUT", url, body: "report" });
    expect(answer.statusCode).toBe(404);
  });

  it.each([
    ["without a body", {}],
    ["with an empty body", { body: "", headers: { "content-length": "0" } }],
    ["with an empty body of unknown length", { body: Readable.from([]), headers: CHUNKED }],
  ])("%s is refused, and the upload goes on waiting", async (_name, options) => {
    const { id, path } = await startUpload();
    const answer = await server.app.inject({ method: "PUT", url: path, ...options });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toMatch(/body is empty/);
    expect(await stateOf(id)).toBe("started");
  });

  it("of exactly the limit is taken", async () => {
    const { path } = await startUpload();
    const answer = await server.app.inject({ method: "PUT", url: path, body: "x".repeat(LIMIT) });
    expect(answer.statusCode).toBe(200);
  });

  it.each([
    ["announced", { body: "x".repeat(LIMIT + 1) }],
    ["unannounced", { body: Readable.from(["x".repeat(LIMIT), "x"], { objectMode: false }), headers: CHUNKED }],
  ])("larger than the limit, %s, is refused and leaves nothing behind", async (_name, options) => {
    const { id, path } = await startUpload();
    const before = await storedFiles();
    const answer = await server.app.inject({ method: "PUT", url: path, ...options });
    expect(answer.statusCode).toBe(413);
    expect(answer.body).toBe(
      "The body is larger than 1000 bytes, the most that setup.limits.upload_bytes allows: send it gzipped, or in several uploads.\n",
    );
    expect(await storedFiles()).toEqual(before);
    expect(await stateOf(id)).toBe("started");
  });

  it("that is repeated succeeds and changes nothing", async () => {
    const { id, path } = await startUpload();
    await server.app.inject({ method: "PUT", url: path, body: "first" });
    const before = { upload: await findUpload(server.service.db, id), files: await storedFiles() };
    const again = await server.app.inject({ method: "PUT", url: path, body: "second" });
    expect(again.statusCode).toBe(200);
    expect({ upload: await findUpload(server.service.db, id), files: await storedFiles() }).toEqual(before);
  });

  it("sent many times at once is kept exactly once", async () => {
    const { id, path } = await startUpload();
    const before = (await storedFiles()).length;
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => server.app.inject({ method: "PUT", url: path, body: `body ${index}` })),
    );
    expect(answers.map((answer) => answer.statusCode)).toEqual(Array(8).fill(200));
    expect((await storedFiles()).length).toBe(before + 1);
    expect(await stateOf(id)).toBe("uploaded");
  });

  it("that comes after the wait was given up is taken after all", async () => {
    const { id, path } = await startUpload();
    await server.service.db
      .updateTable("uploads")
      .set({ state: "error", error: "file_not_in_storage" })
      .where("external_id", "=", id)
      .execute();
    const answer = await server.app.inject({ method: "PUT", url: path, body: "late" });
    expect(answer.statusCode).toBe(200);
    expect(await findUpload(server.service.db, id)).toMatchObject({ state: "uploaded", error: null });
  });

  it("is accepted while the queue is down: the row waits for the sweeper", async () => {
    const down = { ...server.service.queue, add: () => Promise.reject(new Error("connection refused")) };
    const app = await createHttpServer({ ...server.service, queue: down }, { surface: "api" });
    const { id, path } = await startUpload();
    const answer = await app.inject({ method: "PUT", url: path, body: "report" });
    await app.close();
    expect(answer.statusCode).toBe(200);
    expect(await stateOf(id)).toBe("uploaded");
  });
});

describe("over a real connection", () => {
  let port: number;
  beforeAll(async () => {
    await server.app.listen({ host: "127.0.0.1", port: 0 });
    port = (server.app.server.address() as AddressInfo).port;
  });

  it("a PUT that breaks off leaves no object, and the upload goes on waiting", async () => {
    const { id, path } = await startUpload();
    const before = await storedFiles();
    const socket = connect(port, "127.0.0.1");
    socket.write(`PUT ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n${"x".repeat(400)}`);
    await sleep(200);
    socket.destroy();
    await expect.poll(storedFiles).toEqual(before);
    expect(await stateOf(id)).toBe("started");

    const again = await server.app.inject({ method: "PUT", url: path, body: "whole" });
    expect(again.statusCode).toBe(200);
  });

  it("a client sends the rest of a body that could not be stored, and reads that it was not", async () => {
    const put = async (_key: string, body: Readable | Uint8Array) => {
      for await (const _ of body as Readable) throw new Error("storage is away");
      return 0;
    };
    const { objects, settings } = server.service;
    const limits = { ...settings.limits, uploadBytes: DEFAULT_LIMITS.uploadBytes };
    const away = { ...server.service, objects: { ...objects, put }, settings: { ...settings, limits } };
    const app = await createHttpServer(away, { surface: "api" });
    await app.listen({ host: "127.0.0.1", port: 0 });
    const { path } = await startUpload();
    const agent = new Agent({ keepAlive: true });
    const target = { host: "127.0.0.1", port: (app.server.address() as AddressInfo).port, path, method: "PUT" };
    const sending = request({ ...target, agent, headers: { "transfer-encoding": "chunked" } });
    const answered = once(sending, "response");
    const sent = once(sending, "finish");
    for (let part = 0; part < 400; part++) sending.write(Buffer.alloc(100_000));
    sending.end();
    const [response] = await answered;
    expect(response.statusCode).toBe(500);
    response.resume();
    await sent;
    agent.destroy();
    await app.close();
  });

  it("a client that sends far too much still reads why it was refused", async () => {
    const { path } = await startUpload();
    const put = request({ host: "127.0.0.1", port, path, method: "PUT", headers: { "transfer-encoding": "chunked" } });
    const answered = once(put, "response");
    for (let sent = 0; sent < 50; sent++) put.write(randomBytes(100_000));
    put.end();
    const [response] = await answered;
    expect(response.statusCode).toBe(413);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toMatch(/larger than 1000 bytes/);
  });
});
