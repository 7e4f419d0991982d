import { generateKeyPair, type JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureRepository, findRepository } from "../../../src/database/repositories.js";
import { type OidcIssuer, startOidcIssuer } from "../../support/oidc-issuer.js";
import { openTestServer, sha, type TestServer } from "../open-test-server.js";

const PUBLIC_URL = "https://coverage.example.com";

let issuer: OidcIssuer;
let server: TestServer;
beforeAll(async () => {
  issuer = await startOidcIssuer();
  server = await openTestServer({
    publicUrl: PUBLIC_URL,
    gitHosts: {
      github: { url: "https://github.com", globalUploadToken: null },
      github_enterprise: { url: issuer.url, globalUploadToken: null, oidcOwners: ["Listed"] },
      gitlab_enterprise: { url: issuer.url, globalUploadToken: null, oidcOwners: ["group/sub"] },
    },
  });
  await ensureRepository(server.service.db, { host: "github_enterprise", owner: "known", name: "old" }, "main");
});
afterAll(async () => {
  await server.close();
  await issuer.close();
});

const claims = (over: JWTPayload = {}): JWTPayload => ({
  iss: `${issuer.url}/_services/token`,
  aud: PUBLIC_URL,
  repository: "known/old",
  repository_owner: "known",
  repository_visibility: "private",
  ...over,
});

function send(token: string, slug = "known::::old", host = "github_enterprise") {
  return server.app.inject({
    method: "POST",
    url: `/upload/${host}/${slug}/upload-coverage`,
    headers: { authorization: `token ${token}` },
    payload: { commitid: sha(1), branch: "main" },
  });
}

