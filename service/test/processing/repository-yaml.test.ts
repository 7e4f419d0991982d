import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommit } from "../../src/database/commits.js";
import { findCommitToSummarize, storeSummary } from "../../src/database/summaries.js";
import { listUploads } from "../../src/database/uploads.js";
import { mergeCommit } from "../../src/processing/merge-commit.js";
import { processUpload } from "../../src/processing/process-upload.js";
import { openTestServer, processUploads, sha, type TestServer, upload } from "../http/open-test-server.js";
import { lcov, readReport } from "../support/sample-uploads.js";
import { damagePage, MANY_HITS } from "../support/stored-reports.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

let number = 0;
const next = () => sha(++number);

async function put(document: "yaml" | "diff", commit: string, text: string, query: Record<string, string> = {}) {
  return server.app.inject({
    method: "PUT",
    url: `/upload/github/o::::r/commits/${commit}/${document}?${new URLSearchParams(query)}`,
    headers: { authorization: `token ${server.repository.upload_token}` },
    body: text,
  });
}

async function sendYaml(commit: string, text: string, branch = "feature"): Promise<void> {
  const { statusCode, body } = await put("yaml", commit, text, { branch });
  if (statusCode !== 200) throw new Error(`the yaml was refused: ${body}`);
}

async function sendDiff(commit: string, base: string, text: string): Promise<void> {
  const { statusCode, body } = await put("diff", commit, text, { base });
  if (statusCode !== 200) throw new Error(`the diff was refused: ${body}`);
}

const report = async (commit: string) => readReport(server.service, (await row(commit)).id);
const row = async (commit: string) => (await findCommit(server.service.db, server.repository.id, commit))!;
const uploads = async (commit: string) => listUploads(server.service.db, (await row(commit)).id);

const SPOILT: [string, (key: string) => Promise<void>][] = [
  ["is gone from the store", (key) => server.service.objects.delete(key)],
  ["has a damaged page", (key) => damagePage(server.service.objects, key)],
];

