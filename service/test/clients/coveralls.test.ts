import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommit } from "../../src/database/commits.js";
import { listUploads } from "../../src/database/uploads.js";
import {
  GLOBAL_TOKEN,
  openTestServer,
  processUploads,
  SHARED_TOKEN,
  sha,
  type TestServer,
} from "../http/open-test-server.js";
import { storedBody } from "./replay.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const SOURCE_FILES = [{ name: "a.rb", source_digest: "d", coverage: [null, 1, 0], branches: [1, 0, 1, 2] }];

/** As coverage-reporter writes it: what it knows of the build first, its coverage last. */
function job(commit: string, over: object = {}): object {
  return {
    repo_token: server.repository.upload_token,
    service_name: "github",
    service_number: "7",
    service_job_id: "42",
    service_job_url: "https://ci.example.com/42",
    service_branch: "fix",
    service_pull_request: "12",
    flag_name: "unit, linux",
    parallel: true,
    run_at: "2026-01-01T00:00:00Z",
    git: { branch: "other", head: { id: commit, author_name: "n", message: "m" } },
    source_files: SOURCE_FILES,
    ...over,
  };
}

const BOUNDARY = "--------------------------CoverageReporterBoundary";

function multipart(content: Buffer | string, name = "json_file"): Buffer {
  return Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n`),
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\nContent-Type: application/gzip\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}

function post(body: Buffer | string, headers: Record<string, string> = {}) {
  return server.app.inject({ method: "POST", url: "/api/v1/jobs", headers, body });
}

async function uploadsOf(commit: string) {
  const found = await findCommit(server.service.db, server.repository.id, commit);
  return found ? listUploads(server.service.db, found.id) : [];
}

/** How many bodies are stored; what comes of them is elsewhere. */
async function storedFiles(): Promise<number> {
  const { objects } = server.service.settings;
  const folder = objects.kind === "folder" ? objects.folder : "";
  const entries = await readdir(join(folder, "uploads"), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).length;
}

describe("Coveralls' coverage-reporter 0.6.22", () => {
  const headers = {
    "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
    "x-coveralls-reporter": "coverage-reporter",
    "x-coveralls-reporter-version": "0.6.22",
    "x-coveralls-source": "cli",
  };

  it("sends gzip in a form, and its job is an upload of the commit", async () => {
    const content = gzipSync(JSON.stringify(job(sha(1))));
    const answer = await post(multipart(content), headers);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ message: "Job #7.1", url: `http://127.0.0.1:8080/gh/o/r/commit/${sha(1)}` });

    const commit = await findCommit(server.service.db, server.repository.id, sha(1));
    expect(commit).toMatchObject({ branch: "fix", pull_id: 12 });
    const [upload] = await uploadsOf(sha(1));
    expect(upload).toMatchObject({
      state: "uploaded",
      client: "coverage-reporter/0.6.22",
      provider: "github",
      build: "7",
      build_url: "https://ci.example.com/42",
      job: "42",
      flags: ["unit linux"],
    });
    expect(await storedBody(server, upload.external_id)).toEqual(content);
  });

  it("sends what is then the commit's coverage, of all jobs of a build together", async () => {
    const files = (coverage: (number | null)[]) => ({ source_files: [{ name: "lib/a.rb", coverage }] });
    for (const coverage of [
      [null, 1, 0, 0],
      [null, 0, 0, 4],
    ]) {
      const answer = await post(multipart(gzipSync(JSON.stringify(job(sha(6), files(coverage))))), headers);
      expect(answer.statusCode).toBe(200);
    }
    await processUploads(server);
    const commit = await findCommit(server.service.db, server.repository.id, sha(6));
    expect(commit).toMatchObject({ state: "complete", totals: { files: 1, lines: 3, hits: 2, misses: 1 } });
  });

  it("numbers the jobs of a parallel build, and its end is acknowledged", async () => {
    for (const number of [1, 2]) {
      const answer = await post(multipart(gzipSync(JSON.stringify(job(sha(2))))), headers);
      expect(answer.json().message).toBe(`Job #7.${number}`);
    }
    const done = await server.app.inject({
      method: "POST",
      url: "/webhook",
      payload: { repo_token: server.repository.upload_token, payload: { build_num: "7", status: "done" } },
    });
    expect(done.statusCode).toBe(200);
    expect(done.json()).toEqual({ done: true });
  });

  it("is told in its own form why a job was refused, and nothing of the job is kept", async () => {
    const before = await storedFiles();
    const cases = [
      [{ repo_token: "ghs_abcdef" }, /git host made for its own API/],
      [{ repo_token: "" }, /upload token is needed/],
      [{ repo_token: GLOBAL_TOKEN }, /^repo_name is missing: it must be owner\/repository, because a global/],
      [{ repo_token: SHARED_TOKEN, repo_name: "o/r" }, /name one of them as service_name/],
      [{ git: {} }, /git\.head\.id is missing/],
      [{ service_pull_request: "twelve" }, /service_pull_request is "twelve"/],
      [{ repo_token: GLOBAL_TOKEN, repo_name: "r" }, /repo_name is "r"/],
    ] as const;
    for (const [over, says] of cases) {
      const answer = await post(multipart(gzipSync(JSON.stringify(job(sha(3), over)))), headers);
      expect(answer.statusCode).toBe(422);
      expect(answer.json()).toEqual({ error: true, message: expect.stringMatching(says) });
    }
    expect(await storedFiles()).toBe(before);
    expect(await uploadsOf(sha(3))).toEqual([]);
  });

  it.each([
    ["that ends in the middle", () => multipart("{}").subarray(0, 300)],
    ["without the job's part", () => multipart("{}", "something")],
    ["with headers that never end", () => Buffer.from(`--x\r\n${"a".repeat(40_000)}`)],
    ["whose job is no JSON", () => multipart("nonsense")],
    ["whose job is damaged gzip", () => multipart(gzipSync("x".repeat(1000)).subarray(0, 20))],
    ["without anything", () => Buffer.from("")],
  ])("is told of a form %s", async (_name, body) => {
    const before = await storedFiles();
    const answer = await post(body(), headers);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toEqual({ error: true, message: expect.stringMatching(/\S/) });
    expect(await storedFiles()).toBe(before);
  });
});

