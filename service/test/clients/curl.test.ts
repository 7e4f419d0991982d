import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommit } from "../../src/database/commits.js";
import { listUploads } from "../../src/database/uploads.js";
import { openTestServer, processUploads, sha, type TestServer } from "../http/open-test-server.js";
import { freePort } from "../support/free-port.js";

const run = promisify(execFile);
const COBERTURA = `<?xml version="1.0"?>
<coverage><packages><package name="p"><classes><class name="c" filename="src/a.py">
<lines><line number="1" hits="2"/><line number="2" hits="0"/></lines>
</class></classes></package></packages></coverage>
`;

let server: TestServer;
let folder: string;
let url: string;
beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  server = await openTestServer({ publicUrl: url });
  await server.app.listen({ host: "127.0.0.1", port });
  folder = await mkdtemp(join(tmpdir(), "coverstack-curl-"));
  await writeFile(join(folder, "cobertura.xml"), COBERTURA);
  await writeFile(join(folder, "lcov.info.gz"), gzipSync("SF:src/b.ts\nDA:1,1\nend_of_record\n"));
  await writeFile(join(folder, "empty"), "");
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function curl(...parameters: string[]): Promise<{ readonly status: number; readonly body: string }> {
  const { stdout } = await run("curl", ["--silent", "--show-error", "--write-out", "\n%{http_code}", ...parameters], {
    cwd: folder,
  });
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}

