import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommit } from "../../src/database/commits.js";
import { listUploads } from "../../src/database/uploads.js";
import { openTestServer, processUploads, type TestServer } from "../http/open-test-server.js";
import { freePort } from "../support/free-port.js";

const run = promisify(execFile);
const CLIENT = createRequire(import.meta.url).resolve("codecov/bin/codecov");

let server: TestServer;
let checkout: string;
beforeAll(async () => {
  const port = await freePort();
  server = await openTestServer({ publicUrl: `http://127.0.0.1:${port}` });
  await server.app.listen({ host: "127.0.0.1", port });
  checkout = await mkdtemp(join(tmpdir(), "coverstack-checkout-"));
});
afterAll(async () => {
  await server.close();
  await rm(checkout, { recursive: true, force: true });
});

describe("the published npm uploader, unchanged", () => {
  it("uploads a report from a checkout, and its coverage is on the commit", async () => {
    const git = (...parameters: string[]) =>
      run("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...parameters], { cwd: checkout });
    await git("init", "-q", "-b", "main");
    await writeFile(join(checkout, "a.js"), "1;\n2;\n");
    await git("add", "a.js");
    await git("commit", "-q", "-m", "first");
    await writeFile(join(checkout, "lcov.info"), "SF:a.js\nDA:1,1\nDA:2,0\nend_of_record\n");

    const { stdout } = await run(
      process.execPath,
      [
        CLIENT,
        `--url=${server.service.settings.publicUrl}`,
        `--token=${server.repository.upload_token}`,
        "--disable=gcov",
        "--file=lcov.info",
      ],
      { cwd: checkout, env: { PATH: process.env.PATH, HOME: checkout } },
    );
    const sha = (await git("rev-parse", "HEAD")).stdout.trim();
    expect(stdout).toContain("Success!");
    expect(stdout).toContain(`${server.service.settings.publicUrl}/gh/o/r/commit/${sha}`);

    await processUploads(server);
    const commit = await findCommit(server.service.db, server.repository.id, sha);
    expect(commit).toMatchObject({ branch: "main", totals: { files: 1, lines: 2, hits: 1, coverage: "50.00000" } });
    expect(await listUploads(server.service.db, commit!.id)).toMatchObject([
      { state: "merged", client: "node-v3.8.3", accepts_json: false },
    ]);
  });

  it("prints why it was refused", async () => {
    const parameters = [
      CLIENT,
      `--url=${server.service.settings.publicUrl}`,
      "--token=wrong",
      "--disable=gcov",
      "--file=lcov.info",
    ];
    const { stdout, stderr } = await run(process.execPath, parameters, {
      cwd: checkout,
      env: { PATH: process.env.PATH, HOME: checkout },
    });
    expect(stdout + stderr).toContain("The upload token is neither");
    expect(stdout + stderr).not.toContain("reqOpts");
  });
});