describe("a commit's yaml", () => {
  it("moves paths by `fixes` and leaves files out by `ignore`, and the account says so", async () => {
    const commit = next();
    await sendYaml(commit, "fixes: ['build/::src/']\nignore: [src/generated]\n");
    await upload(server, commit, lcov({ "build/a.ts": [1], "build/generated/b.ts": [0] }));
    await processUploads(server);
    expect(await report(commit)).toEqual({ "src/a.ts": { 1: 1 } });
    const [{ account }] = await uploads(commit);
    expect(account?.reports[0]).toMatchObject({
      files: 1,
      dropped: [
        { path: "build/generated/b.ts", reason: expect.stringContaining("ignore"), tried: ["src/generated/b.ts"] },
      ],
    });
  });

  it("restricts an upload to the paths of its flags", async () => {
    const commit = next();
    await sendYaml(commit, "flags: { web: { paths: [web/] }, api: { ignore: [api/tests] } }\n");
    await upload(server, commit, lcov({ "web/a.ts": [1], "api/b.ts": [1] }), { flags: "web" });
    await upload(server, commit, lcov({ "api/b.ts": [0], "api/tests/c.ts": [1] }), { flags: "api" });
    await processUploads(server);
    expect(await report(commit)).toEqual({ "web/a.ts": { 1: 1 }, "api/b.ts": { 1: 0 } });
  });

  it("says how reports are read", async () => {
    const commit = next();
    await sendYaml(commit, "parsers: { lcov: { partials_as_hits: true } }\n");
    await upload(server, commit, "SF:a.c\nDA:1,1\nBRDA:1,0,0,1\nBRDA:1,0,1,0\nend_of_record\n");
    await processUploads(server);
    expect(await report(commit)).toEqual({ "a.c": { 1: 1 } });
  });

  it("keeps sessions out of the totals whose flag is not joined", async () => {
    const commit = next();
    await sendYaml(commit, "flags: { nightly: { joined: false } }\n");
    await upload(server, commit, lcov({ "a.ts": [1, 0] }));
    await upload(server, commit, lcov({ "a.ts": [0, 1], "b.ts": [1] }), { flags: "nightly" });
    await processUploads(server);
    expect(await report(commit)).toEqual({ "a.ts": { 1: 1, 2: 0 } });
    expect((await uploads(commit)).map(({ state }) => state)).toEqual(["merged", "merged"]);
    expect((await row(commit)).summary?.flags).toMatchObject([{ name: "nightly", totals: { lines: 3, hits: 2 } }]);
  });

  it("deletes what was uploaded once it is processed, when the archive is off", async () => {
    const commit = next();
    await sendYaml(commit, "codecov: { archive: { uploads: false } }\n");
    await upload(server, commit, lcov({ "a.ts": [1] }));
    await processUploads(server);
    const [{ upload_key: key, state }] = await uploads(commit);
    expect(state).toBe("merged");
    expect(await server.service.objects.size(key)).toBeNull();
  });

  it("refuses reports of another day, unless it allows them", async () => {
    const clover =
      '<coverage generated="1600000000"><project><file path="a.js"><line num="1" type="stmt" count="1"/></file></project></coverage>';
    const [strict, lenient] = [next(), next()];
    await sendYaml(lenient, "codecov: { max_report_age: off }\n");
    await upload(server, strict, clover);
    await upload(server, lenient, clover);
    await processUploads(server);
    const [refused] = await uploads(strict);
    expect(refused).toMatchObject({ state: "error", error: "report_expired" });
    expect(refused.account?.reports[0].notes).toEqual([
      expect.stringMatching(/^made at 2020-09-13T12:26:40\.000Z.*max_report_age/),
    ]);
    expect(await report(lenient)).toEqual({ "a.js": { 1: 1 } });
  });

  it("of the default branch holds for commits that send none, over the site's", async () => {
    await sendYaml(next(), "ignore: [lib/]\n", "main");
    const [plain, own] = [next(), next()];
    await sendYaml(own, "ignore: [src/]\n");
    for (const commit of [plain, own]) await upload(server, commit, lcov({ "lib/a.ts": [1], "src/b.ts": [1] }));
    await processUploads(server);
    expect(Object.keys(await report(plain))).toEqual(["src/b.ts"]);
    expect(Object.keys(await report(own))).toEqual(["lib/a.ts"]);
    await sendYaml(next(), "{}", "main");
  });

  it("is refused when it is wrong, with the place of every fault, and nothing is kept", async () => {
    const commit = next();
    const { statusCode, body } = await put("yaml", commit, "coverage:\n  precision: many\nflgs: {}\n");
    expect(statusCode).toBe(400);
    expect(body).toMatch(/line 2, column 14: \ncoverage\.precision .*\n.* line 3, column 1: \nflgs /);
    expect(await findCommit(server.service.db, server.repository.id, commit)).toBeNull();
  });
});

describe("flags and components", () => {
  it("have totals of their own, in the API and on the page", async () => {
    const commit = next();
    await sendYaml(
      commit,
      `component_management:
  individual_components:
    - { component_id: front, name: Front end, paths: [web/] }
    - { component_id: unit, flag_regexes: [unit] }
`,
    );
    await upload(server, commit, lcov({ "web/a.ts": [1, 0], "api/b.ts": [1, 1] }), { flags: "unit" });
    await upload(server, commit, lcov({ "web/a.ts": [0, 0, 1] }), { flags: "e2e,smoke" });
    await processUploads(server);
    const { summary } = (await server.app.inject(`/api/v2/github/o/repos/r/commits/${commit}`)).json();
    expect(summary.flags).toMatchObject([
      { name: "e2e", totals: { lines: 3, hits: 1, sessions: 1 } },
      { name: "smoke", totals: { lines: 3, hits: 1 } },
      { name: "unit", totals: { lines: 4, hits: 3 }, carried_forward: false },
    ]);
    expect(summary.components).toMatchObject([
      { component_id: "front", name: "Front end", totals: { files: 1, lines: 3, hits: 2 } },
      { component_id: "unit", name: "unit", totals: { files: 2, lines: 4, hits: 3 } },
    ]);
    const page = (await server.app.inject(`/gh/o/r/commit/${commit}`)).body;
    expect(page).toContain("Front end");
    expect(page).toContain('id="flags"');
    const badge = async (query: string) =>
      (await server.app.inject(`/gh/o/r/branch/feature/graph/badge.txt?${query}`)).body;
    expect(await badge("flag=e2e")).toBe("33%");
    expect(await badge("component=unit")).toBe("75%");
    expect(await badge("flag=nobody")).toBe("unknown");
  });
});

