import { invalidParameter, missingParameter } from "./refusal.js";
import { parseSlug, type Slug, slug } from "./slug.js";

/** What a client says of a commit. */
export interface CommitDetails {
  readonly sha: string;
  readonly branch: string | null;
  readonly pullId: number | null;
  readonly parentSha: string | null;
}

/** What a client says of an upload. */
export interface UploadDetails {
  readonly name: string | null;
  readonly flags: string[];
  /** The CI service; any name. */
  readonly provider: string | null;
  readonly build: string | null;
  readonly buildUrl: string | null;
  readonly job: string | null;
  readonly env: Readonly<Record<string, string>> | null;
  readonly client: string | null;
}

export interface QueryParameters {
  readonly slug: Slug | null;
  readonly commit: CommitDetails;
  readonly upload: UploadDetails;
}

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Fields of the JSON endpoints' bodies. Clients leave out what they do not know, or send null or "". */
export interface CommitBody {
  readonly branch?: string;
  readonly pullid?: string;
  readonly parent_commit_id?: string;
}

export interface UploadBody {
  readonly name?: string;
  readonly flags?: readonly string[];
  readonly ci_service?: string;
  readonly ci_url?: string;
  readonly build_code?: string;
  readonly job_code?: string;
  readonly env?: unknown;
  readonly version?: string;
}

/** Of git, in SHA-1 or SHA-256, or of Mercurial. */
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64}|\d{1,9}:[0-9a-f]{12})$/i;
const COMMIT_FORM = "a full commit SHA, 40 or 64 hexadecimal digits (git rev-parse HEAD prints it)";
const PULL_FORM = "the number of a pull request";

/**
 * The parameters of `/upload/v2` and `/upload/v4`. Empty ones count as absent, unknown ones are ignored. What
 * identifies the commit is refused when it is wrong; what only describes the upload is cut or left out.
 *
 * @throws UploadRefused
 */
export function parseQuery(query: Query): QueryParameters {
  const one = (name: string): string | null => present([query[name] ?? ""].flat().at(-1));
  const branch = one("branch");
  return {
    slug: parseSlugOf(one("slug"), one("owner"), one("repo")),
    commit: {
      sha: parseSha("commit", one("commit")),
      branch: parseBranch(branch),
      pullId: parsePull("pr", one("pr") ?? one("pull_request")) ?? pullOfBranch(branch),
      parentSha: parseParent(one("parent")),
    },
    upload: {
      name: cut(one("name"), 100),
      flags: parseFlags([query.flags ?? []].flat().flatMap((list) => list.split(","))),
      provider: cut(one("service"), 100),
      build: cut(one("build"), 255),
      buildUrl: parseUrl(one("build_url")),
      job: cut(one("job") ?? one("travis_job_id"), 255),
      env: null,
      client: cut(one("package"), 100),
    },
  };
}

/**
 * @param names under which the client knows what identifies the commit, for messages
 * @throws UploadRefused
 */
export function parseCommitBody(
  sha: string | undefined,
  body: CommitBody,
  names = { sha: "commitid", pull: "pullid" },
): CommitDetails {
  const branch = present(body.branch);
  return {
    sha: parseSha(names.sha, present(sha)),
    branch: parseBranch(branch),
    pullId: parsePull(names.pull, present(body.pullid)) ?? pullOfBranch(branch),
    parentSha: parseParent(present(body.parent_commit_id)),
  };
}

/** @throws UploadRefused */
export function parseUploadBody(body: UploadBody): UploadDetails {
  const version = cut(present(body.version), 100);
  return {
    name: cut(present(body.name), 100),
    flags: parseFlags(body.flags ?? []),
    provider: cut(present(body.ci_service), 100),
    build: cut(present(body.build_code), 255),
    buildUrl: parseUrl(present(body.ci_url)),
    job: cut(present(body.job_code), 255),
    env: parseEnv(body.env),
    client: version && (/^\d/.test(version) ? `codecov-cli/${version}` : version),
  };
}

/** A commit as git, or Mercurial with its local number, names it; lower case. @throws UploadRefused */
export function parseSha(name: string, text: string | null): string {
  if (text === null) throw missingParameter(name, COMMIT_FORM);
  if (!SHA.test(text)) throw invalidParameter(name, text, COMMIT_FORM);
  return text.toLowerCase();
}

/** The parent is a help, not a need: clients in shallow clones send what they have. */
function parseParent(text: string | null): string | null {
  return text !== null && SHA.test(text) ? text.toLowerCase() : null;
}

function parseSlugOf(text: string | null, owner: string | null, repo: string | null): Slug | null {
  if (text === null && (owner === null || repo === null)) return null;
  const parsed = text === null ? slug(owner ?? "", repo ?? "") : parseSlug(text);
  if (!parsed) throw invalidParameter("slug", text ?? `${owner}/${repo}`, "owner/repository");
  return parsed;
}

function parseBranch(text: string | null): string | null {
  if (text === null || text === "HEAD") return null;
  const branch = text.replace(/^(?:origin\/|refs\/heads\/)/, "");
  if (branch.length > 1000) throw invalidParameter("branch", branch, "at most 1000 characters long");
  return present(branch);
}

function parsePull(name: string, text: string | null): number | null {
  if (text === null || /^(?:false|null|none|undefined|true)$/i.test(text)) return null;
  if (!/^\d{1,9}$/.test(text)) throw invalidParameter(name, text, PULL_FORM);
  return Number(text) || null;
}

/** CI services that build pull requests from a ref of their own: `pull/12/merge`, `pr/12`. */
function pullOfBranch(branch: string | null): number | null {
  const number = branch && /^(?:refs\/)?(?:pull|pr)\/(\d{1,9})(?:\/|$)/.exec(branch)?.[1];
  return number ? Number(number) : null;
}

function parseFlags(names: readonly string[]): string[] {
  const flags = [...new Set(names.map((name) => name.trim()).filter((name) => name !== ""))];
  const wrong = flags.find((flag) => !/^[^\p{Cc},]{1,255}$/u.test(flag));
  if (wrong !== undefined) throw invalidParameter("flags", wrong, "names of at most 255 printable characters");
  if (flags.length > 100) throw invalidParameter("flags", `${flags.length} names`, "at most 100 names");
  return flags;
}

function parseUrl(text: string | null): string | null {
  return text !== null && text.length <= 1000 && /^https?:\/\/[^\s]+$/i.test(text) ? text : null;
}

function parseEnv(env: unknown): Record<string, string> | null {
  if (typeof env !== "object" || env === null) return null;
  const entries = Object.entries(env).slice(0, 100);
  const known = entries.flatMap(([key, value]) =>
    typeof value === "string" && present(value) ? [[cut(present(key), 255), cut(present(value), 255)]] : [],
  );
  return known.length > 0 ? Object.fromEntries(known) : null;
}

/** Control characters go: a database column takes no NUL, a log no line break. */
function present(text: string | undefined): string | null {
  return text?.replace(/\p{Cc}/gu, "").trim() || null;
}

/** Without half a character, at the cut or anywhere: `jsonb` takes none. */
function cut(text: string | null, length: number): string | null {
  return text === null ? null : Buffer.from(text.slice(0, length)).toString();
}
