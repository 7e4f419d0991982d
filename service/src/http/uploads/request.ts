import type { FastifyRequest } from "fastify";
import { parseGitHostName } from "../../git-hosts/names.js";
import type { Claim } from "../../uploads/authorize.js";
import type { CommitDetails } from "../../uploads/parameters.js";
import { invalidParameter } from "../../uploads/refusal.js";
import { parseSlug } from "../../uploads/slug.js";
import { findToken, type TokenSources } from "../../uploads/tokens.js";

export function tokenOf(request: FastifyRequest): string | null {
  const { authorization, "x-upload-token": uploadTokenHeader } = request.headers;
  const { token } = request.query as { token?: string | string[] };
  const sources: TokenSources = {
    authorization,
    uploadTokenHeader: [uploadTokenHeader].flat().at(-1),
    query: [token].flat().at(-1),
  };
  return findToken(sources);
}

/** How clients name a repository: `github` and `owner::::repository`. */
export interface RepositoryClaim {
  readonly service: string;
  readonly slug: string;
}

/**
 * The claim of a request that names its repository.
 *
 * @param commit by which an upload of a fork does without a token, where it may
 * @throws UploadRefused when no repository can have that name
 */
export function namedClaim(
  request: FastifyRequest,
  { service, slug: text }: RepositoryClaim,
  commit?: CommitDetails,
): Claim {
  const slug = parseSlug(text);
  if (!slug) throw invalidParameter("slug", text, "owner::::repository, with ::: between groups of the owner");
  request.about.repository = `${slug.owner}/${slug.name}`;
  const claim = { token: tokenOf(request), slug, host: parseGitHostName(service), named: true };
  if (!commit) return claim;
  request.about.sha = commit.sha;
  return { ...claim, commit };
}
