import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, sha, type TestServer } from "../http/open-test-server.js";
import { put, REPORT, sendByV2, startByV4 } from "./replay.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const QUERY =
  "package=bash-1.0.6&token=TOKEN&branch=&commit=COMMIT&build=7&build_url=http%3A%2F%2Fci%2F7&name=&tag=&slug=&service=jenkins&flags=unit,linux&pr=&job=&cmd_args=n,F";

describe("the bash uploader 1.0.6", () => {
  it("asks v4 for an address, with branch, name and slug that its curl encodes to nothing, and PUTs gzip", async () => {
    const headers = {
      "x-reduced-redundancy": "false",
      "x-content-type": "application/x-gzip",
      "content-length": 0,
      "x-upload-token": "TOKEN",
    };
    const { putUrl } = await startByV4(server, { query: QUERY, headers }, sha(1));
    const put1 = { "content-type": "application/x-gzip", "content-encoding": "gzip" };
    const upload = await put(server, putUrl, put1, gzipSync(REPORT));
    expect(upload).toMatchObject({
      client: "bash-1.0.6",
      provider: "jenkins",
      build: "7",
      build_url: "http://ci/7",
      flags: ["unit", "linux"],
      name: null,
      job: null,
      accepts_json: false,
    });
  });

  it("falls back to v2, in whose answer it searches for a text", async () => {
    const headers = {
      "content-type": "text/plain",
      "content-encoding": "gzip",
      "x-content-encoding": "gzip",
      "x-upload-token": "TOKEN",
      accept: "text/plain",
    };
    await sendByV2(server, { query: `${QUERY}&attempt=`, headers, body: gzipSync(REPORT) }, sha(2));
  });

  it("reads why it was refused, and gives up on 400", async () => {
    const url = "/upload/v4?package=bash-1.0.6&commit=&branch=";
    const answer = await server.app.inject({ method: "POST", url });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toMatch(/^commit is missing: it must be a full commit SHA.*$/);
  });
});
