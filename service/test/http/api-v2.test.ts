import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, pathOf, processUploads, sha, type TestServer, upload } from "./open-test-server.js";

const A = "SF:src/a.ts\nDA:1,1\nDA:2,0\nDA:3,5\nBRDA:4,0,0,1\nBRDA:4,0,1,-\nend_of_record\n";
const B = "SF:src/deep/b c#.ts\nDA:10,1\nDA:11,1\nend_of_record\n";
const OLDER = "SF:src/a.ts\nDA:1,0\nend_of_record\n";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await upload(server, sha(1), OLDER);
  await upload(server, sha(2), A, { flags: "unit", name: "first", service: "travis", build: "7" });
  await upload(server, sha(2), B);
  await upload(server, sha(3), B, { branch: "dev" });
  await upload(server, sha(4), "nothing that is a report", { branch: "broken" });
  await processUploads(server);
});
afterAll(() => server.close());

const base = "/api/v2/github/o/repos/r";
async function get(path: string) {
  const answer = await server.app.inject({ url: path });
  return { status: answer.statusCode, json: answer.json() };
}

const TOTALS = {
  files: 2,
  lines: 6,
  hits: 4,
  misses: 1,
  partials: 1,
  coverage: 66.66,
  branches: 1,
  methods: 0,
  messages: 0,
  sessions: 2,
  complexity: 0,
  complexity_total: 0,
  complexity_ratio: 0,
  diff: null,
};

describe("totals/", () => {
  it("are those of the newest report on the default branch, coverage rounded down", async () => {
    const { json } = await get(`${base}/totals/`);
    expect(json.totals).toEqual(TOTALS);
    expect(json.files.map((file: { name: string }) => file.name)).toEqual(["src/a.ts", "src/deep/b c#.ts"]);
    expect(json.files[0].totals).toMatchObject({ lines: 4, hits: 2, misses: 1, partials: 1, coverage: 50 });
    expect(json.commit_file_url).toBe(`http://127.0.0.1:8080/gh/o/r/commit/${sha(2)}`);
  });

  it.each([
    [`sha=${sha(1)}`, { files: 1, lines: 1, hits: 0, coverage: 0, sessions: 1 }],
    ["branch=dev", { files: 1, lines: 2, coverage: 100 }],
    ["path=src/deep", { files: 1, lines: 2, hits: 2 }],
    ["path=src/deep/", { files: 1 }],
    ["path=src/a.ts", { files: 1, lines: 4 }],
    ["branch=&path=", { files: 2 }],
  ])("can be chosen by %s", async (query, totals) => {
    expect((await get(`${base}/totals?${query}`)).json.totals).toMatchObject(totals);
  });

  it("of a commit that is not there say so", async () => {
    expect(await get(`${base}/totals?sha=${sha(77)}`)).toEqual({
      status: 404,
      json: { detail: `Nothing was uploaded for commit ${sha(77)} of o/r.` },
    });
  });

  it.each([
    ["branch=nobody", "No commit on branch nobody has a coverage report."],
    ["path=src/a", `The report of commit ${sha(2)} has no file or folder src/a.`],
    ["path=nowhere/", `The report of commit ${sha(2)} has no file or folder nowhere/.`],
    [`path=${"x".repeat(1100)}`, `The report of commit ${sha(2)} has no file or folder ${"x".repeat(200)}….`],
  ])("of %s are not found", async (query, detail) => {
    expect(await get(`${base}/totals?${query}`)).toEqual({ status: 404, json: { detail } });
  });

  it("of a commit without a report say so", async () => {
    const { status, json } = await get(`${base}/totals?sha=${sha(4)}`);
    expect(status).toBe(404);
    expect(json.detail).toMatch(/has no coverage report/);
  });

  it("of what cannot be a commit are refused", async () => {
    const { status, json } = await get(`${base}/totals?sha=main`);
    expect(status).toBe(400);
    expect(json.detail).toMatch(/sha is "main"/);
  });
});

