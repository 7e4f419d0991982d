import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommit } from "../../src/database/commits.js";
import { listUploads } from "../../src/database/uploads.js";
import { createHttpServer } from "../../src/http/server.js";
import { GLOBAL_TOKEN, openTestServer, SHA, SHARED_TOKEN, sha, type TestServer } from "./open-test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ uploadsPerCommit: 5 });
});
afterAll(() => server.close());

describe("/upload/v4 and /upload/v2 refuse with a text that names the parameter", () => {
  const TOKEN = "&token=T";
  const CASES = [
    { name: "no commit", query: TOKEN, status: 400, says: /commit is missing.*40 or 64 hexadecimal/ },
    { name: "an empty commit", query: `commit=${TOKEN}`, status: 400, says: /commit is missing/ },
    {
      name: "a short commit",
      query: `commit=abc123${TOKEN}`,
      status: 400,
      says: /commit is "abc123".*git rev-parse HEAD/,
    },
    {
      name: "a commit that is no hash",
      query: `commit=${"z".repeat(40)}${TOKEN}`,
      status: 400,
      says: /commit is "z{40}"/,
    },
    { name: "no token", query: `commit=${SHA}`, status: 400, says: /token is needed.*Authorization.*X-Upload-Token/ },
    { name: "a token of no known form", query: `commit=${SHA}&token=nonsense`, status: 400, says: /neither.*UUID/ },
    { name: "an unknown token", query: `commit=${SHA}&token=${randomUUID()}`, status: 404, says: /No repository has/ },
    {
      name: "a slug without a slash",
      query: `commit=${SHA}&slug=only${TOKEN}`,
      status: 400,
      says: /slug is "only".*owner\/repository/,
    },
    { name: "a slug that climbs", query: `commit=${SHA}&slug=../r${TOKEN}`, status: 400, says: /slug/ },
    {
      name: "a pull request that is no number",
      query: `commit=${SHA}&pr=twelve${TOKEN}`,
      status: 400,
      says: /pr is "twelve"/,
    },
    {
      name: "a flag with a control character",
      query: `commit=${SHA}&flags=a%07${TOKEN}`,
      status: 400,
      says: /flags is/,
    },
    {
      name: "a global token without a slug",
      query: `commit=${SHA}&token=${GLOBAL_TOKEN}`,
      status: 400,
      says: /slug is missing.*global/,
    },
    {
      name: "a global token of two hosts without naming one",
      query: `commit=${SHA}&slug=o/r&service=jenkins&token=${SHARED_TOKEN}`,
      status: 400,
      says: /gitlab, gitlab_enterprise/,
    },
  ];

  describe.each(["/upload/v4", "/upload/v2"])("%s", (path) => {
    it.each(CASES)("$name", async ({ query, status, says }) => {
      const url = `${path}?${query.replace("token=T", `token=${server.repository.upload_token}`)}`;
      const answer = await server.app.inject({ method: "POST", url, body: "report" });
      expect(answer.statusCode).toBe(status);
      expect(answer.headers["content-type"]).toMatch(/^text\/plain/);
      expect(answer.body).toMatch(says);
      expect(answer.body).not.toMatch(/nonsense|global-token/);
    });
  });

  it("an empty v2 body", async () => {
    const url = `/upload/v2?commit=${SHA}&token=${server.repository.upload_token}`;
    const answer = await server.app.inject({ method: "POST", url });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toMatch(/body is empty/);
  });
});

