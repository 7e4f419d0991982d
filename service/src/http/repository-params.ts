import { Type } from "@fastify/type-provider-typebox";
import { parseGitHostName, type RepositoryName } from "../git-hosts/names.js";
import { slug } from "../uploads/slug.js";

/** `:owner` takes groups separated by `:` or by `%2F`. */
export const RepositoryParams = Type.Object({ service: Type.String(), owner: Type.String(), repo: Type.String() });

export type RepositoryPath = Type.Static<typeof RepositoryParams>;

/** The repository that a path names, or null when no repository can have that name. */
export function repositoryNameOf(params: RepositoryPath): RepositoryName | null {
  const host = parseGitHostName(params.service);
  const parsed = slug(params.owner, params.repo);
  return host && parsed && { host, ...parsed };
}