describe("report/", () => {
  it("has the lines of every file: 0 covered, 1 missed, 2 partial", async () => {
    const { json } = await get(`${base}/report/`);
    expect(json.totals).toEqual(TOTALS);
    expect(json.files).toMatchObject([
      {
        name: "src/a.ts",
        line_coverage: [
          [1, 0],
          [2, 1],
          [3, 0],
          [4, 2],
        ],
      },
      {
        name: "src/deep/b c#.ts",
        line_coverage: [
          [10, 0],
          [11, 0],
        ],
      },
    ]);
  });

  it("can be of a folder alone", async () => {
    const { json } = await get(`${base}/report?path=src/deep`);
    expect(json.totals).toMatchObject({ files: 1, lines: 2 });
    expect(json.files).toHaveLength(1);
  });
});

describe("file_report/", () => {
  it("has the lines of one file, whose path may need escapes", async () => {
    const { json } = await get(`${base}/file_report/src/deep/b%20c%23.ts/?sha=${sha(2)}`);
    expect(json).toMatchObject({
      name: "src/deep/b c#.ts",
      totals: { lines: 2, coverage: 100 },
      line_coverage: [
        [10, 0],
        [11, 0],
      ],
      commit_sha: sha(2),
      commit_file_url: `http://127.0.0.1:8080/gh/o/r/commit/${sha(2)}/blob/src/deep/b%20c%23.ts`,
    });
    expect((await server.app.inject({ url: pathOf(json.commit_file_url) })).statusCode).toBe(200);
  });

  it.each(["src/none.ts", "src"])("of %s is not found", async (path) => {
    const detail = `The report of commit ${sha(2)} has no file ${path}.`;
    expect(await get(`${base}/file_report/${path}`)).toEqual({ status: 404, json: { detail } });
  });

  it("of an address that leaves the report is not found", async () => {
    expect((await get(`${base}/file_report/../src/a.ts`)).status).toBe(404);
  });
});

describe("commits/", () => {
  it("are listed newest first, with their totals", async () => {
    const { json } = await get(`${base}/commits/`);
    expect(json).toMatchObject({ count: 4, next: null, previous: null, total_pages: 1 });
    expect(json.results.map((commit: { commitid: string }) => commit.commitid)).toEqual([4, 3, 2, 1].map(sha));
    expect(json.results[2]).toMatchObject({ branch: "main", state: "complete", totals: TOTALS, parent: null });
    expect(json.results[0].totals).toBeNull();
  });

  it("come in pages that keep the other parameters", async () => {
    const first = await get(`${base}/commits?branch=main&page_size=1`);
    expect(first.json).toMatchObject({ count: 2, total_pages: 2, previous: null });
    const second = await get(pathOf(first.json.next));
    expect(second.json.results).toMatchObject([{ commitid: sha(1) }]);
    expect(second.json).toMatchObject({ next: null });
    expect((await get(pathOf(second.json.previous))).json).toEqual(first.json);
  });

  it.each(["page=0", "page=x", "page_size=0", "page_size=501"])("are refused with %s", async (query) => {
    const { status, json } = await get(`${base}/commits?${query}`);
    expect(status).toBe(400);
    expect(json.detail).toMatch(/querystring\/page/);
  });

  it("have their report in the answer for one", async () => {
    const { json } = await get(`${base}/commits/${sha(2)}/`);
    expect(json).toMatchObject({ commitid: sha(2), totals: TOTALS, report: { totals: TOTALS } });
    expect(json.report.files.map((file: { name: string }) => file.name)).toEqual(["src/a.ts", "src/deep/b c#.ts"]);
    expect((await get(`${base}/commits/${sha(4)}`)).json.report).toBeNull();
    expect((await get(`${base}/commits/main`)).status).toBe(404);
  });

  it("list their uploads and what became of each", async () => {
    const { json } = await get(`${base}/commits/${sha(2)}/uploads/`);
    expect(json.count).toBe(2);
    expect(json.results[0]).toMatchObject({
      flags: ["unit"],
      name: "first",
      provider: "travis",
      build_code: "7",
      state: "merged",
      error: null,
      totals: { files: 1, lines: 4, sessions: 1 },
      account: { reports: [{ format: "lcov", files: 1 }] },
    });
    const body = await server.app.inject({ url: pathOf(json.results[0].storage_path) });
    expect(body.statusCode).toBe(200);
    expect(body.body).toBe(A);
    expect(body.headers["content-disposition"]).toMatch(/^attachment/);

    const broken = await get(`${base}/commits/${sha(4)}/uploads/`);
    expect(broken.json.results[0]).toMatchObject({ state: "error", error: "unsupported_file_format" });
  });
});

