import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The sample repository, as demo/sample/repository.json describes it. */
export interface Sample {
  readonly folder: string;
  readonly slug: string;
  readonly service: string;
  readonly network: readonly string[];
  readonly commits: readonly SampleCommit[];
}

interface SampleCommit {
  readonly sha: string;
  readonly parent: string | null;
  readonly branch: string;
  readonly message: string;
  readonly uploads: readonly { readonly file: string; readonly flags: readonly string[]; readonly name: string }[];
}

export interface SampleTotals {
  readonly sha: string;
  readonly message: string;
  readonly coverage: number;
  readonly files: number;
  readonly lines: number;
  readonly hits: number;
  readonly misses: number;
  readonly partials: number;
}

interface Target {
  readonly url: string;
  readonly token: string;
}

const SECONDS_TO_PROCESS = 60;

export async function loadSample(folder: string): Promise<Sample> {
  const description = JSON.parse(await readFile(join(folder, "repository.json"), "utf8")) as Omit<Sample, "folder">;
  return { folder, ...description };
}

/** Uploads every commit that the service does not have yet, as an uploader would, and waits for the totals. */
export async function uploadSample(sample: Sample, target: Target): Promise<SampleTotals[]> {
  const totals: SampleTotals[] = [];
  for (const commit of sample.commits) {
    if ((await uploadsOf(sample, commit, target)).length === 0) {
      await describeCommit(sample, commit, target);
      for (const upload of commit.uploads) await send(sample, commit, upload, target);
    }
    totals.push(await settledTotals(sample, commit, target));
  }
  return totals;
}

/** Parent, branch and message travel by the commits endpoint; the upload itself speaks the older protocol. */
async function describeCommit(sample: Sample, commit: SampleCommit, target: Target): Promise<void> {
  const slug = sample.slug.replace("/", "::::");
  const response = await fetch(`${target.url}/upload/${sample.service}/${slug}/commits`, {
    method: "POST",
    headers: { authorization: `token ${target.token}`, "content-type": "application/json" },
    body: JSON.stringify({
      commitid: commit.sha,
      parent_commit_id: commit.parent,
      branch: commit.branch,
    }),
  });
  await expectOk(response, `create commit ${commit.sha}`);
}

async function send(
  sample: Sample,
  commit: SampleCommit,
  upload: SampleCommit["uploads"][number],
  target: Target,
): Promise<void> {
  const query = new URLSearchParams({
    commit: commit.sha,
    branch: commit.branch,
    slug: sample.slug,
    token: target.token,
    flags: upload.flags.join(","),
    name: upload.name,
    package: "demo",
  });
  const answer = await fetch(`${target.url}/upload/v4?${query}`, { method: "POST" });
  const [, uploadUrl] = (await expectOk(answer, `announce ${upload.file}`)).split("\n");
  if (!uploadUrl) throw new Error(`announcing ${upload.file} gave no upload URL`);
  const report = await readFile(join(sample.folder, upload.file), "utf8");
  const body = `${sample.network.join("\n")}\n<<<<<< network\n# path=${upload.file}\n${report}\n<<<<<< EOF\n`;
  await expectOk(await fetch(uploadUrl, { method: "PUT", body }), `upload ${upload.file}`);
}

async function settledTotals(sample: Sample, commit: SampleCommit, target: Target): Promise<SampleTotals> {
  const deadline = Date.now() + SECONDS_TO_PROCESS * 1000;
  while (Date.now() < deadline) {
    const uploads = await uploadsOf(sample, commit, target);
    const failed = uploads.find((upload) => upload.state === "error");
    if (failed) throw new Error(`an upload of ${commit.sha} could not be processed`);
    if (uploads.length === commit.uploads.length && uploads.every((upload) => upload.state === "merged")) {
      const response = await fetch(`${api(sample, target)}/totals/?sha=${commit.sha}`);
      const { totals } = JSON.parse(await expectOk(response, `read the totals of ${commit.sha}`)) as {
        totals: Omit<SampleTotals, "sha" | "message">;
      };
      return { ...totals, sha: commit.sha, message: commit.message };
    }
    await sleep(100);
  }
  throw new Error(`commit ${commit.sha} was not processed within ${SECONDS_TO_PROCESS} s`);
}

async function uploadsOf(sample: Sample, commit: SampleCommit, target: Target): Promise<{ readonly state: string }[]> {
  const response = await fetch(`${api(sample, target)}/commits/${commit.sha}/uploads/`);
  if (response.status === 404) return [];
  const page = JSON.parse(await expectOk(response, `list the uploads of ${commit.sha}`)) as {
    results: { state: string }[];
  };
  return page.results;
}

function api(sample: Sample, target: Target): string {
  const [owner, repository] = sample.slug.split("/");
  return `${target.url}/api/v2/${sample.service}/${owner}/repos/${repository}`;
}

async function expectOk(response: Response, what: string): Promise<string> {
  const text = await response.text();
  if (!response.ok) throw new Error(`could not ${what}: HTTP ${response.status} ${text.slice(0, 200)}`);
  return text;
}
