import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "./open-test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

async function post(url: string, body: string, type = "application/x-www-form-urlencoded") {
  const answer = await server.app.inject({ method: "POST", url, body, headers: { "content-type": type } });
  return { status: answer.statusCode, body: answer.body };
}

const VALID = "coverage:\n  range: 60..80\n  status:\n    project: {default: {target: 75%}}\nignore: [vendor/**]\n";
const WRONG = "coverage:\n  precision: two\n  rund: up\n";

describe("/validate", () => {
  it("tells how it is used", async () => {
    const answer = await server.app.inject("/validate");
    expect([answer.statusCode, answer.body]).toEqual([
      200,
      `Usage:\n\ncurl --data-binary @codecov.yml ${server.service.settings.publicUrl}/validate\n`,
    ]);
  });

  it.each(["application/x-www-form-urlencoded", "text/yaml", "application/json", "no content type"])(
    "shows a valid yaml as it is understood, sent as %s",
    async (type) => {
      const { status, body } = await post("/validate", VALID, type);
      expect(status).toBe(200);
      expect(body).toMatch(/^Valid!\n\n\{/);
      expect(JSON.parse(body.slice("Valid!".length, body.lastIndexOf("}") + 1))).toEqual({
        coverage: { range: [60, 80], status: { project: { default: { target: 75 } } } },
        ignore: ["(?s:vendor/.*)\\z"],
      });
    },
  );

  it("shows no secrets", async () => {
    const { body } = await post("/validate", "codecov: {token: hush}\ncoverage: {notify: {slack: {a: {url: hush}}}}\n");
    expect(body).toMatch(/^Valid!/);
    expect(body).not.toContain("hush");
  });

  it("lists every fault", async () => {
    const { status, body } = await post("/validate/v1", WRONG);
    expect(status).toBe(400);
    expect(body).toBe(
      "Error at ['coverage', 'precision'], line 2, column 14: \n" +
        'coverage.precision must be a whole number from 0 to 99, not "two"\n' +
        "Error at ['coverage', 'rund'], line 3, column 3: \n" +
        "rund is no key of coverage: did you mean round?\n",
    );
  });

  it("tells where a text is no yaml, and when there is none", async () => {
    expect(await post("/validate", "a: [\n")).toMatchObject({
      status: 400,
      body: expect.stringMatching(/^Can't parse YAML\nline 2, column 1: /),
    });
    expect(await post("/validate", "")).toEqual({ status: 400, body: "No content posted.\n" });
    expect((await post("/validate", "x".repeat(200_000))).status).toBe(413);
  });

  it("says from which sections nothing follows yet", async () => {
    const yaml = "comment: false\ncoverage:\n  status:\n    project: true\ngithub_checks:\n  annotations: true\n";
    const { body } = await post("/validate", yaml);
    expect(body).toContain("Nothing follows yet from coverage.status, github_checks: this version makes no statuses");
    const { not_acted_upon: sections } = JSON.parse((await post("/validate/v2", yaml)).body);
    expect(sections).toEqual(["coverage.status", "github_checks"]);
  });

  it("notes what was hardly meant", async () => {
    const { status, body } = await post("/validate", "ignore: [/vendor]\n");
    expect(status).toBe(200);
    expect(body).toMatch(/\nNote on line 1, column 10: ignore\[0\] starts with a slash/);
  });
});

describe("/validate/v2", () => {
  it("answers a valid yaml", async () => {
    const { status, body } = await post("/validate/v2?source=editor", "comment: off\n");
    expect([status, JSON.parse(body)]).toEqual([
      200,
      { valid: true, message: "YAML is valid", validated_yaml: { comment: false } },
    ]);
  });

  it("answers with every fault, nested and listed", async () => {
    const { status, body } = await post("/validate/v2", WRONG);
    const message = 'coverage.precision must be a whole number from 0 to 99, not "two"';
    const slip = "rund is no key of coverage: did you mean round?";
    expect([status, JSON.parse(body)]).toEqual([
      400,
      {
        valid: false,
        message: "YAML does not match the accepted schema",
        validation_error: { coverage: [{ precision: [message], rund: [slip] }] },
        errors: [
          { path: ["coverage", "precision"], line: 2, column: 14, message },
          { path: ["coverage", "rund"], line: 3, column: 3, message: slip },
        ],
      },
    ]);
  });

  it("answers where a text is no yaml, and when there is none", async () => {
    const { status, body } = await post("/validate/v2", "a: [\n");
    expect([status, JSON.parse(body)]).toMatchObject([
      400,
      { valid: false, message: "YAML could not be parsed", parse_error: { line: 2, column: 1 } },
    ]);
    expect(JSON.parse((await post("/validate/v2", " \n")).body)).toEqual({ valid: false, message: "YAML is empty" });
  });
});