describe("repos/", () => {
  it("are listed for their owner, with the totals of the newest report", async () => {
    const { json } = await get("/api/v2/gh/o/repos/");
    expect(json).toMatchObject({ count: 1, total_pages: 1 });
    expect(json.results[0]).toMatchObject({
      name: "r",
      private: false,
      branch: "main",
      author: { service: "github", username: "o" },
      totals: TOTALS,
    });
    expect(JSON.stringify(json)).not.toContain(server.repository.upload_token);
    expect((await get("/api/v2/github/o/repos?search=nothing")).json.results).toEqual([]);
  });

  it("are found one by one", async () => {
    expect((await get(base)).json).toMatchObject({ name: "r", totals: TOTALS });
  });

  it.each(["/api/v2/nohost/o/repos", "/api/v2/nohost/o/repos/r"])(
    "of a git host that there is not: %s",
    async (path) => {
      expect(await get(path)).toEqual({
        status: 404,
        json: {
          detail: expect.stringMatching(/^There is no git host nohost: it must be one of github, gitlab, bitbucket/),
        },
      });
    },
  );

  it("are not found where no endpoint is", async () => {
    expect(await get("/api/v2")).toEqual({ status: 404, json: { detail: "Not found." } });
  });

  it.each(["/api/v2/github/o/repos/none", "/api/v2/github/o/repos/none/commits"])(
    "%s says when it would be",
    async (path) => {
      const { status, json } = await get(path);
      expect(status).toBe(404);
      expect(json.detail).toBe("There is no repository o/none here. It appears with its first upload.");
    },
  );

  it("have owners with groups, separated by : or by an escaped slash", async () => {
    await server.app.inject({
      method: "POST",
      url: "/upload/gitlab/grp:::sub::::r/commits",
      headers: { authorization: "global-token-of-both-gitlabs" },
      payload: { commitid: sha(9) },
    });
    for (const owner of ["grp:sub", "grp%2Fsub", "GRP:Sub"]) {
      expect((await get(`/api/v2/gl/${owner}/repos/r`)).json).toMatchObject({ author: { username: "grp/sub" } });
    }
  });
});

describe("the body of an upload", () => {
  it("can be fetched under its own repository alone, once it came", async () => {
    const { json } = await get(`${base}/commits/${sha(2)}/uploads`);
    const id = json.results[0].external_id;
    const waiting = await server.app.inject({
      method: "POST",
      url: `/upload/v4?commit=${sha(2)}&token=${server.repository.upload_token}`,
    });
    const waitingId = /put\/([\w-]+)/.exec(waiting.body)![1];
    await server.app.inject({
      method: "POST",
      url: `/upload/github/o::::other/commits`,
      headers: { authorization: "global-token-of-github" },
      payload: { commitid: sha(1) },
    });
    const statuses = async (urls: string[]) =>
      Promise.all(urls.map(async (url) => (await server.app.inject({ url: `/upload/${url}` })).statusCode));
    expect(
      await statuses([
        `gh/o/r/download?upload=${id}`,
        `gh/o/other/download?upload=${id}`,
        `gh/o/none/download?upload=${id}`,
        `gh/o/r/download?upload=${waitingId}`,
        "gh/o/r/download?upload=x",
        "gh/o/r/download",
      ]),
    ).toEqual([200, 404, 404, 404, 400, 400]);
  });
});
