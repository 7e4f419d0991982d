import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listAttachments } from "../../src/database/attachments.js";
import { findCommit } from "../../src/database/commits.js";
import { findUpload, listUploads } from "../../src/database/uploads.js";
import {
  GLOBAL_TOKEN,
  openTestServer,
  pathOf,
  processUploads,
  sha,
  type TestServer,
} from "../http/open-test-server.js";
import { idOf, put, REPORT, startByV4, storedBody } from "./replay.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

describe("codecov-cli 11.3.1", () => {
  const base = "/upload/github/o::::r";
  const headers = () => ({
    authorization: `token ${server.repository.upload_token}`,
    "user-agent": "codecov-cli/11.3.1",
    "content-type": "application/json",
  });
  const commitBody = { branch: "main", cli_args: {}, parent_commit_id: null, pullid: "12", version: "11.3.1" };
  const uploadBody = {
    ci_service: "AWS CodeBuild",
    ci_url: null,
    cli_args: {},
    env: { OS: "linux" },
    flags: ["unit"],
    job_code: null,
    name: "x".repeat(150),
    version: "11.3.1",
    file_not_found: false,
    report_payload_bytes: 100,
  };
  const post = (path: string, payload: object) =>
    server.app.inject({ method: "POST", url: base + path, headers: headers(), payload });

  it("makes a commit, a report and an upload one by one, then takes the body without a content type", async () => {
    const commit = await post("/commits", { ...commitBody, commitid: sha(30) });
    expect(commit.statusCode).toBe(201);
    expect(commit.json()).toMatchObject({
      commitid: sha(30),
      branch: "main",
      pullid: 12,
      parent_commit_id: null,
      state: "pending",
      author: null,
      repository: { name: "r", is_private: false, active: true },
    });

    const report = await post(`/commits/${sha(30)}/reports`, { cli_args: {}, code: "default", version: "11.3.1" });
    expect(report.statusCode).toBe(201);
    expect(report.json()).toMatchObject({ commit_sha: sha(30), code: null });

    const upload = await post(`/commits/${sha(30)}/reports/default/uploads`, uploadBody);
    expect(upload.statusCode).toBe(201);
    const answer = upload.json();
    expect(answer).toMatchObject({
      state: "started",
      provider: "AWS CodeBuild",
      upload_type: "uploaded",
      url: `http://127.0.0.1:8080/gh/o/r/commit/${sha(30)}`,
      flags: ["unit"],
      env: { OS: "linux" },
      name: "x".repeat(100),
    });
    const put = await server.app.inject({ method: "PUT", url: pathOf(answer.raw_upload_location), body: "{}" });
    expect(put.statusCode).toBe(200);
    expect(await findUpload(server.service.db, answer.external_id)).toMatchObject({
      state: "uploaded",
      accepts_json: true,
      client: "codecov-cli/11.3.1",
    });
  });

  it("makes all three at once for upload-coverage, under an address with two slashes", async () => {
    const answer = await server.app.inject({
      method: "POST",
      url: `/${base}/upload-coverage/`,
      headers: headers(),
      payload: { ...commitBody, ...uploadBody, code: null, commitid: sha(31) },
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().raw_upload_location).toMatch(/^http:\/\/127\.0\.0\.1:8080\/upload\/put\//);
  });

  it("takes an upload for a commit that nobody made before", async () => {
    expect((await post(`/commits/${sha(32)}/reports/default/uploads`, uploadBody)).statusCode).toBe(201);
  });

  it("fills only the gaps of a commit that is made again", async () => {
    await post("/commits", { commitid: sha(33), branch: "first" });
    const again = await post("/commits", {
      commitid: sha(33),
      branch: "second",
      pullid: 5,
      parent_commit_id: sha(1).toUpperCase(),
    });
    expect(again.statusCode).toBe(201);
    expect(again.json()).toMatchObject({ branch: "first", pullid: 5, parent_commit_id: sha(1) });
  });

  it("takes null, empty and unknown fields", async () => {
    const answer = await post("/upload-coverage", {
      commitid: sha(34),
      branch: null,
      pullid: "",
      parent_commit_id: null,
      ci_service: null,
      env: null,
      flags: null,
      name: null,
      something: { new: [1] },
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ flags: [], env: null, name: null, provider: null });
  });

  it("lists commits, newest first, in pages", async () => {
    const listed = await server.app.inject({ url: `${base}/commits?page_size=2`, headers: headers() });
    const answer = listed.json();
    expect(listed.statusCode).toBe(200);
    expect(answer.results).toHaveLength(2);
    expect(answer.results[0].commitid).toBe(sha(34));
    expect(answer.count).toBeGreaterThan(4);
    expect(answer.total_pages).toBe(Math.ceil(answer.count / 2));
    expect(answer.next).toBe(`http://127.0.0.1:8080${base}/commits?page_size=2&page=2`);
    expect(answer.previous).toBeNull();
  });

  it("counts the uploads of a commit for upload-complete, and answers 404 with zeros when it has none", async () => {
    const some = await post(`/commits/${sha(30)}/upload-complete`, { cli_args: {}, version: "11.3.1" });
    expect(some.statusCode).toBe(200);
    expect(some.json()).toEqual({
      uploads_total: 1,
      uploads_success: 0,
      uploads_processing: 1,
      uploads_error: 0,
    });
    const none = await post(`/commits/${sha(999)}/upload-complete`, {});
    expect(none.statusCode).toBe(404);
    expect(none.json()).toEqual({ uploads_total: 0, uploads_success: 0, uploads_processing: 0, uploads_error: 0 });
  });

  it("records an empty upload: the commit is complete without a report", async () => {
    const empty = await post(`/commits/${sha(35)}/empty-upload`, { cli_args: {}, should_force: true, version: "1" });
    expect(empty.statusCode).toBe(200);
    expect(empty.json()).toMatchObject({ result: expect.any(String), non_ignored_files: [] });
    const commit = await post("/commits", { commitid: sha(35) });
    expect(commit.json().state).toBe("complete");
  });

  it("transplants a commit's uploads to another, once, and they are processed there", async () => {
    const query = `commit=${sha(38)}&token=${server.repository.upload_token}&flags=unit`;
    await server.app.inject({ method: "POST", url: `/upload/v2?${query}`, payload: REPORT });
    const request = { from_sha: sha(38), to_sha: sha(39) };
    for (let time = 0; time < 2; time++) {
      const answer = await post("/commits/transplant", request);
      expect(answer.json()).toEqual({ result: "All good, transplant scheduled" });
    }
    await processUploads(server);
    const commit = await findCommit(server.service.db, server.repository.id, sha(39));
    expect(commit).toMatchObject({ state: "complete", next_session: 1 });
    const original = await findCommit(server.service.db, server.repository.id, sha(38));
    expect(commit?.totals).toEqual(original?.totals);
    expect((await post("/commits/transplant", { ...request, from_sha: sha(999) })).statusCode).toBe(404);
    expect((await post("/commits/transplant", { from_sha: sha(38) })).json().detail).toMatch(/to_sha/);
  });

  it("judges an empty upload by the commit's diff: only what no test covers, or the yaml ignores, may change", async () => {
    const diffOf = (...paths: string[]) =>
      paths.map((path) => `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n`).join("");
    const put = (commit: string, document: string, payload: string) =>
      server.app.inject({ method: "PUT", url: `${base}/commits/${commit}/${document}`, headers: headers(), payload });
    const judge = async (commit: string, ...paths: string[]) => {
      await put(commit, `diff?base=${sha(1)}`, diffOf(...paths));
      return (await post(`/commits/${commit}/empty-upload`, { cli_args: {}, version: "1" })).json();
    };
    expect(await judge(sha(36), "README.md", "docs/a.PNG")).toMatchObject({
      result: expect.stringMatching(/^All changed files are ignored/),
      non_ignored_files: [],
    });
    await put(sha(37), "yaml", "ignore: [tools/]\n");
    expect(await judge(sha(37), "README.md", "src/a.ts", "tools/b.ts")).toMatchObject({
      result: expect.stringMatching(/^Some changed files cannot be ignored/),
      non_ignored_files: ["src/a.ts"],
    });
    expect(await judge(sha(42), ".env", "a.d/.gitignore", "lib/x.jar.asc", "rules.make")).toMatchObject({
      non_ignored_files: [],
    });
    const named = ["css", "src/env", "lock", "src/template", "jar", "b.md/run"];
    expect((await judge(sha(43), ...named)).non_ignored_files).toEqual([...named].sort());
  });

  it.each(["GET", "POST"] as const)("answers %s of a report's results with a fixed text", async (method) => {
    const answer = await server.app.inject({
      method,
      url: `${base}/commits/${sha(30)}/reports/default/results`,
      headers: headers(),
    });
    expect(answer.json()).toMatchObject({ state: "completed", result: { state: "deprecated" } });
  });

  it("uploads by upload-process what is then the commit's coverage", async () => {
    await post("/commits", { ...commitBody, commitid: sha(40) });
    await post(`/commits/${sha(40)}/reports`, { cli_args: {}, code: "default", version: "11.3.1" });
    const started = (await post(`/commits/${sha(40)}/reports/default/uploads`, uploadBody)).json();
    const data = deflateSync(REPORT).toString("base64");
    const coverageFile = { filename: "lcov.info", format: "base64+compressed", data, labels: "" };
    const body = {
      report_fixes: { format: "legacy", value: {} },
      network_files: ["src/a.ts", ""],
      coverage_files: [coverageFile],
      metadata: {},
    };
    await put(server, started.raw_upload_location, {}, JSON.stringify(body));
    await processUploads(server);
    const commit = await findCommit(server.service.db, server.repository.id, sha(40));
    expect(commit).toMatchObject({ state: "complete", totals: { files: 1, lines: 1, hits: 1 } });
    const complete = await post(`/commits/${sha(40)}/upload-complete`, { cli_args: {}, version: "11.3.1" });
    expect(complete.json()).toMatchObject({ uploads_total: 1, uploads_success: 1, uploads_processing: 0 });
  });

  it.each(["appveyor", "cirrus", "droneci", "google_cloud_build", "harness", "local", "woodpecker", "", "a new one"])(
    "is served on CI service %j",
    async (ci_service) => {
      const body = { ...commitBody, ...uploadBody, commitid: sha(41), ci_service };
      expect((await post("/upload-coverage", body)).statusCode).toBe(201);
    },
  );

  it("picks a pull request's base by a form, and may pick another", async () => {
    const pick = (pull: string, body: string) =>
      server.app.inject({
        method: "PUT",
        url: `/api/v1/github/o/r/pulls/${pull}`,
        headers: { ...headers(), "content-type": "application/x-www-form-urlencoded" },
        body,
      });
    for (const base of [sha(1), sha(2)]) {
      const answer = await pick("12", `user_provided_base_sha=${base}&cli_args=%7B%7D`);
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toEqual({ pullid: 12, user_provided_base_sha: base });
    }
    expect((await pick("x", `user_provided_base_sha=${sha(1)}`)).json().detail).toMatch(/^pull is "x"/);
    expect((await pick("12", "")).json().detail).toMatch(/^user_provided_base_sha is missing/);
    const other = await server.app.inject({
      method: "PUT",
      url: "/api/v1/github/o/unknown/pulls/1",
      headers: { authorization: `token ${GLOBAL_TOKEN}` },
      body: `user_provided_base_sha=${sha(1)}`,
    });
    expect(other.statusCode).toBe(404);
  });

  it("is told of a pull request's address that no repository can have", async () => {
    const answer = await server.app.inject({
      method: "PUT",
      url: "/api/v1/github/o/a%20b/pulls/1",
      headers: headers(),
      body: `user_provided_base_sha=${sha(1)}`,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().detail).toMatch(/^slug is "o::::a b"/);
  });

  it("picks the base of diffs of the pull request's commits that name none", async () => {
    const sendDiff = (commit: string, query = "") =>
      server.app.inject({
        method: "PUT",
        url: `${base}/commits/${commit}/diff${query}`,
        headers: headers(),
        body: "",
      });
    await server.app.inject({
      method: "PUT",
      url: "/api/v1/github/o/r/pulls/77",
      headers: headers(),
      body: `user_provided_base_sha=${sha(1)}`,
    });
    await post("/commits", { commitid: sha(44), pullid: "77" });
    expect((await sendDiff(sha(44))).json()).toMatchObject({ base: sha(1) });
    expect((await sendDiff(sha(44), `?base=${sha(2)}`)).json()).toMatchObject({ base: sha(2) });
    expect((await sendDiff(sha(45), "?branch=pull/77/merge")).json()).toMatchObject({ base: sha(1) });

    await post("/commits", { commitid: sha(46), pullid: "78" });
    for (const commit of [sha(46), sha(47)]) {
      const refused = await sendDiff(commit);
      expect(refused.statusCode).toBe(400);
      expect(refused.json().detail).toMatch(/^base is missing/);
    }
  });
});

describe("codecov-cli 11.3.1 --report-type test_results", () => {
  const send = (commit: string, over: object = {}, token = server.repository.upload_token) =>
    server.app.inject({
      method: "POST",
      url: "/upload/test_results/v1",
      headers: { authorization: `token ${token}`, "user-agent": "codecov-cli/11.3.1" },
      payload: {
        branch: "main",
        ci_service: "gitlab",
        ci_url: null,
        cli_args: {},
        commit,
        env: {},
        file_not_found: false,
        flags: ["unit"],
        job_code: null,
        name: null,
        service: "github",
        slug: "o::::r",
        version: "11.3.1",
        ...over,
      },
    });

  it("stores test results with their commit, beside its coverage", async () => {
    const answer = await send(sha(60));
    expect(answer.statusCode).toBe(201);
    const { raw_upload_location, url } = answer.json();
    expect(url).toBe(`http://127.0.0.1:8080/gh/o/r/commit/${sha(60)}`);
    const body = '{"test_results_files":[]}';
    const stored = await server.app.inject({ method: "PUT", url: pathOf(raw_upload_location), body });
    expect(stored.statusCode).toBe(200);
    expect((await storedBody(server, idOf(raw_upload_location))).toString()).toBe(body);
    const commit = await findCommit(server.service.db, server.repository.id, sha(60));
    expect(await listAttachments(server.service.db, commit!.id)).toMatchObject([
      { kind: "test_results", flags: ["unit"], provider: "gitlab", client: "codecov-cli/11.3.1", size: body.length },
    ]);
    expect(await listUploads(server.service.db, commit!.id)).toEqual([]);
  });

  it("needs no body when it found no file", async () => {
    const answer = await send(sha(61), { file_not_found: true });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().raw_upload_location).toBeNull();
    expect(await findCommit(server.service.db, server.repository.id, sha(61))).not.toBeNull();
  });

  it("may use a global upload token, which makes the repository", async () => {
    const answer = await send(sha(62), { slug: "fresh::::repo" }, GLOBAL_TOKEN);
    expect(answer.json().url).toBe(`http://127.0.0.1:8080/gh/fresh/repo/commit/${sha(62)}`);
  });
});

describe("codecov-cli 11.3.1 --legacy", () => {
  it("sends flags as repeated parameters and a JSON body that means nothing, and PUTs plain text", async () => {
    const query =
      "package=codecov-cli%2F11.3.1&commit=COMMIT&build=1&branch=main&name=n&slug=o%2Fr&service=google_cloud_build&flags=a&flags=b&pr=&job=";
    const recorded = {
      query,
      headers: { "x-upload-token": "TOKEN", "content-type": "application/json" },
      body: '{"cli_args":{}}',
    };
    const { putUrl } = await startByV4(server, recorded, sha(70));
    expect(await put(server, putUrl, {}, REPORT)).toMatchObject({ flags: ["a", "b"], accepts_json: false });
  });
});
