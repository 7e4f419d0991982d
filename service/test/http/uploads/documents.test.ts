import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommit } from "../../../src/database/commits.js";
import { LARGEST_YAML } from "../../../src/repository-yaml/yaml-text.js";
import { openTestServer, sha, type TestServer } from "../open-test-server.js";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

function put(path: string, body: string | Readable, token = server.repository.upload_token) {
  return server.app.inject({
    method: "PUT",
    url: `/upload/github/o::::r/commits/${path}`,
    headers: { authorization: `token ${token}`, ...(body instanceof Readable && { "transfer-encoding": "chunked" }) },
    body,
  });
}

const DAMAGED_DIFF = "--- a/a\n+++ b/a\n@@ -1,5 +1,5 @@\n line\n";

describe.each([
  ["yaml", sha(1), "yaml", "flgs: {}", "# é\n", LARGEST_YAML],
  ["diff", sha(2), `diff?base=${sha(3)}`, DAMAGED_DIFF, "--- a/é\n+++ b/é\n@@ -0,0 +1 @@\n+x\n", 32 * 1024 * 1024],
])("a commit's %s", (_name, commit, document, damaged, right, limit) => {
  const path = `${commit}/${document}`;

  it("is not read before the token is known to be right", async () => {
    for (const body of [damaged, "x".repeat(limit + 1)]) {
      const answer = await put(path, body, randomUUID());
      expect(answer.statusCode).toBe(401);
      expect(answer.body).toMatch(/No repository has this upload token/);
    }
    expect((await put(path, damaged)).statusCode).toBe(400);
  });

  it.each([
    ["announced", () => "x".repeat(limit + 1)],
    ["unannounced", () => Readable.from(["x".repeat(limit), "x"], { objectMode: false })],
  ])("of more than it may have, %s, is refused, and nothing is kept", async (_how, body) => {
    const answer = await put(path, body());
    expect(answer.statusCode).toBe(413);
    expect(answer.body).toContain(`larger than ${limit} bytes`);
    expect(await findCommit(server.service.db, server.repository.id, commit)).toBeNull();
  });

  it("may be empty, or come in pieces that cut a character", async () => {
    expect((await put(path, "")).statusCode).toBe(200);
    const bytes = Buffer.from(right);
    const cut = bytes.indexOf("é") + 1;
    const answer = await put(path, Readable.from([bytes.subarray(0, cut), bytes.subarray(cut)], { objectMode: false }));
    expect(answer.statusCode).toBe(200);
  });
});

it("answers a yaml that is wrong with the lines of /validate", async () => {
  const yaml = 'ignore: ["/src/z"]\ncoverage:\n  precision: two\n  rund: up\n';
  const { statusCode, body } = await put(`${sha(4)}/yaml`, yaml);
  const validated = await server.app.inject({ method: "POST", url: "/validate", body: yaml });
  expect({ statusCode, body }).toEqual({ statusCode: 400, body: validated.body });
  expect(body.split("\n")).toEqual([
    "Error at ['coverage', 'precision'], line 3, column 14: ",
    'coverage.precision must be a whole number from 0 to 99, not "two"',
    "Error at ['coverage', 'rund'], line 4, column 3: ",
    "rund is no key of coverage: did you mean round?",
    "Note on line 1, column 10: ignore[0] starts with a slash, so it fits no file: paths start at the repository's root",
    "",
  ]);
});