describe("an OIDC token of GitHub Actions", () => {
  it("uploads to the repository that its job belongs to, and says whether that one is private", async () => {
    const name = { host: "github_enterprise", owner: "known", name: "old" } as const;
    expect((await findRepository(server.service.db, name))?.private).toBe(false);
    const answer = await send(await issuer.token(claims()));
    expect(answer.statusCode).toBe(201);
    expect(answer.json().url).toBe(`${PUBLIC_URL}/ghe/known/old/commit/${sha(1)}`);
    expect((await findRepository(server.service.db, name))?.private).toBe(true);
  });

  it("is taken by v4 too, where nothing else names the repository", async () => {
    const answer = await server.app.inject({
      method: "POST",
      url: `/upload/v4?commit=${sha(2)}&service=github-actions`,
      headers: { "x-upload-token": await issuer.token(claims()) },
    });
    expect(answer.body).toMatch(/^https:\/\/coverage\.example\.com\/ghe\/known\/old\/commit\//);
  });

  it("reads the issuer's keys once", async () => {
    for (let i = 0; i < 3; i++) await send(await issuer.token(claims()));
    expect(issuer.keyReads()).toBe(1);
  });

  it.each([
    ["of an owner with a repository here", "known/new"],
    ["of an owner that oidc_owners lists", "listed/first"],
  ])("makes a repository %s", async (_name, repository) => {
    const answer = await send(await issuer.token(claims({ repository })), repository.replace("/", "::::"));
    expect(answer.statusCode).toBe(201);
  });

  it.each([
    ["private", true],
    ["internal", true],
    ["public", false],
    [undefined, false],
  ])("makes a repository that is %s, and is so here from the first", async (visibility, isPrivate) => {
    const name = `is-${visibility}`;
    const over = { repository: `known/${name}`, repository_visibility: visibility };
    expect((await send(await issuer.token(claims(over)), `known::::${name}`)).statusCode).toBe(201);
    const made = await findRepository(server.service.db, { host: "github_enterprise", owner: "known", name });
    expect(made?.private).toBe(isPrivate);
  });

  it("makes none for an owner whom nobody knows", async () => {
    const answer = await send(await issuer.token(claims({ repository: "stranger/r" })), "stranger::::r");
    expect(answer.statusCode).toBe(403);
    expect(answer.json().detail).toMatch(
      /Nothing of stranger .* github_enterprise\.oidc_owners does not name stranger/,
    );
    const name = { host: "github_enterprise", owner: "stranger", name: "r" } as const;
    expect(await findRepository(server.service.db, name)).toBeNull();
  });

  it("of another repository than the address names is refused", async () => {
    const answer = await send(await issuer.token(claims()), "known::::new");
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toMatch(/another repository than known\/new/);
  });

  it("of another git host than the address names is refused", async () => {
    const answer = await send(await issuer.token(claims()), "known::::old", "gitlab");
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toMatch(/names the git host gitlab, and its upload token is for github_enterprise:/);
  });

  it("of a host of one's own is for the public one that clients name in its place, too", async () => {
    const answer = await send(await issuer.token(claims()), "known::::old", "github");
    expect(answer.statusCode).toBe(201);
  });

  it.each([
    [
      "for another audience",
      { aud: "https://codecov.io" },
      /audience is "https:\/\/codecov\.io": it must be "https:\/\/coverage\.example\.com"/,
    ],
    ["that has expired", { exp: 1_700_000_000 }, /expired/],
    ["without an expiry", { exp: undefined as unknown as number }, /exp/],
    ["that is not valid yet", { nbf: 9_999_999_999 }, /nbf/],
    [
      "of another issuer",
      { iss: "https://evil.example.com" },
      /OIDC token of "https:\/\/evil\.example\.com": it must be of https:\/\/token\.actions/,
    ],
    ["of no issuer", { iss: undefined as unknown as string }, /of no issuer/],
    ["that names no repository", { repository: "../x" }, /claim repository names no repository/],
  ] as const)("%s is refused", async (_name, over, says) => {
    const answer = await send(await issuer.token(claims(over)));
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toMatch(says);
  });

  it.each([
    ["signed by another key", async () => issuer.token(claims(), { key: (await generateKeyPair("RS256")).privateKey })],
    ["without a signature", async () => `${(await issuer.token(claims())).split(".").slice(0, 2).join(".")}.AAAA`],
    [
      "with other claims than were signed",
      async () => {
        const [head, , signature] = (await issuer.token(claims())).split(".");
        return [
          head,
          Buffer.from(JSON.stringify(claims({ repository: "known/new" }))).toString("base64url"),
          signature,
        ].join(".");
      },
    ],
    [
      "that calls itself unsigned",
      async () => {
        const head = Buffer.from('{"alg":"none"}').toString("base64url");
        return `${head}.${(await issuer.token(claims())).split(".")[1]}.AAAA`;
      },
    ],
  ])("%s is refused", async (_name, forge) => {
    const answer = await send(await forge());
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toMatch(/is not one that .*\/_services\/token signed/);
  });
});

describe("an id token of GitLab CI", () => {
  it("uploads to the project that its job belongs to", async () => {
    const token = await issuer.token({
      iss: issuer.url,
      aud: PUBLIC_URL,
      project_path: "group/sub/project",
      project_visibility: "internal",
    });
    const answer = await send(token, "group:::sub::::project", "gitlab_enterprise");
    expect(answer.statusCode).toBe(201);
  });
});

describe("an issuer whose keys cannot be read", () => {
  it("is told apart from a wrong token, so that clients try again", async () => {
    const away = await startOidcIssuer();
    away.breakDown();
    const own = await openTestServer({
      gitHosts: { github_enterprise: { url: away.url, globalUploadToken: null } },
    });
    const answer = await own.app.inject({
      method: "POST",
      url: "/upload/github_enterprise/o::::r/upload-coverage",
      headers: { authorization: `token ${await away.token(claims({ iss: `${away.url}/_services/token` }))}` },
      payload: { commitid: sha(1) },
    });
    await own.close();
    await away.close();
    expect(answer.statusCode).toBe(503);
    expect(answer.json().detail).toMatch(/The keys of .* cannot be read/);
  });
});
