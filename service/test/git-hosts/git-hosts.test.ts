import { describe, expect, it } from "vitest";
import { GIT_HOST_NAMES, parseGitHostName, shortGitHostName } from "../../src/git-hosts/names.js";
import { commitOnHost, repositoryOnHost } from "../../src/git-hosts/web-links.js";

describe("a git host", () => {
  it("is known by its long and short name, in any case, with dashes or underscores", () => {
    for (const name of GIT_HOST_NAMES) {
      expect(parseGitHostName(name)).toBe(name);
      expect(parseGitHostName(shortGitHostName(name))).toBe(name);
      expect(parseGitHostName(name.toUpperCase().replaceAll("_", "-"))).toBe(name);
    }
  });

  it("is also known by the names that uploaders use for it", () => {
    expect(parseGitHostName("stash")).toBe("bitbucket_server");
    expect(parseGitHostName("github-actions")).toBe("github");
  });

  it.each(["", "travis", "constructor", "__proto__"])("is not %j", (text) => {
    expect(parseGitHostName(text)).toBeNull();
  });
});

describe("links to a git host", () => {
  const hosts = Object.fromEntries(
    Object.entries({
      github: "https://github.com",
      gitlab: "https://gitlab.com",
      bitbucket: "https://bitbucket.org",
      github_enterprise: "https://git.example.com/",
    }).map(([host, url]) => [host, { url, globalUploadToken: null }]),
  );

  it.each([
    [{ host: "github", owner: "o", name: "r" }, "https://github.com/o/r/commit/abc"],
    [{ host: "gitlab", owner: "g/s", name: "r" }, "https://gitlab.com/g/s/r/-/commit/abc"],
    [{ host: "bitbucket", owner: "o", name: "r" }, "https://bitbucket.org/o/r/commits/abc"],
    [{ host: "github_enterprise", owner: "o", name: "r" }, "https://git.example.com/o/r/commit/abc"],
  ] as const)("lead from %j to %s", (repository, url) => {
    expect(commitOnHost(repository, "abc", hosts)).toBe(url);
  });

  it("follow Bitbucket Server's projects", () => {
    const settings = { bitbucket_server: { url: "https://bb.example.com", globalUploadToken: null } };
    const repository = { host: "bitbucket_server", owner: "PRJ", name: "r" } as const;
    expect(repositoryOnHost(repository, settings)).toBe("https://bb.example.com/projects/PRJ/repos/r");
  });

  it("are left out where the host's address is not set", () => {
    expect(repositoryOnHost({ host: "gitlab_enterprise", owner: "o", name: "r" }, {})).toBeNull();
  });
});
