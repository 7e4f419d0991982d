import { describe, expect, it } from "vitest";
import { findToken, hostsOfGlobalToken, normalizeRepositoryToken } from "../../src/uploads/tokens.js";

describe("a token is found", () => {
  it.each([
    ["token X", "X"],
    ["Token  X", "X"],
    ["Bearer X", "X"],
    ["X", "X"],
    ["  X ", "X"],
    ["tokenX", "tokenX"],
  ])("in Authorization: %s", (authorization, token) => {
    expect(findToken({ authorization })).toBe(token);
  });

  it("in Authorization first, then in X-Upload-Token, then in the query", () => {
    expect(findToken({ authorization: "token A", uploadTokenHeader: "B", query: "C" })).toBe("A");
    expect(findToken({ authorization: "token", uploadTokenHeader: " B ", query: "C" })).toBe("B");
    expect(findToken({ uploadTokenHeader: "", query: "C" })).toBe("C");
  });

  it("nowhere when all places are empty", () => {
    expect(findToken({ authorization: "token ", uploadTokenHeader: "", query: "" })).toBeNull();
  });
});

describe("a repository's token", () => {
  const token = "0f6cf1c2-99a9-4f1e-8c1d-a4b6d7e8f901";

  it("may come without dashes and in capitals", () => {
    expect(normalizeRepositoryToken(token)).toBe(token);
    expect(normalizeRepositoryToken(token.replaceAll("-", "").toUpperCase())).toBe(token);
  });

  it.each(["", "nonsense", token.slice(1), `${token}0`, `${token}\n`])("is not %j", (text) => {
    expect(normalizeRepositoryToken(text)).toBeNull();
  });
});

describe("a global token", () => {
  const hosts = {
    github: { url: "https://github.com", globalUploadToken: "one" },
    gitlab: { url: "https://gitlab.com", globalUploadToken: "two" },
    bitbucket: { url: "https://bitbucket.org", globalUploadToken: null },
    gitlab_enterprise: { url: "https://git.example.com", globalUploadToken: "two" },
  };

  it("belongs to every host that it was set for", () => {
    expect(hostsOfGlobalToken("one", hosts)).toEqual(["github"]);
    expect(hostsOfGlobalToken("two", hosts)).toEqual(["gitlab", "gitlab_enterprise"]);
  });

  it.each(["", "on", "onex", "null"])("is not %j", (token) => {
    expect(hostsOfGlobalToken(token, hosts)).toEqual([]);
  });

  it("is never empty, even where the settings say so", () => {
    expect(hostsOfGlobalToken("", { github: { url: "https://github.com", globalUploadToken: "" } })).toEqual([]);
  });
});
