import { ensureCommit } from "../database/commits.js";
import { ensureRepository, findRepository, findRepositoryByToken, type Repository } from "../database/repositories.js";
import type { GitHostName } from "../database/schema.js";
import { createUpload, type Upload, type UploadOfCommit } from "../database/uploads.js";
import type { RepositoryName } from "../git-hosts/names.js";
import type { Service } from "../service.js";
import type { CommitDetails, UploadDetails } from "./parameters.js";
import { missingParameter, UploadRefused } from "./refusal.js";
import { signUploadUrl } from "./signed-url.js";
import type { Slug } from "./slug.js";
import { hostsOfGlobalToken, normalizeRepositoryToken } from "./tokens.js";

/** What a request says of the repository that it speaks for. */
export interface Claim {
  readonly token: string | null;
  readonly slug: Slug | null;
  readonly host: GitHostName | null;
  /** The address names the repository, so a token of another one is refused. Otherwise the token alone decides. */
  readonly named: boolean;
}

const HOW_TO_SEND = "as `Authorization: token …`, as `X-Upload-Token` or as the parameter `token`";

/**
 * The repository that an upload is for. A global upload token makes it on its first upload.
 *
 * @param branch of that upload, a hint at a new repository's default branch
 * @throws UploadRefused
 */
export async function authorizeUpload(service: Service, claim: Claim, branch: string | null): Promise<Repository> {
  const identified = await identify(service, claim);
  return "id" in identified ? identified : ensureRepository(service.db, identified, guessDefaultBranch(branch));
}

/**
 * The repository that is asked about, or null when a global upload token asks about one that nobody uploaded to.
 *
 * @throws UploadRefused
 */
export async function authorizeQuestion(service: Service, claim: Claim): Promise<Repository | null> {
  const identified = await identify(service, claim);
  return "id" in identified ? identified : findRepository(service.db, identified);
}

/** A repository's own token finds it; a global one only vouches for the name. */
async function identify(service: Service, claim: Claim): Promise<Repository | RepositoryName> {
  const { token, slug } = claim;
  if (token === null) {
    throw new UploadRefused("token_missing", `An upload token is needed. Send it ${HOW_TO_SEND}.`);
  }
  const hosts = hostsOfGlobalToken(token, service.settings.gitHosts);
  if (hosts.length === 0) return repositoryOfToken(service, token, claim);
  if (slug === null) throw missingParameter("slug", "owner/repository, because a global upload token belongs to none");
  return { host: chooseHost(hosts, claim.host), ...slug };
}

async function repositoryOfToken(service: Service, token: string, { named, slug, host }: Claim): Promise<Repository> {
  const uuid = normalizeRepositoryToken(token);
  if (uuid === null) {
    throw new UploadRefused(
      "token_malformed",
      "The upload token is neither a repository's token (a UUID) nor a global upload token of this server.",
    );
  }
  const repository = await findRepositoryByToken(service.db, uuid);
  if (!repository) {
    throw new UploadRefused(
      "token_unknown",
      "No repository has this upload token. Copy it from the repository's page.",
    );
  }
  if (named && !(slug && sameName(repository.owner, slug.owner) && sameName(repository.name, slug.name))) {
    throw anotherRepository(`${slug?.owner}/${slug?.name}`);
  }
  if (named && host && repository.host !== host) throw anotherRepository(`${host} ${slug?.owner}/${slug?.name}`);
  return repository;
}

function anotherRepository(named: string): UploadRefused {
  return new UploadRefused(
    "token_of_another_repository",
    `This upload token belongs to another repository than ${named}. Copy the token from that repository's page.`,
  );
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** A token that was set for one host means that host, whatever CI service is named in its place. */
function chooseHost(hosts: readonly GitHostName[], named: GitHostName | null): GitHostName {
  if (named && hosts.includes(named)) return named;
  if (hosts.length === 1) return hosts[0];
  const list = hosts.join(", ");
  throw new UploadRefused(
    "invalid_parameter",
    `This global upload token is set for ${list}: name one of them as service, or set a token of its own for each.`,
  );
}

/** Until a git host is asked, the usual names are all there is to go by. */
function guessDefaultBranch(branch: string | null): string {
  return branch !== null && ["main", "master", "trunk", "develop"].includes(branch) ? branch : "main";
}

/** @throws UploadRefused when the commit has all the uploads that it may have */
export async function startUpload(
  service: Service,
  repository: Repository,
  commitDetails: CommitDetails,
  details: UploadDetails,
  acceptsJson: boolean,
): Promise<UploadOfCommit> {
  const limit = service.settings.uploadsPerCommit;
  const commit = await ensureCommit(service.db, repository.id, commitDetails);
  const upload = await createUpload(service.db, { commitId: commit.id, details, acceptsJson }, limit);
  if (!upload) {
    throw new UploadRefused(
      "too_many_uploads",
      `Commit ${commit.sha} has ${limit} uploads already, the most that setup.max_sessions allows.`,
    );
  }
  return { ...upload, sha: commit.sha, repository_id: repository.id };
}

/** Where the client may PUT the upload's body, and until when it may. */
export function uploadUrl(settings: Service["settings"], upload: Upload): string {
  const expires = Math.floor(Date.now() / 1000) + settings.limits.uploadUrlSeconds;
  return signUploadUrl(settings, upload.external_id, expires);
}