describe("a job whose sender is not known yet", () => {
  const packed = (json: string) => post(gzipSync(json));
  const parts = (commit: string) => {
    const { repo_token: token, source_files: _, ...rest } = job(commit) as Record<string, unknown>;
    return { token: JSON.stringify(token), rest: JSON.stringify(rest).slice(1, -1) };
  };
  /** An empty list, as long as many lists of many lines. */
  const LONG_LIST = `[${" ".repeat(66 * 1024 * 1024)}]`;

  it("is read no further than to a wrong token", async () => {
    const answer = await packed(`{"repo_token":"${randomUUID()}","source_files":[damaged`);
    expect(answer.statusCode).toBe(422);
    expect(answer.json().message).toMatch(/No repository has this upload token/);
  });

  it("may say what nobody reads, however long that is", async () => {
    const answer = await packed(JSON.stringify(job(sha(7), { environment: "x".repeat(100_000), timing: 7 })));
    expect(answer.statusCode).toBe(200);
  });

  it("may not say thousands of things", async () => {
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`a${index}`, 0]));
    const answer = await packed(JSON.stringify({ ...many, ...job(sha(8)) }));
    expect(answer.statusCode).toBe(422);
    expect(answer.json().message).toMatch(/more than 1000 members/);
  });

  it("may not have 64 MiB before its token, unless that comes with the request", async () => {
    const { token, rest } = parts(sha(9));
    const json = gzipSync(`{${rest},"source_files":${LONG_LIST},"repo_token":${token}}`);
    const refused = await post(json);
    expect(refused.statusCode).toBe(422);
    expect(refused.json().message).toMatch(/before a token: send repo_token before source_files, or .* X-Upload-Token/);
    const wrong = await post(json, { "x-upload-token": randomUUID() });
    expect(wrong.json().message).toMatch(/No repository has this upload token/);
    const taken = await post(json, { "x-upload-token": server.repository.upload_token });
    expect(taken.statusCode).toBe(200);
  });

  it("may have as much after its token as the limits allow", async () => {
    const { token, rest } = parts(sha(10));
    const answer = await packed(`{"repo_token":${token},"source_files":${LONG_LIST},${rest}}`);
    expect(answer.statusCode).toBe(200);
  });
});

