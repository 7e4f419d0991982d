import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listAttachments } from "../../src/database/attachments.js";
import { findCommit } from "../../src/database/commits.js";
import { ensureRepository } from "../../src/database/repositories.js";
import { createHttpServer } from "../../src/http/server.js";
import { openTestServer, pathOf, sha, type TestServer } from "../http/open-test-server.js";
import { idOf, storedBody } from "./replay.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ uploadsPerCommit: 2 });
});
afterAll(() => server.close());

function start(commit: string, over: object = {}, token = server.repository.upload_token) {
  return server.app.inject({
    method: "POST",
    url: "/upload/bundle_analysis/v1",
    headers: { authorization: `token ${token}`, "content-type": "application/json" },
    payload: {
      branch: "main",
      build: "7",
      buildURL: "https://ci.example.com/7",
      commit,
      compareSha: "",
      job: "j",
      name: "bundle",
      pr: "12",
      service: "github-actions",
      slug: "o::::r",
      git_service: "github",
      ...over,
    },
  });
}

describe("Codecov's bundler plugins", () => {
  it("get an address, and what they PUT is kept with the commit, in bytes as it came", async () => {
    const answer = await start(sha(1));
    expect(answer.statusCode).toBe(201);
    const { url } = answer.json();
    const body = '{"version":"2","bundleName":"b"}';
    const put = await server.app.inject({
      method: "PUT",
      url: pathOf(url),
      headers: { "content-type": "application/json" },
      body,
    });
    expect(put.statusCode).toBe(200);
    expect((await storedBody(server, idOf(url))).toString()).toBe(body);

    const commit = await findCommit(server.service.db, server.repository.id, sha(1));
    expect(commit).toMatchObject({ branch: "main", pull_id: 12, state: "pending" });
    expect(await listAttachments(server.service.db, commit!.id)).toMatchObject([
      {
        kind: "bundle_analysis",
        name: "bundle",
        provider: "github-actions",
        build: "7",
        build_url: "https://ci.example.com/7",
        job: "j",
        size: body.length,
      },
    ]);
    expect(await server.service.queue.depth()).toBe(0);

    const download = await server.app.inject({ url: `/upload/github/o/r/download?upload=${idOf(url)}` });
    expect(download.body).toBe(body);
  });

  it("keep the first body when one is sent again", async () => {
    const { url } = (await start(sha(2))).json();
    for (const body of ["first", "second"]) {
      expect((await server.app.inject({ method: "PUT", url: pathOf(url), body })).statusCode).toBe(200);
    }
    expect((await storedBody(server, idOf(url))).toString()).toBe("first");
  });

  it("keep one of many bodies that come at once", async () => {
    const { url } = (await start(sha(3))).json();
    const bodies = ["one", "two", "three", "four"];
    await Promise.all(bodies.map((body) => server.app.inject({ method: "PUT", url: pathOf(url), body })));
    expect(bodies).toContain((await storedBody(server, idOf(url))).toString());
  });

  it("are told when a commit has all that it may have, and have room again where bodies never came", async () => {
    const statuses = (await Promise.all([1, 2, 3].map(() => start(sha(4))))).map((answer) => answer.statusCode);
    expect(statuses.sort()).toEqual([201, 201, 429]);
    const commit = await findCommit(server.service.db, server.repository.id, sha(4));
    await server.service.db
      .updateTable("attachments")
      .set({ created_at: new Date(Date.now() - 24 * 3600 * 1000) })
      .where("commit_id", "=", commit!.id)
      .execute();
    expect((await start(sha(4))).statusCode).toBe(201);
  });

  it.each([
    ["GitHub Enterprise", "github_enterprise", "github-actions"],
    ["a self-managed GitLab", "gitlab_enterprise", "gitlab"],
    ["Bitbucket Server", "bitbucket_server", "jenkins"],
  ] as const)("are taken for a repository of %s, whatever CI they name", async (_name, host, ci) => {
    const repository = await ensureRepository(server.service.db, { host, owner: "o", name: "r" }, "main");
    for (const gitService of [undefined, host]) {
      const answer = await start(sha(6), { service: ci, git_service: gitService }, repository.upload_token);
      expect(answer.statusCode, answer.body).toBe(201);
    }
    const other = host === "gitlab_enterprise" ? "github" : "gitlab";
    const another = await start(sha(6), { service: ci, git_service: other }, repository.upload_token);
    expect(another.statusCode).toBe(401);
  });

  it("are told when the place was given away while their body came, and nothing of it is kept", async () => {
    const { url } = (await start(sha(7))).json();
    const { objects, db } = server.service;
    const stored: string[] = [];
    const put: typeof objects.put = async (key, body) => {
      stored.push(key);
      const size = await objects.put(key, body);
      await db.deleteFrom("attachments").where("external_id", "=", idOf(url)).execute();
      return size;
    };
    const app = await createHttpServer({ ...server.service, objects: { ...objects, put } }, { surface: "api" });
    const answer = await app.inject({ method: "PUT", url: pathOf(url), body: "late" });
    await app.close();
    expect(answer.statusCode).toBe(404);
    expect(answer.body).toMatch(/No upload has the id/);
    expect(await Promise.all(stored.map((key) => objects.size(key)))).toEqual([null]);
  });

  it.each([
    ["no commit", { commit: "" }, 400, /^commit is missing/],
    ["a wrong pull request", { pr: "twelve" }, 400, /^pr is "twelve"/],
    ["a slug that is none", { slug: "r" }, 400, /^slug is "r"/],
    ["a slug of another repository", { slug: "o::::other" }, 401, /another repository than o\/other/],
  ])("are told of %s", async (_name, over, status, says) => {
    const answer = await start(sha(5), over);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().detail).toMatch(says);
  });
});
