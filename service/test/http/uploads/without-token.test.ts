import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommit } from "../../../src/database/commits.js";
import { ensureRepository, setPrivate } from "../../../src/database/repositories.js";
import type { UploadsWithoutToken } from "../../../src/settings/settings.js";
import { openTestServer, sha, type TestServer } from "../open-test-server.js";

describe.each(["never", "forks", "public"] as const)("with setup.uploads_without_token: %s", (setting) => {
  let server: TestServer;
  let number = 800;
  beforeAll(async () => {
    server = await openTestServer({ uploadsWithoutToken: setting });
    const hidden = await ensureRepository(server.service.db, { host: "github", owner: "o", name: "hidden" }, "main");
    await setPrivate(server.service.db, hidden.id, true);
  });
  afterAll(() => server.close());

  const allowedFrom = (least: UploadsWithoutToken) =>
    ["never", "forks", "public"].indexOf(setting) >= ["never", "forks", "public"].indexOf(least);

  async function post(path: string, payload: object, token?: string): Promise<number> {
    const headers = token === undefined ? {} : { authorization: `token ${token}` };
    return (await server.app.inject({ method: "POST", url: `/upload/github/${path}`, payload, headers })).statusCode;
  }

  async function postWithToken(path: string, payload: object): Promise<void> {
    expect(await post(path, payload, server.repository.upload_token)).toBe(201);
  }

  it("takes a fork's upload exactly where it may", async () => {
    const expected = allowedFrom("forks") ? 201 : 401;
    const body = { commitid: sha(++number), branch: "someone:patch-1" };
    expect(await post("o::::r/upload-coverage", body)).toBe(expected);
  });

  it("knows a fork's upload by the branch that its commit was made with", async () => {
    const expected = allowedFrom("forks") ? 201 : 401;
    const commit = sha(++number);
    expect(await post("o::::r/commits", { commitid: commit, branch: "someone:patch-1" })).toBe(expected);
    expect(await post(`o::::r/commits/${commit}/reports`, { code: "default" })).toBe(expected);
    expect(await post(`o::::r/commits/${commit}/reports/default/uploads`, {})).toBe(expected);
  });

  it("takes an upload of a branch of the repository's own exactly where it may", async () => {
    const expected = allowedFrom("public") ? 201 : 401;
    expect(await post("o::::r/upload-coverage", { commitid: sha(++number), branch: "main" })).toBe(expected);
  });

  it("lets nobody add to a commit of the repository's own by naming a fork's branch", async () => {
    const commit = sha(++number);
    await server.app.inject({
      method: "POST",
      url: `/upload/v4?commit=${commit}&branch=main&token=${server.repository.upload_token}`,
    });
    const expected = allowedFrom("public") ? 201 : 401;
    expect(await post("o::::r/upload-coverage", { commitid: commit, branch: "someone:main" })).toBe(expected);
  });

  it("lets nobody add to a commit whose branch is not known by naming a fork's, nor gives it that branch", async () => {
    const commit = sha(++number);
    await server.app.inject({
      method: "POST",
      url: `/upload/v4?commit=${commit}&token=${server.repository.upload_token}`,
    });
    const allowed = allowedFrom("public");
    const body = { commitid: commit, branch: "someone:main" };
    expect(await post("o::::r/upload-coverage", body)).toBe(allowed ? 201 : 401);
    expect(await post("o::::r/commits", body)).toBe(allowed ? 201 : 401);
    const { branch } = (await findCommit(server.service.db, server.repository.id, commit))!;
    expect(branch).toBe(allowed ? "someone:main" : null);
  });

  it("gives a commit of the repository's own its branch back, which a stranger who came first took, and closes it", async () => {
    const commit = sha(++number);
    const stranger = { commitid: commit, branch: "evil:x", pullid: "7", parent_commit_id: sha(1) };
    expect(await post("o::::r/upload-coverage", stranger)).toBe(allowedFrom("forks") ? 201 : 401);
    await postWithToken("o::::r/upload-coverage", { commitid: commit, branch: "main" });
    expect(await findCommit(server.service.db, server.repository.id, commit)).toMatchObject({
      branch: "main",
      pull_id: null,
      parent_sha: null,
    });
    expect(await post("o::::r/upload-coverage", stranger)).toBe(allowedFrom("public") ? 201 : 401);
  });

  it.each(["v2", "v4"])(
    "does so where the token comes by %s without a branch, which then is still to be told",
    async (endpoint) => {
      const commit = sha(++number);
      const stranger = { commitid: commit, branch: "evil:x" };
      await post("o::::r/upload-coverage", stranger);
      const url = `/upload/${endpoint}?commit=${commit}&token=${server.repository.upload_token}`;
      for (const query of ["", "&branch=main"]) {
        expect((await server.app.inject({ method: "POST", url: url + query, body: "report" })).statusCode).toBe(200);
        expect(await post("o::::r/upload-coverage", stranger)).toBe(allowedFrom("public") ? 201 : 401);
      }
      const { branch } = (await findCommit(server.service.db, server.repository.id, commit))!;
      expect(branch).toBe(setting === "public" ? "evil:x" : "main");
    },
  );

  it("goes on taking a fork's upload after one with a token that names the fork's branch as well", async () => {
    const commit = sha(++number);
    await postWithToken("o::::r/commits", { commitid: commit, branch: "someone:patch-1" });
    const expected = allowedFrom("forks") ? 201 : 401;
    expect(await post(`o::::r/commits/${commit}/reports/default/uploads`, {})).toBe(expected);
  });

  it("keeps the branch that was said without a token where one with a token says none", async () => {
    const commit = sha(++number);
    const taken = await post("o::::r/upload-coverage", { commitid: commit, branch: "main" });
    await postWithToken(`o::::r/commits/${commit}/reports/default/uploads`, {});
    const { branch } = (await findCommit(server.service.db, server.repository.id, commit))!;
    expect(branch).toBe(taken === 201 ? "main" : null);
  });

  it("takes one with a wrong token where it would take it without", async () => {
    const body = { commitid: sha(++number), branch: "someone:patch-1" };
    expect(await post("o::::r/upload-coverage", body, "wrong")).toBe(allowedFrom("forks") ? 201 : 401);
  });

  it.each(["o::::hidden", "o::::unknown"])("never takes one for %s", async (slug) => {
    expect(await post(`${slug}/upload-coverage`, { commitid: sha(++number), branch: "someone:main" })).toBe(401);
  });

  it("takes empty uploads without a token exactly where nothing needs one", async () => {
    const expected = allowedFrom("public") ? 200 : 401;
    expect(await post(`o::::r/commits/${sha(++number)}/empty-upload`, {})).toBe(expected);
  });

  it("follows the same rule on v4, by slug and service", async () => {
    const query = `commit=${sha(++number)}&slug=o/r&service=github&branch=someone:patch-1`;
    const answer = await server.app.inject({ method: "POST", url: `/upload/v4?${query}` });
    expect(answer.statusCode).toBe(allowedFrom("forks") ? 200 : 400);
  });

  it("says what the rule is when it refuses", async () => {
    const answer = await server.app.inject({
      method: "POST",
      url: "/upload/github/o::::hidden/upload-coverage",
      payload: { commitid: sha(1) },
    });
    const rule = { never: /of Coveralls\.$/, forks: /Only pull requests of forks/, public: /Only public repositories/ }[
      setting
    ];
    expect(answer.json().detail).toMatch(rule);
  });
});