describe("other reporters for Coveralls", () => {
  const lastToken = (commit: string) => {
    const { repo_token, ...rest } = job(commit) as { repo_token: string };
    return JSON.stringify({ ...rest, repo_token });
  };

  it.each([
    ["a form whose part is plain JSON", (json: string) => multipart(json)],
    ["JSON as the body", (json: string) => Buffer.from(json)],
    [
      "an urlencoded form, as node-coveralls does",
      (json: string) => Buffer.from(String(new URLSearchParams({ json }))),
    ],
  ])("send %s, with the token after the coverage", async (name, encode) => {
    const commit = sha(100 + name.length);
    const json = lastToken(commit);
    const answer = await post(encode(json));
    expect(answer.statusCode).toBe(200);
    const [upload] = await uploadsOf(commit);
    expect((await storedBody(server, upload.external_id)).toString()).toBe(json);
  });

  it("use a global token with repo_name, and commit_sha in place of git", async () => {
    const over = { repo_token: GLOBAL_TOKEN, repo_name: "someone/new", git: null, commit_sha: sha(4) };
    const answer = await post(JSON.stringify(job(sha(4), over)));
    expect(answer.json().url).toBe(`http://127.0.0.1:8080/gh/someone/new/commit/${sha(4)}`);
  });

  it("end a build by a form, with the token in the address", async () => {
    const answer = await server.app.inject({
      method: "POST",
      url: `/webhook?repo_token=${server.repository.upload_token}&carryforward=a,b`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "payload[build_num]=7&payload[status]=done",
    });
    expect(answer.json()).toEqual({ done: true });
    const wrong = await server.app.inject({ method: "POST", url: "/webhook?repo_token=wrong", body: "" });
    expect(wrong.statusCode).toBe(422);
  });

  it("end a build by a global token only with the name of its repository", async () => {
    const end = (more: string) =>
      server.app.inject({ method: "POST", url: `/webhook?repo_token=${GLOBAL_TOKEN}${more}`, body: "" });
    expect((await end("&repo_name=o/r")).json()).toEqual({ done: true });
    for (const [more, says] of [
      ["", /^repo_name is missing: it must be owner\/repository/],
      ["&repo_name=shop", /^repo_name is "shop": it must be owner\/repository/],
    ] as const) {
      const answer = await end(more);
      expect(answer.statusCode).toBe(422);
      expect(answer.json().message).toMatch(says);
    }
  });

  it("may be curl itself, with a large job and a part after it", async () => {
    await server.app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = server.app.server.address() as AddressInfo;
    const folder = await mkdtemp(join(tmpdir(), "coverstack-coveralls-"));
    const file = join(folder, "job.json");
    const coverage = Array.from({ length: 1_000_000 }, (_, line) => line % 3);
    await writeFile(file, JSON.stringify(job(sha(5), { source_files: [{ name: "a.rb", coverage }] })));
    const { stdout } = await promisify(execFile)("curl", [
      "--silent",
      "--show-error",
      ...["-F", `json_file=@${file};type=application/json`, "-F", `after=@${file}`],
      `http://127.0.0.1:${port}/api/v1/jobs`,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ message: "Job #7.1" });
    const [upload] = await uploadsOf(sha(5));
    expect((await storedBody(server, upload.external_id)).equals(await readFile(file))).toBe(true);
    await rm(folder, { recursive: true });
  });
});