describe("the JSON endpoints refuse with a detail", () => {
  const CASES = [
    { name: "no token", token: null, slug: "o::::r", status: 401, says: /token is needed/ },
    { name: "an unknown token", token: randomUUID(), slug: "o::::r", status: 401, says: /No repository has/ },
    { name: "a token of no known form", token: "nonsense", slug: "o::::r", status: 401, says: /neither/ },
    {
      name: "a token of another repository",
      token: "OWN",
      slug: "o::::other",
      status: 401,
      says: /another repository than o\/other/,
    },
    {
      name: "a token of another git host's repository",
      token: "OWN",
      host: "gitlab",
      slug: "o::::r",
      status: 401,
      says: /names the git host gitlab, and its upload token is for github:/,
    },
    { name: "a slug of one part", token: "OWN", slug: "o", status: 400, says: /slug is "o".*owner::::repository/ },
    { name: "a slug of too many parts", token: "OWN", slug: "o::::r::::x", status: 400, says: /slug/ },
  ];
  it.each(CASES)("$name", async ({ token, host = "github", slug, status, says }) => {
    const sent = token === "OWN" ? server.repository.upload_token : token;
    const answer = await server.app.inject({
      method: "POST",
      url: `/upload/${host}/${slug}/upload-coverage`,
      headers: sent === null ? {} : { authorization: `token ${sent}` },
      payload: { commitid: SHA },
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toEqual({ detail: expect.stringMatching(says) });
  });

  const headers = () => ({ authorization: `Bearer ${server.repository.upload_token}` });
  it.each([
    { name: "a body that is not JSON", body: "{", says: /not JSON/ },
    { name: "a body that is a list", body: "[]", says: /object/ },
    { name: "a missing commit", body: "{}", says: /commitid is missing/ },
    { name: "a report of its own name", body: `{"commitid":"${SHA}","code":"mine"}`, says: /code is "mine".*default/ },
  ])("$name", async ({ body, says }) => {
    const answer = await server.app.inject({
      method: "POST",
      url: "/upload/github/o::::r/upload-coverage",
      headers: headers(),
      body,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toEqual({ detail: expect.stringMatching(says) });
  });

  it("a body of more than a megabyte", async () => {
    const answer = await server.app.inject({
      method: "POST",
      url: "/upload/github/o::::r/upload-coverage",
      headers: headers(),
      payload: { commitid: SHA, name: "x".repeat(1024 * 1024) },
    });
    expect(answer.statusCode).toBe(413);
    expect(answer.json().detail).toMatch(/larger/);
  });
});

describe("a text for a token, where only repositories have tokens,", () => {
  it.each([
    ["no host", {}],
    ["a host without any", { github: { url: "https://github.com", globalUploadToken: null, organizationTokens: [] } }],
  ])("is refused with what is not set, and when settings are read: %s", async (_name, gitHosts) => {
    const app = await createHttpServer(
      { ...server.service, settings: { ...server.service.settings, gitHosts } },
      { surface: "api" },
    );
    const answer = await app.inject({ method: "POST", url: `/upload/v2?commit=${SHA}&token=${GLOBAL_TOKEN}` });
    await app.close();
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toMatch(/no global or organisation's upload token is set: .* when the service starts/);
  });
});

describe("a commit's uploads", () => {
  it("end at setup.max_sessions, also when they come at once", async () => {
    const url = `/upload/v4?commit=${sha(1)}&token=${server.repository.upload_token}`;
    const answers = await Promise.all(Array.from({ length: 12 }, () => server.app.inject({ method: "POST", url })));
    const statuses = answers.map((answer) => answer.statusCode).sort();
    expect(statuses).toEqual([...Array(5).fill(200), ...Array(7).fill(429)]);
    const refused = answers.find((answer) => answer.statusCode === 429);
    expect(refused?.body).toMatch(/has 5 uploads already.*setup\.max_sessions/);
    const commit = await findCommit(server.service.db, server.repository.id, sha(1));
    const sessions = (await listUploads(server.service.db, commit!.id)).map((upload) => upload.session);
    expect(sessions).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("too many failures", () => {
  it("slow down whoever fails, and never a right token", async () => {
    const app = await createHttpServer(server.service, { surface: "api" });
    const fail = () => app.inject({ method: "POST", url: `/upload/v4?commit=${SHA}&token=${randomUUID()}` });
    const statuses = new Map<number, number>();
    for (let tries = 0; tries < 70; tries++) {
      const { statusCode } = await fail();
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    }
    expect(Object.fromEntries(statuses)).toEqual({ 404: 60, 429: 10 });
    expect((await fail()).headers["retry-after"]).toMatch(/^\d+$/);
    const right = await app.inject({
      method: "POST",
      url: `/upload/v4?commit=${sha(600)}&token=${server.repository.upload_token}`,
    });
    expect(right.statusCode).toBe(200);
    await app.close();
  });
});
