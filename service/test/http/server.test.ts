import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttpServer } from "../../src/http/server.js";
import type { Service } from "../../src/service.js";
import { openTestServer, pathOf, sha, type TestServer } from "./open-test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

async function statusOf(service: Service, surface: "full" | "api" | "health", url: string): Promise<number> {
  const app = await createHttpServer(service, { surface });
  const { statusCode } = await app.inject({ url });
  await app.close();
  return statusCode;
}

describe("an address with a NUL, which no database takes", () => {
  it.each(["/?q=%00", "/gh/%00", "/gh/o/r/branch/%00/graph/badge.svg", "/api/v2/gh/o/repos?search=%00"])(
    "is refused: %s",
    async (url) => {
      expect((await server.app.inject({ url })).statusCode).toBe(400);
    },
  );
});

describe("health", () => {
  it.each(["/health", "/health/", "/api_health/"])("%s tells the version", async (url) => {
    const answer = await server.app.inject({ url });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toMatch(/^\d+\.\d+\.\d+\S* is live!$/);
  });

  it("is ready when database, objects and queue answer", async () => {
    const answer = await server.app.inject({ url: "/health/ready" });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ status: "ready", database: "up", objects: "up", queue: "up" });
  });

  it("names what is down, without saying where it is, and stays live", async () => {
    const { objects, queue } = server.service;
    const refuse = () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.7:6379"));
    const broken = {
      ...server.service,
      objects: { ...objects, check: refuse },
      queue: { ...queue, check: () => new Promise<void>(() => {}) },
    };
    const app = await createHttpServer(broken, { surface: "health" });
    const ready = await app.inject({ url: "/health/ready" });
    const live = await app.inject({ url: "/health/live" });
    await app.close();
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toEqual({ status: "not ready", database: "up", objects: "down", queue: "down" });
    expect(live.json()).toEqual({ status: "live" });
  });

  it.each([
    ["full", 200, "ready"],
    ["api", 200, "ready"],
    ["health", 503, "not ready"],
  ] as const)("of the surface %s is answered %d without the queue", async (surface, code, status) => {
    const { queue } = server.service;
    const away = { ...queue, check: () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.7:6379")) };
    const app = await createHttpServer({ ...server.service, queue: away }, { surface });
    const answer = await app.inject({ url: "/health/ready" });
    await app.close();
    expect(answer.statusCode).toBe(code);
    expect(answer.json()).toEqual({ status, database: "up", objects: "up", queue: "down" });
  });

  it.each([
    ["fails", () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.7:6379"))],
    ["does not answer", () => new Promise<number>(() => {})],
  ])("comes with metrics also while the queue %s, without its depth, and the log says so once", async (_, depth) => {
    await server.app.inject({ url: "/metrics" });
    const lines: string[] = [];
    const sink = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const { queue } = server.service;
    const service = { ...server.service, queue: { ...queue, depth }, log: pino({ level: "warn" }, sink) };
    const app = await createHttpServer(service, { surface: "health" });
    for (let scrape = 0; scrape < 2; scrape++) {
      const { statusCode, body } = await app.inject({ url: "/metrics" });
      expect(statusCode).toBe(200);
      expect(body).toContain("process_resident_memory_bytes");
      expect(body).not.toMatch(/^coverstack_queue_depth/m);
    }
    await app.close();
    expect(lines.filter((line) => line.includes("the queue does not tell its depth"))).toHaveLength(1);
  });

  it("comes with metrics per route, with few values each", async () => {
    await server.app.inject({ url: "/gh/o/r" });
    await server.app.inject({ url: "/no/such/page/at/all" });
    const { headers, body } = await server.app.inject({ url: "/metrics" });
    expect(headers["content-type"]).toMatch(/^text\/plain/);
    expect(body).toContain(
      'coverstack_http_request_duration_count{method="GET",route="/:service/:owner/:repo",status="200"} 1',
    );
    expect(body).toContain('route="unmatched",status="404"');
    expect(body).toContain("coverstack_queue_depth 0");
  });

  it("counts uploads that are refused, with the reason", async () => {
    await server.app.inject({ method: "POST", url: "/upload/v4?commit=x" });
    const { body } = await server.app.inject({ url: "/metrics" });
    expect(body).toContain('coverstack_uploads_rejected{endpoint="v4",reason="invalid_parameter"} 1');
  });
});

describe("a surface", () => {
  it.each([
    ["full", "/", 200],
    ["full", "/api/v2/gh/o/repos", 200],
    ["api", "/", 404],
    ["api", "/gh/o/r", 404],
    ["api", "/api/v2/gh/o/repos", 200],
    ["api", "/gh/o/r/graph/badge.svg", 200],
    ["api", "/health/live", 200],
    ["health", "/api/v2/gh/o/repos", 404],
    ["health", "/health/live", 200],
    ["health", "/metrics", 200],
  ] as const)("of %s answers %s with %d", async (surface, url, status) => {
    expect(await statusOf(server.service, surface, url)).toBe(status);
  });
});

