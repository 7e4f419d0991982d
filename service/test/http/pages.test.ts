import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, processUploads, sha, type TestServer, upload } from "./open-test-server.js";

const REPORT = [
  "SF:src/a.ts\nDA:1,1234\nDA:2,0\nDA:3,0\nDA:7,0\nBRDA:9,0,0,1\nBRDA:9,0,1,-\nend_of_record\n",
  "SF:src/b.ts\nDA:1,1\nend_of_record\n",
  "SF:lib/c&d.ts\nDA:1,0\nDA:2,0\nend_of_record\n",
].join("");
const EVIL = `"><script>alert(1)</script>'`;

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await upload(server, sha(1), REPORT);
  await upload(server, sha(2), REPORT, {
    name: EVIL,
    flags: EVIL,
    branch: EVIL,
    service: EVIL,
    job: EVIL,
    build_url: `https://ci/${EVIL}`,
    package: EVIL,
  });
  await upload(server, sha(3), "no report at all", { pr: "12", branch: "topic" });
  await processUploads(server);
});
afterAll(() => server.close());

async function page(url: string, status = 200): Promise<string> {
  const answer = await server.app.inject({ url });
  expect(answer.statusCode, url).toBe(status);
  expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
  return answer.body;
}

/** The text that a browser would show, roughly. */
function textOf(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ({ "&lt;": "<", "&amp;": "&" })[entity] ?? entity)
    .replace(/\s+/g, " ");
}

describe("the list of repositories", () => {
  it("shows coverage, links to the repository and finds it by part of its name", async () => {
    const all = await page("/");
    expect(all).toContain('<a href="/gh/o/r">');
    expect(textOf(all)).toMatch(/o\/ r GitHub 25\.00%/);
    expect(await page("/?q=O/R")).toContain('<a href="/gh/o/r">');
    expect(textOf(await page("/?q=50%25"))).toContain("No repository matches “50%”");
  });

  it("can be of one owner", async () => {
    expect(await page("/github/o")).toContain('<a href="/gh/o/r">');
    expect(textOf(await page("/gh/nobody"))).toContain("No repository");
    expect(textOf(await page("/nohost/o", 404))).toContain("There is no such page");
  });

  it("tells how to begin while nothing was uploaded", async () => {
    const empty = await openTestServer();
    await empty.service.db.deleteFrom("owners").execute();
    const text = textOf((await empty.app.inject({ url: "/" })).body);
    await empty.close();
    expect(text).toContain("Nothing has been uploaded yet");
    expect(text).toContain("global_upload_token");
  });
});

describe("the page of a repository", () => {
  it.each(["/gh/o/r", "/github/o/r", "/gh/O/R/", "//gh//o/r"])("is at %s", async (path) => {
    expect(await page(path)).toContain("<h1>o/r</h1>");
  });

  it("has a chart, the commits, a badge and commands to upload with its token", async () => {
    const markup = await page("/gh/o/r");
    expect(markup).toMatch(/<svg class="chart"[^>]*aria-label="Coverage over 1 commit, from 25\.00% to 25\.00%"/);
    for (const number of [1, 2, 3]) expect(markup).toContain(`href="/gh/o/r/commit/${sha(number)}"`);
    const text = textOf(markup);
    expect(text).toContain(`codecovcli --enterprise-url http://127.0.0.1:8080 upload-coverage`);
    expect(text).toContain(server.repository.upload_token);
    expect(text).toContain("[![coverage](http://127.0.0.1:8080/gh/o/r/graph/badge.svg)](http://127.0.0.1:8080/gh/o/r)");
  });

  it("shows the commits of one branch", async () => {
    const text = await page("/gh/o/r?branch=topic");
    expect(text).toContain(`/commit/${sha(3)}`);
    expect(text).not.toContain(`/commit/${sha(2)}"`);
  });

  it("that is not there says when it would be", async () => {
    expect(textOf(await page("/gh/o/none", 404))).toContain("There is no repository o/none here");
  });
});

