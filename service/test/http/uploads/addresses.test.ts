import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../open-test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

describe("an address with a damaged escape", () => {
  it.each(["/upload/github/o%zz/commits", "/upload/github/%E0%A4%A/commits", "/api/v2/gh/%/repos"])(
    "is answered in JSON below %s",
    async (url) => {
      const answer = await server.app.inject({ method: "POST", url });
      expect(answer.statusCode).toBe(400);
      expect(answer.headers["x-request-id"]).toMatch(/^[0-9a-f]{16}-\d+$/);
      expect(answer.json()).toEqual({ detail: expect.stringMatching(/^The address is damaged: .*%2F/) });
    },
  );

  it("is a page where people look", async () => {
    const answer = await server.app.inject({ url: "/gh/o/r%zz" });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["content-type"]).toMatch(/^text\/html/);
    expect(answer.body).toContain("The address is damaged");
  });

  it("in the query is refused as the parameter that it is", async () => {
    const answer = await server.app.inject({ method: "POST", url: "/upload/v4?commit=%zz" });
    expect(answer.statusCode).toBe(400);
    expect(answer.body).toMatch(/^commit is "%zz"/);
  });
});

describe("an upload endpoint that there is not", () => {
  it.each([
    ["GET", "/upload/v4"],
    ["POST", "/upload/v9?token=secret"],
    ["PUT", "/upload/github/o::::r/upload-coverage"],
  ] as const)("%s %s is told which there are, without its query", async (method, url) => {
    const answer = await server.app.inject({ method, url });
    expect(answer.statusCode).toBe(404);
    expect(answer.json().detail).toContain(`No upload endpoint answers ${method} ${url.split("?")[0]}. `);
    expect(answer.json().detail).toContain("POST to /upload/v4");
    expect(answer.body).not.toContain("secret");
  });
});