describe("errors", () => {
  it("are JSON where there are no pages to show them", async () => {
    const app = await createHttpServer(server.service, { surface: "api" });
    const answer = await app.inject({ url: "/gh/o/r" });
    await app.close();
    expect(answer.json()).toEqual({ detail: "Not found." });
  });

  it("of the server show a request id and nothing else", async () => {
    const { db, ...rest } = server.service;
    const broken = { ...rest, db: db.withSchema("nowhere") };
    const app = await createHttpServer(broken, { surface: "full" });
    const page = await app.inject({ url: "/" });
    const json = await app.inject({ url: "/api/v2/gh/o/repos" });
    const text = await app.inject({
      method: "POST",
      url: `/upload/v4?commit=${sha(1)}&token=${server.repository.upload_token}`,
    });
    await app.close();
    for (const answer of [page, json, text]) {
      expect(answer.statusCode).toBe(500);
      expect(answer.body).toContain(answer.headers["x-request-id"]);
      expect(answer.body).not.toMatch(/nowhere|relation|select|node_modules|\bat\b .*:\d+/);
    }
    expect(page.headers["content-type"]).toMatch(/html/);
    expect(json.json()).toEqual({ detail: expect.stringContaining("request id") });
    expect(text.headers["content-type"]).toMatch(/^text\/plain/);
  });

  it("of addresses that cannot be decoded are the client's", async () => {
    const answer = await server.app.inject({ url: "/gh/o/%E0%A4%A" });
    expect(answer.statusCode).toBe(400);
  });
});

describe("the log", () => {
  it("has a line for each request with commit, upload and the kind of refusal, and never a token", async () => {
    const lines: string[] = [];
    const sink = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const app = await createHttpServer({ ...server.service, log: pino({ level: "trace" }, sink) }, { surface: "full" });
    const token = server.repository.upload_token;
    const started = await app.inject({
      method: "POST",
      url: `/upload/v4?commit=${sha(1)}&token=${token}`,
      headers: { authorization: `token ${token}`, "x-upload-token": token },
    });
    const put = pathOf(started.body.split("\n")[1]);
    await app.inject({ method: "PUT", url: put, body: "report" });
    await app.inject({ method: "PUT", url: put.replace(/.$/, "g"), body: "report" });
    await app.inject({ url: `/none?token=${token}` });
    await app.inject({ method: "POST", url: `/upload/v4?commit=${token}&token=${token}` });
    await app.inject({ url: "/health/live" });
    await app.close();

    const signature = new URL(put, "http://localhost").searchParams.get("signature")!;
    const text = lines.join("");
    expect(text).not.toContain(token);
    expect(text).not.toContain(signature.slice(0, -1));
    const requests = lines.map((line) => JSON.parse(line)).filter((line) => line.msg === "request");
    expect(requests).toMatchObject([
      { method: "POST", path: "/upload/v4", status: 200, sha: sha(1), repository: "o/r", upload: expect.any(String) },
      { method: "PUT", status: 200, sha: sha(1), upload: requests[0].upload },
      { method: "PUT", status: 403, error: "upload_url_invalid" },
      { method: "GET", path: "/none", status: 404, error: "not_found" },
      { method: "POST", path: "/upload/v4", status: 400, error: "invalid_parameter" },
      { method: "GET", path: "/health/live", status: 200, level: 20 },
    ]);
  });
});

describe("headers", () => {
  it.each([
    "/",
    "/none",
    "/assets/icon.svg",
    "/api/v2/gh/o/repos",
    "/api/v2/gh/%zz/repos",
    "/gh/%zz/r",
    "/health/live",
    "/validate",
  ])("let nothing be embedded, sent or guessed: %s", async (url) => {
    const { headers } = await server.app.inject({ url });
    const policy = String(headers["content-security-policy"]).split(";");
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]));
    expect(policy.join()).toMatch(/form-action '(self|none)'/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
  });

  it.each(["/", "/none", "/gh/%zz/r"])("of a page keep other windows and sites away from it: %s", async (url) => {
    const { headers } = await server.app.inject({ url });
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": expect.stringMatching(/default-src 'none'.*style-src 'self'.*frame-ancestors 'none'/),
      "cross-origin-opener-policy": "same-origin",
      "origin-agent-cluster": "?1",
      "referrer-policy": "no-referrer",
      "x-frame-options": "DENY",
    });
  });

  it("promise https only where the public address is https", async () => {
    const plain = await server.app.inject({ url: "/" });
    expect(plain.headers["strict-transport-security"]).toBeUndefined();
    const { settings, ...rest } = server.service;
    const service = { ...rest, settings: { ...settings, publicUrl: "https://coverage.example.com" } };
    const app = await createHttpServer(service, { surface: "full" });
    const secure = await app.inject({ url: "/" });
    await app.close();
    expect(secure.headers["strict-transport-security"]).toMatch(/max-age=\d+/);
  });

  it("of forwarding are not believed", async () => {
    const answer = await server.app.inject({
      method: "POST",
      url: `/upload/v4?commit=${sha(2)}&token=${server.repository.upload_token}`,
      headers: { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
    });
    expect(answer.body).not.toContain("evil");
  });
});