describe("the page of a commit", () => {
  const path = `/gh/o/r/commit/${sha(1)}`;

  it("has totals and files with a link to each", async () => {
    const markup = await page(path);
    expect(textOf(markup)).toMatch(/Coverage 25\.00% Files 3 Lines 8 Covered 2 Partial 1 Missed 5/);
    expect(markup).toContain(`href="${path}/blob/lib/c%26d.ts"`);
    expect(markup).toContain(`href="https://github.com/o/r/commit/${sha(1)}"`);
    expect(markup).not.toContain("http-equiv");
  });

  it.each([
    ["", ["lib/c&d.ts", "src/a.ts", "src/b.ts"]],
    ["?sort=coverage", ["lib/c&d.ts", "src/a.ts", "src/b.ts"]],
    ["?sort=missed", ["src/a.ts", "lib/c&d.ts", "src/b.ts"]],
    ["?sort=lines", ["src/a.ts", "lib/c&d.ts", "src/b.ts"]],
    ["?q=SRC/", ["src/a.ts", "src/b.ts"]],
    ["?q=nowhere", []],
    ["?page=9", []],
  ])("lists files by %j as %j", async (query, files) => {
    const rows = (await page(path + query)).match(/<th scope="row" class="path">.*?<\/th>/g) ?? [];
    expect(rows.map((row) => textOf(row).trim())).toEqual(files);
  });

  it("says what became of every upload", async () => {
    const good = textOf(await page(path));
    expect(good).toMatch(/1 upload .*in the report.*received, processed in.*lcov 3/);
    const bad = textOf(await page(`/gh/o/r/commit/${sha(3)}`));
    expect(bad).toMatch(/None of the uploads could be used.*failed.*format that can be read.*not recognised/);
  });

  it("loads itself again while an upload is being processed", async () => {
    const later = await openTestServer();
    await upload(later, sha(8), REPORT);
    const { body } = await later.app.inject({ url: `/gh/o/r/commit/${sha(8)}` });
    await later.close();
    expect(body).toContain('<meta http-equiv="refresh" content="3">');
    expect(textOf(body)).toContain("Processing 1 upload of 1…");
  });

  it("that is not there says so", async () => {
    expect(textOf(await page(`/gh/o/r/commit/${sha(99)}`, 404))).toContain(
      `Nothing was uploaded for commit ${sha(99)}`,
    );
    await page("/gh/o/r/commit/main", 404);
    await page(`${path}?sort=colour`, 400);
  });
});

describe("the page of a file", () => {
  const path = `/gh/o/r/commit/${sha(1)}/blob/src/a.ts`;

  it("shows every line with its hits or branches, and which were not taken", async () => {
    const markup = await page(path);
    const lines = markup.match(/<li class="\w+" id="L\d+">.*?<\/li>/g)!.map((line) => textOf(line).trim());
    expect(lines).toEqual(["1 ✓ 1,234×", "2 ✗ 0×", "3 ✗ 0×", "7 ✗ 0×", "9 ◐ 1/2 not taken: 0:1"]);
  });

  it("sums up missed and partial lines as ranges", async () => {
    const text = textOf(await page(path));
    expect(text).toMatch(/Missed lines 2–3 7 Partial lines 9 /);
  });

  it("says that source text needs a git host", async () => {
    expect(textOf(await page(path))).toContain("source text is not shown: this service does not read repositories");
  });

  it("opens for a path with markup in it, and is missing for other paths", async () => {
    expect(await page(`/gh/o/r/commit/${sha(1)}/blob/lib/c%26d.ts`)).toContain('<h1 class="path">lib/c&amp;d.ts</h1>');
    await page(`/gh/o/r/commit/${sha(1)}/blob/src/none.ts`, 404);
    await page(`/gh/o/r/commit/${sha(3)}/blob/src/a.ts`, 404);
  });

  it("comes in pages when the file is long, with links across them", async () => {
    const lines = Array.from({ length: 5001 }, (_, index) => `DA:${index + 1},${index === 5000 ? 0 : 1}`);
    await upload(server, sha(5), `SF:long.ts\n${lines.join("\n")}\nend_of_record\n`, { branch: "long" });
    await processUploads(server);
    const first = await page(`/gh/o/r/commit/${sha(5)}/blob/long.ts`);
    expect(first).toContain(`href="/gh/o/r/commit/${sha(5)}/blob/long.ts?page=2#L5001"`);
    expect(first).not.toContain('id="L5001"');
    expect(await page(`/gh/o/r/commit/${sha(5)}/blob/long.ts?page=2`)).toContain('id="L5001"');
  });
});

describe("every page", () => {
  const paths = [
    "/",
    "/gh/o",
    "/gh/o/r",
    `/gh/o/r/commit/${sha(2)}`,
    `/gh/o/r?branch=${encodeURIComponent(EVIL)}`,
    `/?q=${encodeURIComponent(EVIL)}`,
    "/none",
  ];

  it("escapes what clients sent", async () => {
    for (const path of paths) {
      const { body } = await server.app.inject({ url: path });
      expect(body).not.toMatch(/<script/i);
    }
  });

  it("runs no script, embeds no style and says so in its policy", async () => {
    for (const path of paths) {
      const { body, headers } = await server.app.inject({ url: path });
      expect(body).not.toMatch(/ style=| on\w+=|javascript:/);
      expect(headers["content-security-policy"]).toMatch(/default-src 'none'/);
      expect(headers["content-security-policy"]).not.toMatch(/unsafe|script-src|upgrade-insecure/);
    }
  });

  it("has its style and icon from addresses that browsers may keep for good", async () => {
    const markup = await page("/");
    const addresses = markup.match(/\/assets\/[\w.]+\?v=\w+/g)!;
    for (const url of new Set(addresses)) {
      const { statusCode, headers, body } = await server.app.inject({ url });
      expect(statusCode).toBe(200);
      expect(headers["cache-control"]).toContain("immutable");
      expect(body.length).toBeGreaterThan(100);
    }
    expect(new Set(addresses).size).toBe(2);
  });

  it("that does not exist is a page too", async () => {
    expect(textOf(await page("/no/such/page/at/all", 404))).toContain("There is no such page");
  });
});
