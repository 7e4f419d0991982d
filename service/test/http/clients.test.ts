import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findUpload } from "../../src/database/uploads.js";
import { openTestServer, pathOf, sha, type TestServer } from "./open-test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const REPORT = "SF:src/a.ts\nDA:1,1\nend_of_record\n";

async function storedBody(externalId: string): Promise<Buffer> {
  const upload = await findUpload(server.service.db, externalId);
  const chunks: Buffer[] = [];
  for await (const chunk of await server.service.objects.get(upload!.upload_key)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

interface PutClient {
  readonly name: string;
  /** With T for the token and C for the commit. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly put: { readonly headers: Readonly<Record<string, string>>; readonly body: string | Buffer };
}

/** What each client puts on the wire before it PUTs. */
const PUT_CLIENTS: readonly PutClient[] = [
  {
    name: "the bash uploader, whose curl encodes branch, name and slug to nothing",
    query:
      "package=bash-1.0.6&token=T&branch=&commit=C&build=7&build_url=http%3A%2F%2Fci%2F7&name=&tag=&slug=&service=jenkins&flags=unit,linux&pr=&job=&cmd_args=n,F",
    headers: {
      "x-reduced-redundancy": "false",
      "x-content-type": "application/x-gzip",
      "x-upload-token": "T",
    },
    put: {
      headers: { "content-type": "application/x-gzip", "content-encoding": "gzip" },
      body: gzipSync(REPORT),
    },
  },
  {
    name: "npm codecov 3, with its token in the query alone",
    query: "commit=C&branch=main&yaml=%2Fhome%2Fme%2Fcodecov.yml&flags=&token=T&package=node-v3.8.3",
    headers: { "content-type": "text/plain", accept: "text/plain" },
    put: { headers: { "content-type": "text/plain" }, body: REPORT },
  },
  {
    name: "codecov/uploader 0.8",
    query:
      "package=uploader-0.8.0&token=T&branch=main&build=1&build_url=&commit=C&job=&pr=12&service=github-actions&slug=o%2Fr&name=&tag=&flags=unit&parent=",
    headers: { "x-upload-token": "T", "x-reduced-redundancy": "false", "user-agent": "codecov-uploader/0.8.0" },
    put: { headers: { "content-type": "text/plain", "content-encoding": "gzip" }, body: gzipSync(REPORT) },
  },
  {
    name: "codecov-cli --legacy, with flags as repeated parameters and a JSON body",
    query:
      "package=codecov-cli%2F11.3.1&commit=C&build=1&branch=main&name=n&slug=o%2Fr&service=google_cloud_build&flags=a&flags=b&pr=&job=",
    headers: { "x-upload-token": "T", "content-type": "application/json" },
    body: '{"cli_args":{}}',
    put: { headers: {}, body: REPORT },
  },
  {
    name: "codecov-python 2.1",
    query: "commit=C&branch=main&token=T&package=py2.1.13&service=travis",
    headers: { accept: "text/plain", "x-reduced-redundancy": "false", "x-content-type": "application/x-gzip" },
    put: { headers: { "content-type": "application/x-gzip" }, body: gzipSync(REPORT) },
  },
];

describe("POST /upload/v4, then PUT", () => {
  it.each(PUT_CLIENTS.map((client, index) => ({ ...client, commit: sha(index + 1) })))(
    "serves $name",
    async ({ query, headers, body, put, commit }) => {
      const token = server.repository.upload_token;
      const filled = Object.entries(headers).map(([name, value]) => [name, value === "T" ? token : value]);
      const started = await server.app.inject({
        method: "POST",
        url: `/upload/v4?${query.replace("token=T", `token=${token}`).replace("commit=C", `commit=${commit}`)}`,
        headers: Object.fromEntries(filled),
        ...(body && { body }),
      });
      expect(started.statusCode).toBe(200);
      expect(started.headers["content-type"]).toMatch(/^text\/plain/);
      const [page, putUrl, ...rest] = started.body.split("\n");
      expect(rest).toEqual([]);
      expect(page).toBe(`http://127.0.0.1:8080/gh/o/r/commit/${commit}`);
      expect(putUrl).toMatch(/^http:\/\/127\.0\.0\.1:8080\/upload\/put\/[\w-]{36}\?\S+$/);

      const stored = await server.app.inject({
        method: "PUT",
        url: pathOf(putUrl),
        headers: put.headers,
        body: put.body,
      });
      expect(stored.statusCode).toBe(200);
      expect(stored.headers["content-type"]).toMatch(/^text\/plain/);
      expect(stored.body).not.toBe("");
      const id = /put\/([\w-]+)/.exec(putUrl)![1];
      expect(await storedBody(id)).toEqual(Buffer.from(put.body));
      expect((await findUpload(server.service.db, id))?.state).toBe("uploaded");
    },
  );

  it("keeps what the clients say of the upload", async () => {
    const started = await server.app.inject({
      method: "POST",
      url: `/upload/v4?commit=${sha(1)}&branch=refs/heads/dev&flags=a,b&flags=c&name=n&build=7&build_url=https://ci/7&job=j&service=drone.io&package=p-1&token=${server.repository.upload_token.replaceAll("-", "")}`,
    });
    const upload = await findUpload(server.service.db, /put\/([\w-]+)/.exec(started.body)![1]);
    expect(upload).toMatchObject({
      flags: ["a", "b", "c"],
      name: "n",
      build: "7",
      build_url: "https://ci/7",
      job: "j",
      provider: "drone.io",
      client: "p-1",
      accepts_json: false,
      session: 1,
      state: "started",
    });
  });
});

describe("POST /upload/v2", () => {
  const CLIENTS = [
    {
      name: "the bash uploader's fallback",
      headers: { "content-type": "text/plain", "content-encoding": "gzip", "x-content-encoding": "gzip" },
      body: gzipSync(REPORT),
    },
    { name: "npm codecov's fallback", headers: { "content-type": "text/plain" }, body: REPORT },
    {
      name: "codecov-ruby",
      headers: { accept: "application/json", "content-type": "application/x-gzip", "content-encoding": "gzip" },
      body: gzipSync(REPORT),
    },
    {
      name: "curl --data-binary",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: '<?xml version="1.0"?><coverage/>',
    },
    { name: "a client without any content type", headers: {}, body: REPORT },
    { name: "a client whose content type is none", headers: { "content-type": ";;" }, body: REPORT },
    { name: "covr", headers: { "content-type": "application/json" }, body: '{"files":[],"uploader":"R"}' },
  ];

  it.each(CLIENTS)("serves $name", async ({ headers, body }) => {
    const answer = await server.app.inject({
      method: "POST",
      url: `/upload/v2?commit=${sha(20)}&token=${server.repository.upload_token}&attempt=1`,
      headers,
      body,
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('"uploaded": true');
    expect(answer.body).not.toContain("\n");
    const { id, url } = answer.json();
    expect(url).toBe(`http://127.0.0.1:8080/gh/o/r/commit/${sha(20)}`);
    expect(await storedBody(id)).toEqual(Buffer.from(body));
  });

  it("takes owner and repo in place of slug, as covr sends them with a global token", async () => {
    const answer = await server.app.inject({
      method: "POST",
      url: `/upload/v2?commit=${sha(21)}&owner=someone&repo=package&service=travis`,
      headers: { "x-upload-token": "global-token-of-github" },
      body: '{"files":[]}',
    });
    expect(answer.json().url).toBe(`http://127.0.0.1:8080/gh/someone/package/commit/${sha(21)}`);
  });
});

describe("the JSON endpoints of codecov-cli", () => {
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

  it.each(["GET", "POST"] as const)("answers %s of a report's results with a fixed text", async (method) => {
    const answer = await server.app.inject({
      method,
      url: `${base}/commits/${sha(30)}/reports/default/results`,
      headers: headers(),
    });
    expect(answer.json()).toMatchObject({ state: "completed", result: { state: "deprecated" } });
  });
});
