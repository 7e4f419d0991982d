import { type Commit, findCommit, latestReportedCommit } from "../../database/commits.js";
import { findRepository, type Repository } from "../../database/repositories.js";
import type { Service } from "../../service.js";
import { parseSha } from "../../uploads/parameters.js";
import { notFound } from "../errors.js";
import { type RepositoryPath, repositoryNameOf } from "../repository-params.js";

/** @throws HttpError not_found */
export async function repositoryAt(service: Service, path: RepositoryPath): Promise<Repository> {
  const name = repositoryNameOf(path);
  const repository = name && (await findRepository(service.db, name));
  if (!repository) throw notFound();
  return repository;
}

/** @throws HttpError not_found */
export async function commitAt(service: Service, repository: Repository, sha: string): Promise<Commit> {
  const commit = await findCommit(service.db, repository.id, parseSha("sha", sha));
  if (!commit) throw notFound();
  return commit;
}

/**
 * The commit of `sha`, or the newest with a report on `branch`, or on the default branch.
 *
 * @throws HttpError not_found
 */
export async function selectedCommit(
  service: Service,
  repository: Repository,
  selector: { readonly sha?: string; readonly branch?: string },
): Promise<Commit> {
  if (selector.sha) return commitAt(service, repository, selector.sha);
  const commit = await latestReportedCommit(service.db, repository.id, selector.branch || undefined);
  if (!commit) throw notFound();
  return commit;
}
