import { CorruptReportError, LimitExceededError } from "../formats/parser.js";
import { parseGitHostName } from "../git-hosts/names.js";
import type { Service } from "../service.js";
import type { Claim } from "./authorize.js";
import { UploadBody } from "./body.js";
import { JsonReader } from "./body-json.js";
import { type CommitDetails, parseCommitBody, parseUploadBody, type UploadDetails } from "./parameters.js";
import { invalidParameter, UploadRefused } from "./refusal.js";
import { parseSlug } from "./slug.js";

/** A text of a job is not longer than this, nor what it says of git: a message and a list of remotes. */
const TEXT_BYTES = 64 * 1024;
const GIT_BYTES = 1024 * 1024;

/** What a Coveralls job says beside its coverage. */
export interface CoverallsJob {
  readonly claim: Claim;
  readonly commit: CommitDetails;
  readonly upload: UploadDetails;
}

/**
 * Reads what a job's JSON says beside its coverage, which may come before or after that; the coverage is passed over.
 *
 * @throws UploadRefused
 */
export async function readCoverallsJob(service: Service, key: string, client: string | null): Promise<CoverallsJob> {
  const body = await service.objects.get(key);
  try {
    const source = new UploadBody(body, service.settings.limits);
    const texts = new Map<string, string>();
    let git: unknown = null;
    const reader = new JsonReader(source.chunks());
    await reader.object(async (name) => {
      if (name === "git") git = await reader.value(GIT_BYTES);
      else if (name === "source_files") await reader.skip();
      else addText(texts, name, await reader.value(TEXT_BYTES));
    });
    return jobOf(texts, git, client);
  } catch (error) {
    if (error instanceof LimitExceededError) throw new UploadRefused("body_too_large", `${error.message}.`);
    if (!(error instanceof CorruptReportError)) throw error;
    throw new UploadRefused("invalid_body", `The job cannot be read: ${error.message}.`);
  } finally {
    body.destroy();
  }
}

function addText(texts: Map<string, string>, name: string, value: unknown): void {
  if (typeof value === "string" || typeof value === "number") texts.set(name, String(value));
}

function jobOf(texts: ReadonlyMap<string, string>, git: unknown, client: string | null): CoverallsJob {
  const text = (name: string) => texts.get(name) ?? "";
  const commit = parseCommitBody(
    text("commit_sha") || textAt(git, "head", "id"),
    { branch: text("service_branch") || textAt(git, "branch"), pullid: text("service_pull_request") },
    { sha: "git.head.id", pull: "service_pull_request" },
  );
  const flag = text("flag_name");
  const upload = parseUploadBody({
    name: text("service_job_number"),
    flags: flag ? [flagsIn(flag)] : [],
    ci_service: text("service_name"),
    build_code: text("service_number"),
    ci_url: text("service_job_url") || text("service_build_url"),
    job_code: text("service_job_id"),
  });
  const repository = text("repo_name");
  const slug = repository ? parseSlug(repository) : null;
  if (repository && !slug) throw invalidParameter("repo_name", repository, "owner/repository");
  const token = text("repo_token").trim() || null;
  const claim = { token, slug, host: parseGitHostName(text("service_name")), named: false, commit };
  return { claim, commit, upload: { ...upload, client } };
}

function textAt(value: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    value,
  );
  return typeof found === "string" ? found : "";
}

/** The names that a job gives with commas between them, with spaces instead. */
export function flagsIn(names: string): string {
  const separate = names.split(",").map((name) => name.trim());
  return separate.join(" ");
}
