import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, sha, type TestServer } from "../http/open-test-server.js";
import { put, REPORT, sendByV2, startByV4 } from "./replay.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const QUERY = "commit=COMMIT&branch=main&yaml=%2Fhome%2Fme%2Fcodecov.yml&flags=&token=TOKEN&package=node-v3.8.3";
const headers = { "content-type": "text/plain", accept: "text/plain" };

describe("npm codecov 3.8.3", () => {
  it("sends its token in the query alone, wants exactly two lines, and PUTs plain text", async () => {
    const { putUrl } = await startByV4(server, { query: QUERY, headers }, sha(1));
    const upload = await put(server, putUrl, { "content-type": "text/plain" }, REPORT);
    expect(upload).toMatchObject({ client: "node-v3.8.3", provider: null, flags: [] });
  });

  it("falls back to v2 with a plain body", async () => {
    await sendByV2(server, { query: `${QUERY}&service=snap`, headers, body: REPORT }, sha(2));
  });
});
