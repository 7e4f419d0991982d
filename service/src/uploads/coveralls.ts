import { CorruptReportError, LimitExceededError } from "../formats/parser.js";
import { parseGitHostName } from "../git-hosts/names.js";
import { JsonReader } from "../ingest/body-json.js";
import { UploadBody } from "../ingest/upload-body.js";
import type { Service } from "../service.js";
import type { Claim } from "./authorize.js";
import { type CommitDetails, parseCommitBody, parseUploadBody, type UploadDetails } from "./parameters.js";
import { invalidParameter, UploadRefused } from "./refusal.js";
import { SenderCheck } from "./sender-check.js";
import { parseSlug } from "./slug.js";

/** The texts of a job that are read; what else it says beside git and its coverage is passed over. */
const TEXTS: ReadonlySet<string> = new Set([
  "commit_sha",
  "flag_name",
  "repo_name",
  "repo_token",
  "service_branch",
  "service_build_url",
  "service_job_id",
  "service_job_number",
  "service_job_url",
  "service_name",
  "service_number",
  "service_pull_request",
]);
/** A text of a job is not longer than this, nor what it says of git: a message and a list of remotes. */
const TEXT_BYTES = 64 * 1024;
const GIT_BYTES = 1024 * 1024;
const MOST_MEMBERS = 1000;

/** What a request says beside its job. */
export interface JobRequest {
  /** For jobs that have none. */
  readonly token: string | null;
  /** The reporter's name and version. */
  readonly client: string | null;
}

/** What a Coveralls job says beside its coverage. */
export interface CoverallsJob {
  readonly claim: Claim;
  readonly commit: CommitDetails;
  readonly upload: UploadDetails;
}

/**
 * Reads what a job's JSON says beside its coverage, which may come before or after that; the coverage is passed over.
 * A wrong token ends that at once.
 *
 * @throws UploadRefused
 */
export async function readCoverallsJob(service: Service, key: string, request: JobRequest): Promise<CoverallsJob> {
  const body = await service.objects.get(key);
  try {
    const sender = new SenderCheck(service, request.token);
    const texts = new Map<string, string>();
    let git: unknown = null;
    let members = 0;
    const source = new UploadBody(body, service.settings.limits);
    const reader = new JsonReader(sender.watched(source.chunks()));
    await reader.object(async (name) => {
      if (++members > MOST_MEMBERS) throw new CorruptReportError(`it has more than ${MOST_MEMBERS} members`);
      if (name === "git") git = await reader.value(GIT_BYTES);
      else if (!TEXTS.has(name)) await reader.skip();
      else addText(texts, name, await reader.value(TEXT_BYTES));
      const token = name === "repo_token" ? tokenIn(texts) : null;
      if (token !== null) await sender.show(token);
    });
    return jobOf(texts, git, request);
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

function tokenIn(texts: ReadonlyMap<string, string>): string | null {
  return texts.get("repo_token")?.trim() || null;
}

function jobOf(texts: ReadonlyMap<string, string>, git: unknown, request: JobRequest): CoverallsJob {
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
  const token = tokenIn(texts) ?? request.token;
  const claim = { ...coverallsClaim(token, text("repo_name"), text("service_name")), commit };
  return { claim, commit, upload: { ...upload, client: request.client } };
}

/** @throws UploadRefused when no repository can have that name */
export function coverallsClaim(token: string | null, repository: string, ci: string): Claim {
  const slug = repository ? parseSlug(repository) : null;
  if (repository && !slug) throw invalidParameter("repo_name", repository, "owner/repository");
  const names = { slug: "repo_name", host: "service_name" };
  return { token, slug, host: parseGitHostName(ci), named: false, names };
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
