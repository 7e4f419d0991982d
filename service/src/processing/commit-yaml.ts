import { findYamlTexts } from "../database/commit-yaml.js";
import type { CommitOrigin } from "../database/jobs.js";
import { effectiveYaml } from "../repository-yaml/effective-yaml.js";
import { readRepositoryYaml } from "../repository-yaml/read-repository-yaml.js";
import type { RepositoryYamlFile } from "../repository-yaml/schema/repository-yaml-file.js";
import type { Service } from "../service.js";

/** The yaml that holds for a commit: of the site, over it the owner's, over it its own or else the repository's. */
export async function yamlOfCommit(
  { db, settings }: Pick<Service, "db" | "settings">,
  commitId: number,
  { service: host, owner }: Pick<CommitOrigin, "service" | "owner">,
): Promise<RepositoryYamlFile> {
  const texts = await findYamlTexts(db, commitId);
  return effectiveYaml({
    site: settings.site ? [settings.site] : [],
    owner: settings.gitHosts[host]?.ownerYamls?.get(owner.toLowerCase()) ?? null,
    repository: read(texts.repository),
    commit: read(texts.commit),
  });
}

/** Texts were valid when they were stored; one that a later version refuses says nothing. */
function read(text: string | null): RepositoryYamlFile | null {
  return text === null ? null : readRepositoryYaml(text).yaml;
}
