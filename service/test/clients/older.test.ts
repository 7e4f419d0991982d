import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommit } from "../../src/database/commits.js";
import { GLOBAL_TOKEN, openTestServer, processUploads, sha, type TestServer } from "../http/open-test-server.js";
import { put, REPORT, sendByV2, startByV4 } from "./replay.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

describe("codecov-python 2.1.13", () => {
  const query = "commit=COMMIT&branch=main&token=TOKEN&package=py2.1.13&service=travis";

  it("asks v4 for an address and PUTs gzip", async () => {
    const headers = { accept: "text/plain", "x-reduced-redundancy": "false", "x-content-type": "application/x-gzip" };
    const { putUrl } = await startByV4(server, { query, headers }, sha(1));
    await put(server, putUrl, { "content-type": "application/x-gzip" }, gzipSync(REPORT));
  });

  it("falls back to v2 with gzip that only its content type names", async () => {
    const headers = { accept: "text/plain", "content-type": "application/x-gzip" };
    await sendByV2(server, { query, headers, body: gzipSync(REPORT) }, sha(2));
  });
});

describe("codecov-ruby", () => {
  it("sends gzip to v2 and reads JSON", async () => {
    const headers = {
      accept: "application/json",
      "content-type": "application/x-gzip",
      "content-encoding": "gzip",
    };
    const query = "commit=COMMIT&token=TOKEN&package=ruby-0.6.0&branch=main";
    await sendByV2(server, { query, headers, body: gzipSync(REPORT) }, sha(3));
  });
});

describe("covr", () => {
  const body = '{"files":[{"name":"R/a.R","coverage":[null,1]}],"uploader":"R"}';

  it("sends JSON to v2, which is then the commit's coverage", async () => {
    const query = "commit=COMMIT&token=TOKEN&branch=main&pull_request=3&travis_job_id=9";
    const upload = await sendByV2(server, { query, headers: { "content-type": "application/json" }, body }, sha(4));
    expect(upload.job).toBe("9");
    await processUploads(server);
    const commit = await findCommit(server.service.db, server.repository.id, sha(4));
    expect(commit).toMatchObject({ state: "complete", pull_id: 3, totals: { files: 1, lines: 1, hits: 1 } });
  });

  it("names owner and repo in place of a slug", async () => {
    const answer = await server.app.inject({
      method: "POST",
      url: `/upload/v2?commit=${sha(5)}&owner=someone&repo=package&service=travis`,
      headers: { "x-upload-token": GLOBAL_TOKEN },
      body,
    });
    expect(answer.json().url).toBe(`http://127.0.0.1:8080/gh/someone/package/commit/${sha(5)}`);
  });
});

describe("a client of no known kind", () => {
  it.each([
    ["without any content type", {}],
    ["whose content type is none", { "content-type": ";;" }],
  ])("%s is served", async (_name, headers) => {
    await sendByV2(server, { query: "commit=COMMIT&token=TOKEN&attempt=1", headers, body: REPORT }, sha(6));
  });

  it("is taken at its word on whatever it says of the upload", async () => {
    const query =
      "commit=COMMIT&branch=refs/heads/dev&flags=a,b&flags=c&name=n&build=7&build_url=https://ci/7&job=j&service=drone.io&package=p-1&token=TOKEN";
    const { putUrl } = await startByV4(server, { query, headers: {} }, sha(7));
    expect(await put(server, putUrl, {}, REPORT)).toMatchObject({
      flags: ["a", "b", "c"],
      name: "n",
      build: "7",
      build_url: "https://ci/7",
      job: "j",
      provider: "drone.io",
      client: "p-1",
      session: 0,
    });
  });
});
