import { type RepositoryName, shortGitHostName } from "../git-hosts/names.js";

/** Paths of pages. The owner's groups are separated by `:`, so that every part is one segment of the path. */

export function ownerPath({ host, owner }: Pick<RepositoryName, "host" | "owner">): string {
  return `/${shortGitHostName(host)}/${segment(owner.replaceAll("/", ":"))}`;
}

export function repositoryPath(repository: RepositoryName): string {
  return `${ownerPath(repository)}/${segment(repository.name)}`;
}

export function commitPath(repository: RepositoryName, sha: string): string {
  return `${repositoryPath(repository)}/commit/${segment(sha)}`;
}

export function filePath(repository: RepositoryName, sha: string, path: string): string {
  return `${commitPath(repository, sha)}/blob/${path.split("/").map(encodeURIComponent).join("/")}`;
}

export function badgePath(repository: RepositoryName, branch?: string): string {
  const base = repositoryPath(repository);
  return `${base}${branch === undefined ? "" : `/branch/${encodeURIComponent(branch)}`}/graph/badge.svg`;
}

export function downloadPath(repository: RepositoryName, uploadId: string): string {
  const owner = segment(repository.owner.replaceAll("/", ":"));
  return `/upload/${repository.host}/${owner}/${segment(repository.name)}/download?upload=${uploadId}`;
}

/** `:` is allowed in a path, and readable where it stands. */
function segment(text: string): string {
  return encodeURIComponent(text).replaceAll("%3A", ":");
}
