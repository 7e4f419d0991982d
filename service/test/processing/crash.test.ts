import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { prepareDataFolder, type RunningService, startRole, upload } from "../support/running-service.js";
import { lcov } from "../support/sample-uploads.js";
import { until } from "../support/until.js";

const SHA = "0123456789abcdef0123456789abcdef01234567";
const UPLOADS = 20;
const LINES = 20_000;
const environment = { GITHUB__GLOBAL_UPLOAD_TOKEN: "global" };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "coverstack-crash-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Uploads overlap in files and lines, so that one that counts twice or not at all shows. */
function body(n: number): string {
  const hits = Array.from({ length: LINES }, (_, line) => (line % (n + 2) === 0 ? n + 1 : 0));
  return lcov({ "common.js": hits, [`own-${n}.js`]: hits.slice(0, 1000) });
}

async function uploadAll(service: RunningService): Promise<void> {
  const query = { commit: SHA, slug: "jane/shop", service: "github" };
  await Promise.all(Array.from({ length: UPLOADS }, (_, n) => upload(service.url, "global", query, body(n))));
}

async function settled(service: RunningService): Promise<unknown> {
  const base = `${service.url}/api/v2/github/jane/repos/shop`;
  const uploads = async () => {
    const answer = await fetch(`${base}/commits/${SHA}/uploads/?page_size=100`);
    return ((await answer.json()) as { results: { state: string }[] }).results;
  };
  await until(async () => (await uploads()).every(({ state }) => state === "merged"), 30_000);
  expect(await uploads()).toHaveLength(UPLOADS);
  const report = await fetch(`${base}/report/?sha=${SHA}`);
  const { totals, files } = (await report.json()) as { totals: unknown; files: unknown };
  return { totals, files };
}

async function end(service: RunningService, signal: NodeJS.Signals): Promise<void> {
  service.process.kill(signal);
  await service.exit;
}

const done = (service: RunningService, stage: string) => service.log().filter((line) => line.stage === stage).length;

it("every accepted upload is in the report after kill -9 in the midst of processing, as in a run without it", async () => {
  const [calm, killed] = [join(folder, "calm"), join(folder, "killed")];
  await prepareDataFolder(calm);
  await prepareDataFolder(killed);

  const undisturbed = await startRole("all", calm, environment);
  await uploadAll(undisturbed);
  const expected = await settled(undisturbed);
  await end(undisturbed, "SIGTERM");

  const first = await startRole("all", killed, environment);
  await uploadAll(first);
  await end(first, "SIGKILL");
  expect(done(first, "process")).toBeLessThan(UPLOADS);
  const second = await startRole("all", killed, environment);
  await until(() => done(second, "process") > 2);
  await end(second, "SIGKILL");
  const third = await startRole("all", killed, environment);
  expect(await settled(third)).toEqual(expected);
  await end(third, "SIGTERM");
}, 90_000);
