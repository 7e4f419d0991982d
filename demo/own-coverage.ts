import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startService } from "./service-process.js";

/**
 * This repository's own coverage, sent by the unmodified npm uploader to a service of its own, has to come out of
 * the API and the commit page with the totals that `inspect` computes for the file.
 */

const ROOT = resolve(__dirname, "../..");
const REPORT = join(ROOT, "coverage", "lcov.info");
const SLUG = "coverstack/coverstack";
const TOTALS = ["files", "lines", "hits", "misses", "partials", "branches", "methods"] as const;

async function main(): Promise<void> {
  if (!existsSync(REPORT)) throw new Error(`${relative(ROOT, REPORT)} is missing: run 'npm test' first`);
  const folder = await mkdtemp(join(tmpdir(), "coverstack-own-"));
  const token = randomBytes(16).toString("hex");
  const service = await startService({ root: ROOT, port: await freePort(), dataDir: folder, uploadToken: token });
  try {
    const sha = git("rev-parse", "HEAD");
    await runUploader(service.url, token, sha);
    const repository = `${service.url}/api/v2/github/coverstack/repos/coverstack`;
    await merged(`${repository}/commits/${sha}/uploads/`);

    const expected = inspected();
    const { totals } = (await (await fetch(`${repository}/totals/?sha=${sha}`)).json()) as { totals: typeof expected };
    const page = await (await fetch(`${service.url}/gh/${SLUG}/commit/${sha}`)).text();
    for (const name of TOTALS) {
      if (totals[name] !== expected[name]) {
        throw new Error(`the API says ${name} ${totals[name]}, inspect says ${expected[name]}`);
      }
    }
    const coverage = `${(Math.floor(Number(expected.coverage) * 100) / 100).toFixed(2)}%`;
    if (!page.includes(coverage)) throw new Error(`the commit page does not show ${coverage}`);
    process.stdout.write(
      `own coverage: ${coverage} of ${expected.lines} lines in ${expected.files} files; API, page and inspect agree\n`,
    );
  } finally {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runUploader(url: string, token: string, sha: string): Promise<void> {
  const uploader = join(ROOT, "node_modules/codecov/bin/codecov");
  const options = [`--url=${url}`, `--token=${token}`, `--slug=${SLUG}`, `--commit=${sha}`, "--branch=main"];
  const child = spawn(process.execPath, [uploader, `--file=${REPORT}`, "--disable=gcov,detect", ...options], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [status] = await once(child, "exit");
  if (status !== 0) throw new Error(`the uploader ended with ${status}`);
}

async function merged(uploadsUrl: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const response = await fetch(uploadsUrl);
    const { results = [] } = response.ok ? ((await response.json()) as { results?: { state: string }[] }) : {};
    if (results.some((upload) => upload.state === "error")) throw new Error("the upload could not be processed");
    if (results.length > 0 && results.every((upload) => upload.state === "merged")) return;
    await sleep(100);
  }
  throw new Error("the upload was not processed within 30 s");
}

function inspected(): Record<(typeof TOTALS)[number], number> & { coverage: string } {
  const service = join(ROOT, "service/dist/main.js");
  const json = execFileSync(process.execPath, [service, "inspect", REPORT, "--json"], { maxBuffer: 1 << 28 });
  return JSON.parse(json.toString()).totals;
}

function git(...args: string[]): string {
  return execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

main().catch((error: unknown) => {
  process.stderr.write(`own coverage: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
