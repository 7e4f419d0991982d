import { describe, expect, it } from "vitest";
import { parseCommitBody, parseQuery, parseUploadBody } from "../../src/uploads/parameters.js";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const commitOf = (query: Record<string, string>) => parseQuery({ commit: COMMIT, ...query }).commit;
const uploadOf = (query: Record<string, string | string[]>) => parseQuery({ commit: COMMIT, ...query }).upload;

describe("the commit of a query", () => {
  it.each([
    [COMMIT.toUpperCase(), COMMIT],
    ["a".repeat(64), "a".repeat(64)],
    ["12:0123456789AB", "12:0123456789ab"],
  ])("may be %s", (commit, sha) => {
    expect(parseQuery({ commit }).commit.sha).toBe(sha);
  });

  it.each(["", " ", "abc", "g".repeat(40), "a".repeat(41), ":0123456789ab"])("may not be %j", (commit) => {
    expect(() => parseQuery({ commit })).toThrow(/^commit is/);
  });

  it.each([
    ["main", "main"],
    ["HEAD", null],
    ["origin/main", "main"],
    ["refs/heads/feature/x", "feature/x"],
    ["origin/", null],
    ["someone:patch-1", "someone:patch-1"],
    ["", null],
    ["a\u0000b", "ab"],
  ])("is on the branch of %j: %j", (branch, expected) => {
    expect(commitOf({ branch }).branch).toBe(expected);
  });

  it.each([
    [{ pr: "12" }, 12],
    [{ pull_request: "12" }, 12],
    [{ branch: "pull/12/merge" }, 12],
    [{ branch: "pr/12" }, 12],
    [{ branch: "refs/pull/12/head" }, 12],
    [{ branch: "pull/12/merge", pr: "13" }, 13],
    [{ branch: "pull/12x" }, null],
    [{ pr: "false" }, null],
    [{ pr: "null" }, null],
    [{ pr: "undefined" }, null],
    [{ pr: "true" }, null],
    [{ pr: "0" }, null],
    [{ pr: "" }, null],
  ])("belongs to the pull request of %j: %j", (query: Record<string, string>, expected) => {
    expect(commitOf(query).pullId).toBe(expected);
  });
});

describe("the upload of a query", () => {
  it("has the flags of repeated and comma separated parameters, each once", () => {
    expect(uploadOf({ flags: ["a,b", "b", " c ,"] }).flags).toEqual(["a", "b", "c"]);
    expect(uploadOf({ flags: "" }).flags).toEqual([]);
  });

  it("is refused for flags that are too long or too many", () => {
    expect(() => uploadOf({ flags: "x".repeat(256) })).toThrow(/^flags is "x+…": it must be names of at most 255/);
    expect(() => uploadOf({ flags: Array.from({ length: 101 }, (_, i) => `f${i}`) })).toThrow(/at most 100 names/);
  });

  it("loses a build address that is no web address instead of being refused for it", () => {
    expect(uploadOf({ build_url: "javascript:alert(1)" }).buildUrl).toBeNull();
    expect(uploadOf({ build_url: "https://ci/1" }).buildUrl).toBe("https://ci/1");
  });

  it("has its texts cut and cleaned, for a row and a line of log", () => {
    expect(uploadOf({ name: "x".repeat(200) }).name).toHaveLength(100);
    expect(uploadOf({ job: "a\nb\u0000" }).job).toBe("ab");
  });

  it("takes any CI service and the last of several values", () => {
    expect(uploadOf({ service: ["travis", "a CI nobody knows"] }).provider).toBe("a CI nobody knows");
  });
});

describe("the bodies of the JSON endpoints", () => {
  it("treat empty fields as absent", () => {
    expect(parseCommitBody(COMMIT, { branch: "", pullid: "", parent_commit_id: "" })).toEqual({
      sha: COMMIT,
      branch: null,
      pullId: null,
      parentSha: null,
    });
    expect(parseUploadBody({ flags: [""], env: {}, version: "" })).toMatchObject({
      flags: [],
      env: null,
      client: null,
    });
  });

  it("lose a parent that is no commit instead of being refused for it", () => {
    expect(parseCommitBody(COMMIT, { parent_commit_id: "abc1234" }).parentSha).toBeNull();
    expect(parseCommitBody(COMMIT, { parent_commit_id: "B".repeat(40) }).parentSha).toBe("b".repeat(40));
  });

  it("name the field that is wrong", () => {
    expect(() => parseCommitBody(undefined, {})).toThrow(/^commitid is missing/);
    expect(() => parseCommitBody(COMMIT, { pullid: "x" })).toThrow(/^pullid is "x"/);
  });

  it("keep an environment of texts, bounded", () => {
    const env = { OS: "linux", EMPTY: "", NESTED: {}, LONG: "x".repeat(300) };
    expect(parseUploadBody({ env }).env).toEqual({ OS: "linux", LONG: "x".repeat(255) });
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`V${i}`, "1"]));
    expect(Object.keys(parseUploadBody({ env: many }).env!)).toHaveLength(100);
    expect(parseUploadBody({ env: "text" }).env).toBeNull();
    expect(parseUploadBody({ env: { A: "a\ud83d", B: `${"x".repeat(254)}😀` } }).env).toEqual({
      A: "a\ufffd",
      B: `${"x".repeat(254)}\ufffd`,
    });
  });

  it("tell the client by its version", () => {
    expect(parseUploadBody({ version: "11.3.1" }).client).toBe("codecov-cli/11.3.1");
    expect(parseUploadBody({ version: "codecov-cli/11.3.1" }).client).toBe("codecov-cli/11.3.1");
  });
});
