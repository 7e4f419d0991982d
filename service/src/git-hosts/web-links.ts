import type { GitHostName } from "../database/schema.js";
import type { GitHostSettings } from "../settings/settings.js";
import type { RepositoryName } from "./names.js";

type GitHosts = Readonly<Partial<Record<GitHostName, GitHostSettings>>>;

const COMMIT_PATHS: Record<GitHostName, string> = {
  github: "commit",
  github_enterprise: "commit",
  gitlab: "-/commit",
  gitlab_enterprise: "-/commit",
  bitbucket: "commits",
  bitbucket_server: "commits",
};

/** The repository on its git host, or null when the host's address is not known. */
export function repositoryOnHost(repository: RepositoryName, hosts: GitHosts): string | null {
  const base = hosts[repository.host]?.url;
  if (!base) return null;
  const owner = repository.owner.split("/").map(encodeURIComponent).join("/");
  const name = encodeURIComponent(repository.name);
  const path = repository.host === "bitbucket_server" ? `projects/${owner}/repos/${name}` : `${owner}/${name}`;
  return `${base.replace(/\/$/, "")}/${path}`;
}

/** The commit on its git host, or null when the host's address is not known. */
export function commitOnHost(repository: RepositoryName, sha: string, hosts: GitHosts): string | null {
  const base = repositoryOnHost(repository, hosts);
  return base && `${base}/${COMMIT_PATHS[repository.host]}/${encodeURIComponent(sha)}`;
}
