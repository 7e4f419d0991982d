import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findRepository } from "../../src/database/repositories.js";
import { GLOBAL_TOKEN, openTestServer, SHARED_TOKEN, sha, type TestServer } from "./open-test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

describe("global upload tokens", () => {
  let number = 0;
  beforeEach(() => {
    number++;
  });
  const upload = (query: string, token: string) =>
    server.app.inject({
      method: "POST",
      url: `/upload/v4?commit=${sha(500)}&${query}`,
      headers: { "x-upload-token": token },
    });

  it("make owner and repository on the first upload and find them on the next", async () => {
    const first = await upload(`slug=new${number}/repo&branch=master`, GLOBAL_TOKEN);
    const second = await upload(`slug=NEW${number}/Repo`, GLOBAL_TOKEN);
    const page = `http://127.0.0.1:8080/gh/new${number}/repo/commit/${sha(500)}`;
    expect([first, second].map((answer) => answer.body.split("\n")[0])).toEqual([page, page]);
  });

  it("make one repository when first uploads come at once", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => upload(`slug=many${number}/repo`, GLOBAL_TOKEN)));
    expect(answers.map((answer) => answer.statusCode)).toEqual(Array(5).fill(200));
    const owners = await server.service.db
      .selectFrom("owners")
      .where("username", "=", `many${number}`)
      .selectAll()
      .execute();
    expect(owners).toHaveLength(1);
  });

  it.each(["bitbucket", "gitlab", "jenkins"])(
    "decide the git host themselves on v4, whatever CI service is named: %s",
    async (ci) => {
      const answer = await upload(`slug=x${number}/r&service=${ci}`, GLOBAL_TOKEN);
      expect(answer.body).toContain(`/gh/x${number}/r/commit/`);
    },
  );

  it.each([
    ["one host", GLOBAL_TOKEN, "gitlab", /names the git host gitlab, and its upload token is for github:/],
    [
      "two hosts",
      SHARED_TOKEN,
      "gh",
      /names the git host github, and its upload token is for gitlab, gitlab_enterprise:/,
    ],
  ])("set for %s are refused in the path of another", async (_name, token, host, says) => {
    const answer = await server.app.inject({
      method: "POST",
      url: `/upload/${host}/path${number}::::r/commits`,
      headers: { authorization: token },
      payload: { commitid: sha(502) },
    });
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toMatch(says);
    const made = await server.service.db
      .selectFrom("owners")
      .where("username", "=", `path${number}`)
      .selectAll()
      .execute();
    expect(made).toEqual([]);
  });

  it("set for one host mean it also where the path names none that there is", async () => {
    const answer = await server.app.inject({
      method: "POST",
      url: `/upload/None/guess${number}::::r/commits`,
      headers: { authorization: GLOBAL_TOKEN },
      payload: { commitid: sha(503) },
    });
    expect(answer.statusCode).toBe(201);
    const made = await findRepository(server.service.db, { host: "github", owner: `guess${number}`, name: "r" });
    expect(made).not.toBeNull();
  });

  it.each([
    ["gitlab", "gl"],
    ["gitlab_enterprise", "gle"],
    ["gle", "gle"],
  ])("set for two hosts leave the choice to the parameter: service=%s", async (service, short) => {
    const answer = await upload(`slug=group/sub/r&service=${service}`, SHARED_TOKEN);
    expect(answer.body).toContain(`http://127.0.0.1:8080/${short}/group:sub/r/commit/`);
  });

  it.each(["gitlab", "gitlab_enterprise"])("set for two hosts leave the choice to the path: %s", async (host) => {
    const answer = await server.app.inject({
      method: "POST",
      url: `/upload/${host}/grp:::sub::::r/commits`,
      headers: { authorization: SHARED_TOKEN },
      payload: { commitid: sha(501) },
    });
    expect(answer.statusCode).toBe(201);
  });

  it("make nothing when they only ask", async () => {
    const answer = await server.app.inject({
      url: "/upload/github/nobody::::nothing/commits",
      headers: { authorization: GLOBAL_TOKEN },
    });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({ detail: "Not found." });
  });
});
