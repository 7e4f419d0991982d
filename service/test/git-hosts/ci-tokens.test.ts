import { generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { type CiTokens, isJwt, openCiTokens } from "../../src/git-hosts/ci-tokens.js";

const PUBLIC_URL = "https://coverage.example.com";

const asked: string[] = [];
let tokens: CiTokens;
let sign: (claims: JWTPayload) => Promise<string>;
beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  tokens = openCiTokens(
    {
      publicUrl: PUBLIC_URL,
      gitHosts: {
        github: { url: "https://github.com", globalUploadToken: null },
        gitlab: { url: "https://gitlab.com", globalUploadToken: null },
        bitbucket: { url: "https://bitbucket.org", globalUploadToken: null },
        github_enterprise: { url: "https://ghe.example.com", globalUploadToken: null },
      },
    },
    (url) => {
      asked.push(url.href);
      return async () => publicKey;
    },
  );
  sign = (claims) =>
    new SignJWT({ aud: PUBLIC_URL, ...claims })
      .setProtectedHeader({ alg: "RS256" })
      .setExpirationTime("5m")
      .sign(privateKey);
});

describe("tokens of CI jobs", () => {
  it("are checked by the keys of the hosts that have such tokens", () => {
    expect(asked.sort()).toEqual([
      "https://ghe.example.com/_services/token/.well-known/jwks",
      "https://gitlab.com/oauth/discovery/keys",
      "https://token.actions.githubusercontent.com/.well-known/jwks",
    ]);
  });

  it.each([
    ["https://token.actions.githubusercontent.com", "github"],
    ["https://ghe.example.com/_services/token", "github_enterprise"],
  ])("of %s name a repository of %s", async (iss, host) => {
    const identity = await tokens.identify(await sign({ iss, repository: "o/r", repository_visibility: "public" }));
    expect(identity).toEqual({ host, owner: "o", name: "r", private: false });
  });

  it("of GitLab name a project in its groups, and may say nothing of who sees it", async () => {
    const identity = await tokens.identify(await sign({ iss: "https://gitlab.com", project_path: "a/b/c" }));
    expect(identity).toEqual({ host: "gitlab", owner: "a/b", name: "c", private: null });
  });

  it("may be for the public address with a slash at its end", async () => {
    const claims = { iss: "https://gitlab.com", project_path: "a/c", aud: `${PUBLIC_URL}/` };
    expect(await tokens.identify(await sign(claims))).toMatchObject({ owner: "a" });
  });

  it("are told from others by their form", async () => {
    expect(isJwt(await sign({}))).toBe(true);
    for (const other of ["0f6cf1c2-99a9-4f1e-8c1d-a4b6d7e8f901", "a.b.c", "eyJ.x", "ey..", ""]) {
      expect(isJwt(other)).toBe(false);
    }
  });
});
