import { type Commit, findCommit } from "../database/commits.js";
import { findRepository, type Repository } from "../database/repositories.js";
import type { GitHostName } from "../database/schema.js";
import { GIT_HOST_NAMES, parseGitHostName } from "../git-hosts/names.js";
import type { Service } from "../service.js";
import { HttpError } from "./errors.js";
import { type RepositoryPath, repositoryNameOf } from "./repository-params.js";

/** The repository that a path names, or null. */
export async function findRepositoryAt({ db }: Service, path: RepositoryPath): Promise<Repository | null> {
  const name = repositoryNameOf(path);
  return name && findRepository(db, name);
}

/** @throws HttpError not_found */
export function gitHostAt(name: string): GitHostName {
  const host = parseGitHostName(name);
  if (host) return host;
  const allowed = GIT_HOST_NAMES.join(", ");
  throw new HttpError("not_found", `There is no git host ${shown(name)}: it must be one of ${allowed}.`);
}

/** @throws HttpError not_found */
export async function repositoryAt(service: Service, path: RepositoryPath): Promise<Repository> {
  gitHostAt(path.service);
  const repository = await findRepositoryAt(service, path);
  if (repository) return repository;
  throw new HttpError(
    "not_found",
    `There is no repository ${path.owner.replaceAll(":", "/")}/${path.repo} here. It appears with its first upload.`,
  );
}

/** @throws HttpError not_found, also when `sha` is none */
export async function commitAt({ db }: Service, { id, owner, name }: Repository, sha: string): Promise<Commit> {
  const commit = await findCommit(db, id, sha.toLowerCase());
  if (commit) return commit;
  throw new HttpError("not_found", `Nothing was uploaded for commit ${sha} of ${owner}/${name}.`);
}

/** What was given, as far as a message repeats it. */
export function shown(given: string): string {
  return given.length > 200 ? `${given.slice(0, 200)}…` : given;
}