/** @returns the commit, whose upload was accepted */
async function sendFromCheckout(
  command: string,
  branch: string | null,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const checkout = await mkdtemp(join(folder, "checkout-"));
  const git = (...parameters: string[]) =>
    run("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...parameters], { cwd: checkout });
  await git("init", "-q", "-b", branch ?? "main");
  await git("commit", "-q", "--allow-empty", "-m", checkout);
  if (branch === null) await git("checkout", "-q", "--detach");
  await writeFile(join(checkout, "coverage.xml"), COBERTURA);
  const { stdout } = await run("bash", ["-euc", command.replace("https://coverage.example.com", url)], {
    cwd: checkout,
    env: { PATH: process.env.PATH, HOME: folder, CODECOV_TOKEN: server.repository.upload_token, ...environment },
  });
  const head = (await git("rev-parse", "HEAD")).stdout.trim();
  expect(JSON.parse(stdout)).toMatchObject({ uploaded: true, url: `${url}/gh/o/r/commit/${head}` });
  return head;
}

describe("curl itself", () => {
  it("uploads a report in one line, and its coverage is on the commit", async () => {
    const token = `X-Upload-Token: ${server.repository.upload_token}`;
    const address = `${url}/upload/v2?commit=${sha(1)}&branch=main&flags=unit`;
    const { status, body } = await curl("--data-binary", "@cobertura.xml", "-H", token, address);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ uploaded: true, url: `${url}/gh/o/r/commit/${sha(1)}` });

    await processUploads(server);
    const commit = await findCommit(server.service.db, server.repository.id, sha(1));
    expect(commit).toMatchObject({ state: "complete", branch: "main", totals: { lines: 2, hits: 1 } });
  });

  it.each([
    ["on its branch", "feat#1&x+y", {}],
    ["of no branch, as in CI", null, { BRANCH: "fix#12 a+b&c%41" }],
  ])("does what the page on uploading says, word for word, in a checkout %s", async (_, branch, environment) => {
    const page = await readFile(new URL("../../../docs/uploading.md", import.meta.url), "utf8");
    const [, command] = /^## curl\n.*?^```sh\n(.*?)^```$/ms.exec(page)!;
    const head = await sendFromCheckout(command, branch, environment);
    const commit = await findCommit(server.service.db, server.repository.id, head);
    expect(await listUploads(server.service.db, commit!.id)).toMatchObject([{ state: "uploaded", flags: ["unit"] }]);
    expect(commit?.branch).toBe(branch ?? environment.BRANCH);
  });

  it("does what a repository's page says, with the branch as it is", async () => {
    const { body } = await server.app.inject("/gh/o/r");
    const [, command] = /<h3>curl<\/h3>\n<pre><code>(.*?)<\/code>/s.exec(body)!;
    const text = command.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
    const head = await sendFromCheckout(text, "a+b#1", {});
    expect((await findCommit(server.service.db, server.repository.id, head))?.branch).toBe("a+b#1");
  });

  it("sends a yaml and a diff as the page on them says, word for word, in a checkout", async () => {
    const page = await readFile(new URL("../../../docs/codecov-yml.md", import.meta.url), "utf8");
    const [, section] = /^## Sending it\n(.*?)^## /ms.exec(page)!;
    const commands = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, command]) => command);
    expect(commands).toHaveLength(2);
    const checkout = await mkdtemp(join(folder, "checkout-"));
    const git = (...parameters: string[]) =>
      run("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...parameters], { cwd: checkout });
    await git("init", "-q", "-b", "feature");
    await git("commit", "-q", "--allow-empty", "-m", "first");
    await git("update-ref", "refs/remotes/origin/main", "HEAD");
    const base = (await git("rev-parse", "HEAD")).stdout.trim();
    await writeFile(join(checkout, "codecov.yml"), "ignore: [vendor]\n");
    await git("add", ".");
    await git("commit", "-q", "-m", "second");
    const head = (await git("rev-parse", "HEAD")).stdout.trim();
    const script = commands
      .join("")
      .replaceAll("https://coverage.example.com", url)
      .replaceAll("acme::::shop", "o::::r");
    await run("bash", ["-euo", "pipefail", "-c", script], {
      cwd: checkout,
      env: { PATH: process.env.PATH, HOME: folder, CODECOV_TOKEN: server.repository.upload_token },
    });
    expect(await findCommit(server.service.db, server.repository.id, head)).toMatchObject({
      branch: "feature",
      parent_sha: base,
      yaml: "ignore: [vendor]\n",
      diff_base: base,
    });
  });

  it("reads why a large diff was refused, whether for its token or for its size", async () => {
    await writeFile(join(folder, "large.diff"), Buffer.alloc(33 * 1024 * 1024, "x"));
    const send = (token: string) =>
      curl(
        ...["--upload-file", "large.diff", "-H", `Authorization: token ${token}`],
        `${url}/upload/github/o::::r/commits/${sha(4)}/diff?base=${sha(5)}`,
      );
    const unknown = await send(randomUUID());
    expect(unknown.status).toBe(401);
    expect(unknown.body).toMatch(/No repository has this upload token/);
    const known = await send(server.repository.upload_token);
    expect(known.status).toBe(413);
    expect(known.body).toMatch(/larger than 33554432 bytes/);
  });

  it("uploads in two steps, packed", async () => {
    const started = await curl(
      "-X",
      "POST",
      `${url}/upload/v4?commit=${sha(2)}&token=${server.repository.upload_token}`,
    );
    const stored = await curl("--upload-file", "lcov.info.gz", started.body.split("\n")[1]);
    expect(stored).toEqual({ status: 200, body: "stored\n" });
    await processUploads(server);
    const commit = await findCommit(server.service.db, server.repository.id, sha(2));
    expect(commit).toMatchObject({ state: "complete", totals: { lines: 1, hits: 1 } });
  });

  it("ends with an error and the reason when it is asked to fail", async () => {
    const address = `${url}/upload/v2?commit=main&token=${server.repository.upload_token}`;
    const failed = await run("curl", ["-sS", "--fail-with-body", "--data-binary", "@cobertura.xml", address], {
      cwd: folder,
    }).catch((error: { code: number; stdout: string }) => error);
    expect(failed).toMatchObject({ code: 22, stdout: expect.stringMatching(/^commit is "main": it must be a full/) });
  });

  it("is told that a file was empty", async () => {
    const address = `${url}/upload/v2?commit=${sha(3)}&token=${server.repository.upload_token}`;
    const { status, body } = await curl("--data-binary", "@empty", address);
    expect(status).toBe(400);
    expect(body).toMatch(/body is empty/);
  });
});
