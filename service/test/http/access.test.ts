import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttpServer } from "../../src/http/server.js";
import type { Settings } from "../../src/settings/settings.js";
import { openTestServer, type TestServer } from "./open-test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const PATHS = [
  "/",
  "/gh/o/r",
  "/api/v2/github/o/repos/r",
  `/upload/github/o/r/download?upload=${randomUUID()}`,
] as const;
const OPEN = [200, 200, 200, 404];
const CLOSED = [403, 403, 403, 403];

/** What is answered to whoever asks for the host, and whether the repository's page shows its token. */
async function ask(over: Partial<Settings>, host = "127.0.0.1:8080") {
  const settings = { ...server.service.settings, ...over };
  const app = await createHttpServer({ ...server.service, settings }, { surface: "full" });
  const answers = await Promise.all(PATHS.map((url) => app.inject({ url, headers: { host } })));
  await app.close();
  return {
    statuses: answers.map(({ statusCode }) => statusCode),
    showsToken: answers.some(({ body }) => body.includes(server.repository.upload_token)),
    says: answers[2].json().detail,
  };
}

const PROXY = { publicUrl: "https://coverage.example.com" };
const REACHED = { host: "0.0.0.0", publicUrl: "http://localhost:8080" };

describe("pages, API and downloads", () => {
  it.each(["127.0.0.1:8080", "localhost", "LOCALHOST:9000", "[::1]:8080"])(
    "are open to this machine, with tokens, where nobody else is served: %s",
    async (host) => {
      expect(await ask({}, host)).toMatchObject({ statuses: OPEN, showsToken: true });
    },
  );

  it.each([
    ["another address is listened on", REACHED],
    ["a proxy on this machine serves others", PROXY],
  ])("show nothing where %s", async (_name, over) => {
    expect(await ask(over)).toMatchObject({ statuses: CLOSED, says: expect.stringMatching(/setup\.open_access/) });
  });

  it.each([
    ["another address is listened on", REACHED],
    ["a proxy on this machine serves others", PROXY],
  ])("are open without tokens by setup.open_access where %s", async (_name, over) => {
    expect(await ask({ ...over, openAccess: true })).toMatchObject({ statuses: OPEN, showsToken: false });
  });

  it.each(["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "[::2]"])(
    "show nothing to a page elsewhere whose name was made to lead here: %j",
    async (host) => {
      const closed = await ask({}, host);
      expect(closed).toMatchObject({ statuses: CLOSED, says: expect.stringContaining("http://127.0.0.1:8080 alone") });
      expect(await ask({ openAccess: true }, host)).toMatchObject({ statuses: OPEN, showsToken: false });
    },
  );
});