describe("carrying forward", () => {
  const yaml = "flags: { api: { carryforward: true, paths: [api/] }, web: { carryforward: true } }\n";

  async function mergeApiAndWeb(commit: string, hits: readonly number[] = [1]): Promise<void> {
    await upload(server, commit, lcov({ "api/a.ts": hits }), { flags: "api" });
    await upload(server, commit, lcov({ "web/w.ts": [1] }), { flags: "web" });
    await processUploads(server);
  }

  it("takes sessions of flags over from the nearest ancestor with a report, lines moved by the diff", async () => {
    const [grandparent, parent, head] = [next(), next(), next()];
    await upload(server, grandparent, lcov({ "api/a.ts": [1, 0, 3], "other.ts": [1] }), {
      flags: "api",
      name: "first",
    });
    await upload(server, grandparent, lcov({ "web/w.ts": [1] }), { flags: "web" });
    await upload(server, grandparent, lcov({ "plain.ts": [1] }));
    await processUploads(server);
    await sendYaml(parent, yaml);
    await sendDiff(
      parent,
      grandparent,
      "diff --git a/api/a.ts b/api/b.ts\nrename from api/a.ts\nrename to api/b.ts\n--- a/api/a.ts\n+++ b/api/b.ts\n@@ -1,2 +1,3 @@\n line 1\n+new\n line 2\n",
    );
    await upload(server, parent, lcov({ "own.ts": [0] }));
    await processUploads(server);
    // Without a filter for web, files of all sessions with a carried flag go along.
    expect(await report(parent)).toEqual({
      "api/b.ts": { 1: 1, 3: 0, 4: 3 },
      "other.ts": { 1: 1 },
      "web/w.ts": { 1: 1 },
      "own.ts": { 1: 0 },
    });
    expect((await row(parent)).carried_from).toBe(grandparent);
    const sessions = (await server.app.inject(`/api/v2/github/o/repos/r/commits/${parent}/uploads`)).json().results;
    expect(sessions).toMatchObject([
      {
        name: "CF[1] - first",
        flags: ["api"],
        upload_type: "carriedforward",
        upload_extras: { carriedforward_from: grandparent },
      },
      { name: "Carriedforward", flags: ["web"] },
      { upload_type: "uploaded" },
    ]);
    expect((await row(parent)).summary?.flags).toMatchObject([{ name: "api", carriedForward: true }, { name: "web" }]);

    await sendYaml(head, yaml);
    await upload(server, head, lcov({ "api/b.ts": [0] }), { flags: "api", parent });
    await processUploads(server);
    expect(await report(head)).toEqual({ "api/b.ts": { 1: 0 }, "web/w.ts": { 1: 1 } });
    expect((await uploads(head)).map(({ name }) => name)).toEqual(["CF[1] - Carriedforward", null]);
  });

  it("gives way to an upload of the flag that comes after the merge, and to nothing else", async () => {
    const [parent, head] = [next(), next()];
    await mergeApiAndWeb(parent);
    await sendYaml(head, yaml);
    await upload(server, head, lcov({ "x.ts": [1] }), { parent });
    await processUploads(server);
    expect(Object.keys(await report(head))).toEqual(["api/a.ts", "web/w.ts", "x.ts"]);
    const carried = (await uploads(head))[0];
    await upload(server, head, lcov({ "api/new.ts": [1] }), { flags: "api", parent });
    await processUploads(server);
    expect(Object.keys(await report(head))).toEqual(["api/new.ts", "web/w.ts", "x.ts"]);
    expect(await server.service.objects.size(carried.session_key!)).toBeNull();
  });

  it.each(SPOILT)("leaves out what the ancestor has a report of that %s", async (_, spoil) => {
    const [parent, head] = [next(), next()];
    await mergeApiAndWeb(parent, MANY_HITS);
    await spoil((await uploads(parent))[0].session_key!);
    await sendYaml(head, yaml);
    await sendDiff(head, parent, "--- a/api/a.ts\n+++ b/api/a.ts\n@@ -1 +1,2 @@\n line 1\n+new\n");
    await upload(server, head, lcov({ "x.ts": [1] }), { parent });
    await processUploads(server);
    expect(Object.keys(await report(head))).toEqual(["web/w.ts", "x.ts"]);
  });

  it("leaves no report behind when it fails half way", async () => {
    const { service } = server;
    const [parent, head] = [next(), next()];
    await mergeApiAndWeb(parent);
    await sendYaml(head, yaml);
    await upload(server, head, lcov({ "x.ts": [1] }), { parent });
    const [{ id: uploadId }] = await uploads(head);
    await processUpload(service, { uploadId });
    const carried: string[] = [];
    const put: typeof service.objects.put = async (key, body) => {
      if (key.includes("/carried-") && carried.push(key) === 2) throw new Error("storage is away");
      return service.objects.put(key, body);
    };
    const commitId = (await row(head)).id;
    await expect(mergeCommit({ ...service, objects: { ...service.objects, put } }, { commitId })).rejects.toThrow(
      "storage is away",
    );
    expect(carried).toHaveLength(2);
    expect(await Promise.all(carried.map((key) => service.objects.size(key)))).toEqual([null, null]);
    await processUploads(server);
    expect(Object.keys(await report(head))).toEqual(["api/a.ts", "web/w.ts", "x.ts"]);
  });

  it("counts in no limit of uploads, and in no answer to send-notifications", async () => {
    const [parent, head] = [next(), next()];
    await upload(server, parent, lcov({ "web/w.ts": [1] }), { flags: "web" });
    await processUploads(server);
    await sendYaml(head, yaml);
    await upload(server, head, lcov({ "x.ts": [1] }), { parent });
    await processUploads(server);
    const answer = await server.app.inject({
      method: "POST",
      url: `/upload/github/o::::r/commits/${head}/upload-complete`,
      headers: { authorization: `token ${server.repository.upload_token}` },
    });
    expect(answer.json()).toMatchObject({ uploads_total: 1, uploads_success: 1 });
  });
});

