import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommit } from "../../src/database/commits.js";
import { openTestServer, sha, type TestServer } from "../http/open-test-server.js";
import { put, REPORT, startByV4 } from "./replay.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const headers = {
  "x-upload-token": "TOKEN",
  "x-reduced-redundancy": "false",
  "user-agent": "codecov-uploader/0.8.0",
  "content-length": 0,
};

describe("codecov/uploader 0.8.0", () => {
  it.each(["uploader-0.8.0", "github-action-3.1.6-uploader-0.8.0"])(
    "as %s gets an address and PUTs gzip",
    async (name) => {
      const commit = sha(name.length);
      const query = `package=${name}&token=TOKEN&branch=fix&build=1&build_url=&commit=COMMIT&job=&pr=12&service=github-actions&slug=o%2Fr&name=&tag=&flags=unit&parent=`;
      const { putUrl } = await startByV4(server, { query, headers }, commit);
      const upload = await put(
        server,
        putUrl,
        { "content-type": "text/plain", "content-encoding": "gzip" },
        gzipSync(REPORT),
      );
      expect(upload).toMatchObject({ client: name, provider: "github-actions", flags: ["unit"] });
      const stored = await findCommit(server.service.db, server.repository.id, commit);
      expect(stored).toMatchObject({ branch: "fix", pull_id: 12, parent_sha: null });
    },
  );

  it.each(["azure_pipelines", "drone.io", "woodpecker", "a CI that nobody knows", ""])(
    "is served on CI service %j",
    async (service) => {
      const query = `token=TOKEN&commit=COMMIT&service=${encodeURIComponent(service)}`;
      await startByV4(server, { query, headers }, sha(50));
    },
  );
});
