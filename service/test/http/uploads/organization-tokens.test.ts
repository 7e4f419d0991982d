import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, sha, type TestServer } from "../open-test-server.js";

const TOKEN = "token-of-the-organisation";
const BOTH = "token-of-both-hosts";

let server: TestServer;
beforeAll(async () => {
  const organization = (owner: string, token: string, expires: number | null = null) => ({ owner, token, expires });
  server = await openTestServer({
    gitHosts: {
      github: {
        url: "https://github.com",
        globalUploadToken: null,
        organizationTokens: [
          organization("acme", TOKEN),
          organization("late", "expired", Date.now() - 1),
          organization("two", BOTH),
        ],
      },
      gitlab: { url: "https://gitlab.com", globalUploadToken: null, organizationTokens: [organization("two", BOTH)] },
    },
  });
});
afterAll(() => server.close());

function send(token: string, slug: string, host = "github") {
  return server.app.inject({
    method: "POST",
    url: `/upload/${host}/${slug}/upload-coverage`,
    headers: { authorization: `token ${token}` },
    payload: { commitid: sha(1), branch: "main" },
  });
}

describe("an organisation's upload token", () => {
  it("uploads to any of the organisation's repositories, and makes them", async () => {
    for (const slug of ["acme::::one", "ACME::::two"]) expect((await send(TOKEN, slug)).statusCode).toBe(201);
  });

  it("is of no use for another owner's", async () => {
    const answer = await send(TOKEN, "o::::r");
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toMatch(/token of the organisation acme, and o\/r is not one of its repositories/);
  });

  it.each(["v4", "v2"])("has its client give up where it is sent to %s for another owner's", async (endpoint) => {
    const answer = await server.app.inject({
      method: "POST",
      url: `/upload/${endpoint}?commit=${sha(3)}&slug=o/r&service=github&token=${TOKEN}`,
      body: "report",
    });
    // Whatever else is answered by v4, the bash uploader sends its whole report to v2.
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toMatch(/token of the organisation acme, and o\/r is not one of its repositories/);
  });

  it("needs a slug on v4, and then decides the host", async () => {
    const post = (query: string) =>
      server.app.inject({ method: "POST", url: `/upload/v4?commit=${sha(2)}&token=${TOKEN}${query}` });
    expect((await post("")).body).toMatch(/slug is missing.*organisation/);
    expect((await post("&slug=acme/one&service=jenkins")).body).toContain("/gh/acme/one/commit/");
  });

  it("is refused after its last day", async () => {
    const answer = await send("expired", "late::::r");
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toEqual({ detail: "The upload token of late has expired." });
  });

  it("is refused in the path of a host that it is not set for", async () => {
    const answer = await send(TOKEN, "acme::::one", "gitlab");
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toMatch(/its upload token is for github/);
  });

  it("set for two hosts leaves the choice to the path", async () => {
    expect((await send(BOTH, "two::::r", "gitlab")).json().url).toContain("/gl/two/r/");
    expect((await send(BOTH, "two::::r", "github")).json().url).toContain("/gh/two/r/");
  });
});