describe("a commit's diff", () => {
  const diff = "--- a/a.ts\n+++ b/a.ts\n@@ -1 +1,3 @@\n line 1\n+new\n+new\n";

  it("gives the coverage of what it adds, and of lines that changed though nobody edited them", async () => {
    const [base, head] = [next(), next()];
    await upload(server, base, lcov({ "a.ts": [1, 1], "b.ts": [1] }));
    await upload(server, head, lcov({ "a.ts": [1, 0, 1, 0], "b.ts": [1] }));
    await processUploads(server);
    await sendDiff(head, base, diff);
    await processUploads(server);
    const { summary } = (await server.app.inject(`/api/v2/github/o/repos/r/commits/${head}`)).json();
    expect(summary.patch).toMatchObject({
      base,
      totals: { lines: 2, hits: 1, misses: 1, coverage: 50 },
      files: [{ name: "a.ts" }],
    });
    expect(summary.indirect_changes).toMatchObject({
      file_count: 1,
      files: [{ path: "a.ts", kind: "changed", hits: -1, misses: 1, partials: 0 }],
    });
    const page = (await server.app.inject(`/gh/o/r/commit/${head}`)).body;
    expect(page).toContain('id="patch"');
    expect(page).toContain('id="changes"');
  });

  it("is told anew when another one is sent, and names the parent where none is known", async () => {
    const [base, head] = [next(), next()];
    await upload(server, head, lcov({ "a.ts": [1] }));
    await sendDiff(head, base, "");
    await processUploads(server);
    expect((await row(head)).parent_sha).toBe(base);
    expect((await row(head)).summary).toMatchObject({ patch: { totals: { lines: 0, coverage: null } }, changes: null });
    await sendDiff(head, base, "--- /dev/null\n+++ b/a.ts\n@@ -0,0 +1 @@\n+new\n");
    await processUploads(server);
    expect((await row(head)).summary?.patch).toMatchObject({ totals: { lines: 1, hits: 1 }, fileCount: 1 });
  });

  it("is compared with its base anew when that one's report comes later, or changes", async () => {
    const [base, head] = [next(), next()];
    await upload(server, head, lcov({ "a.ts": [1, 0, 1, 0] }));
    await sendDiff(head, base, diff);
    await processUploads(server);
    expect((await row(head)).summary).toMatchObject({ baseVersion: null, changes: null });
    await upload(server, base, lcov({ "a.ts": [1, 1] }));
    await processUploads(server);
    expect((await row(head)).summary).toMatchObject({ baseVersion: 1, changes: { base, fileCount: 1 } });
    await upload(server, base, lcov({ "b.ts": [1] }));
    await processUploads(server);
    expect((await row(head)).summary).toMatchObject({ baseVersion: 2, changes: { base, fileCount: 2 } });
  });

  it("is told of two commits that start from each other, and that is the end of it", async () => {
    const [one, other] = [next(), next()];
    await upload(server, one, lcov({ "a.ts": [1] }));
    await upload(server, other, lcov({ "a.ts": [0] }));
    await sendDiff(one, other, "");
    await sendDiff(other, one, "");
    await processUploads(server);
    expect((await row(one)).summary).toMatchObject({ baseVersion: 1, changes: { fileCount: 1 } });
    expect((await row(other)).summary).toMatchObject({ baseVersion: 1, changes: { fileCount: 1 } });
  });

  it.each([
    ["diff", { diff_key: "another" }],
    ["report", { report_version: 7 }],
  ])("is not answered by a summary that was made before another %s came", async (_, change) => {
    const [base, head] = [next(), next()];
    await upload(server, head, lcov({ "a.ts": [1] }));
    await sendDiff(head, base, "");
    await processUploads(server);
    const { db } = server.service;
    const { id } = await row(head);
    await db.updateTable("commits").set({ summary: null }).where("id", "=", id).execute();
    const commit = (await findCommitToSummarize(db, id))!;
    await db.updateTable("commits").set(change).where("id", "=", id).execute();
    const none = { flags: [], components: [], patch: null, changes: null };
    const summary = { reportVersion: commit.reportVersion, baseVersion: null, ...none };
    expect(await storeSummary(db, commit, summary)).toBe(false);
    expect((await row(head)).summary).toBeNull();
  });

  it.each(SPOILT)(
    "is told without flags once a session's report of theirs %s, and not asked for again",
    async (_, spoil) => {
      const [base, head] = [next(), next()];
      for (const name of ["one", "other"])
        await upload(server, head, lcov({ "a.ts": MANY_HITS }), { flags: "unit", name });
      await processUploads(server);
      await spoil((await uploads(head))[1].session_key!);
      await sendDiff(head, base, "");
      await processUploads(server);
      expect((await row(head)).summary).toMatchObject({ flags: [], patch: { totals: { lines: 0 } } });
    },
  );

  it.each(SPOILT)("is told without comparison once the report of its base %s", async (_, spoil) => {
    const [base, head] = [next(), next()];
    await upload(server, base, lcov({ "a.ts": MANY_HITS }));
    await upload(server, head, lcov({ "a.ts": [0, ...MANY_HITS] }), { flags: "unit" });
    await processUploads(server);
    await spoil((await row(base)).report_key!);
    await sendDiff(head, base, diff);
    await processUploads(server);
    expect((await row(head)).summary).toMatchObject({ flags: [{ name: "unit" }], patch: null, changes: null });
  });

  it("is refused when it is none, or without its base", async () => {
    expect((await put("diff", next(), diff)).json().detail).toMatch(/base/);
    const cut = await put("diff", next(), "--- a/a\n+++ b/a\n@@ -1,5 +1,5 @@\n line\n", { base: sha(1) });
    expect(cut.statusCode).toBe(400);
    expect(cut.json().detail).toMatch(/ends within a hunk/);
    const none = await put("diff", next(), "fatal: bad revision\n", { base: sha(1) });
    expect([none.statusCode, none.json().detail]).toEqual([400, expect.stringContaining("it names no file")]);
  });
});
