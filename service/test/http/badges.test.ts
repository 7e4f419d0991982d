import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { badgeSvg, badgeText } from "../../src/http/badges/badge.js";
import { coverageColor } from "../../src/http/badges/color.js";
import { openTestServer, processUploads, sha, type TestServer, upload } from "./open-test-server.js";

describe("a badge's colour", () => {
  it.each([
    [0, "#e05d44"],
    [70, "#e05d44"],
    [76, "#fe7d37"],
    [82, "#dfb317"],
    [88, "#a4a61d"],
    [94, "#97ca00"],
    [100, "#44cc11"],
  ])("at %d% of the range from 70 to 100 is %s", (percent, color) => {
    expect(coverageColor(percent)).toBe(color);
  });

  it("goes through 101 steps", () => {
    const steps = Array.from({ length: 10_001 }, (_, index) => coverageColor(70 + (index / 10_000) * 30));
    expect(new Set(steps).size).toBe(101);
  });

  it("follows another range", () => {
    const range = { low: 0, high: 50 };
    expect([0, 10, 50, 80].map((percent) => coverageColor(percent, range))).toEqual([
      "#e05d44",
      "#fe7d37",
      "#44cc11",
      "#44cc11",
    ]);
  });
});

describe("a badge", () => {
  it.each([
    ["83.33333", 0, "83%"],
    ["83.99999", 0, "83%"],
    ["83.99999", 1, "83.9%"],
    ["83.99999", 2, "83.99%"],
    ["99.99999", 0, "99%"],
    ["100", 0, "100%"],
    ["100", 2, "100.00%"],
    ["0", 1, "0.0%"],
    [null, 2, "unknown"],
  ] as const)("of %s with precision %d says %s", (coverage, precision, text) => {
    expect(badgeText(coverage, precision)).toBe(text);
    expect(badgeSvg(coverage, precision)).toContain(`aria-label="coverage: ${text}"`);
  });

  it("is grey when nothing is known", () => {
    expect(badgeSvg(null, 0)).toContain('fill="#9f9f9f"');
  });
});

describe("the address of a badge", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await openTestServer();
    await upload(server, sha(1), "SF:a.ts\nDA:1,1\nDA:2,1\nDA:3,0\nend_of_record\n");
    await upload(server, sha(2), "SF:a.ts\nDA:1,1\nend_of_record\n", { branch: "feature/x" });
    await processUploads(server);
  });
  afterAll(() => server.close());
  const get = (url: string) => server.app.inject({ url });

  it.each([
    ["/gh/o/r/graph/badge.txt", "66%"],
    ["/github/o/r/graphs/badge.txt", "66%"],
    ["/gh/o/r/graph/badge.txt?precision=1", "66.6%"],
    ["/gh/o/r/graph/badge.txt?precision=2", "66.66%"],
    ["/gh/o/r/branch/main/graph/badge.txt", "66%"],
    ["/gh/o/r/branch/feature/x/graphs/badge.txt", "100%"],
    ["/gh/o/r/branch/feature%2Fx/graph/badge.txt", "100%"],
    ["/gh/o/r/branch/none/graph/badge.txt", "unknown"],
    ["/gh/o/none/graph/badge.txt", "unknown"],
    ["/nohost/o/r/graph/badge.txt", "unknown"],
    ["/gh/o/r/graph/badge.txt?flag=unit", "unknown"],
  ])("%s says %s", async (url, text) => {
    const answer = await get(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe(text);
  });

  it.each(["3", "-1", "x", "x".repeat(1100)])(
    "with precision %j is told what is allowed, as text",
    async (precision) => {
      for (const badge of ["graph/badge.svg", "graphs/badge.txt", "branch/main/graph/badge.txt"]) {
        const { statusCode, headers, body } = await get(`/gh/o/r/${badge}?precision=${precision}`);
        expect(statusCode).toBe(400);
        expect(headers["content-type"]).toMatch(/^text\/plain/);
        expect(body).toMatch(/^precision is "[^"]{1,81}": it must be 0, 1 or 2\.\n$/);
      }
    },
  );

  it("with an empty precision has the usual one", async () => {
    expect((await get("/gh/o/r/graph/badge.txt?precision=")).body).toBe("66%");
  });

  it("below a branch is not found when it asks for anything else, and people are told on a page", async () => {
    const { statusCode, headers } = await get("/gh/o/r/branch/main");
    expect(statusCode).toBe(404);
    expect(headers["content-type"]).toMatch(/^text\/html/);
  });

  it("gives a picture that other sites may show and nobody keeps", async () => {
    const { headers, body } = await get("/gh/o/r/graph/badge.svg");
    expect(headers).toMatchObject({
      "content-type": expect.stringMatching(/^image\/svg\+xml/),
      "cross-origin-resource-policy": "cross-origin",
      "cache-control": expect.stringContaining("no-cache"),
      "content-security-policy": expect.stringMatching(/^default-src 'none'/),
      "x-content-type-options": "nosniff",
    });
    expect(body).toMatch(/^<svg [\s\S]*66%[\s\S]*<\/svg>\n$/);
  });

  it("of a private repository needs its image token", async () => {
    const { db } = server.service;
    await db.updateTable("repositories").set({ private: true }).where("id", "=", server.repository.id).execute();
    const token = server.repository.image_token;
    expect((await get("/gh/o/r/graph/badge.txt")).body).toBe("unknown");
    expect((await get("/gh/o/r/graph/badge.txt?token=wrong")).body).toBe("unknown");
    expect((await get(`/gh/o/r/graph/badge.txt?token=${token}`)).body).toBe("66%");
  });
});
