import type { FastifyRequest } from "fastify";
import type { GitHostName } from "../../database/schema.js";
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

/**
 * The claim of a request whose path names its repository: `github` and `owner::::repository`.
 *
 * @param commit by which an upload of a fork does without a token, where it may
 * @throws UploadRefused when no repository can have that name
 */
export function namedClaim(
  request: FastifyRequest,
  { service, slug }: { readonly service: string; readonly slug: string },
  commit?: CommitDetails,
): Claim {
  // A client that cannot tell the host names some other, such as `None`: a token that is for a single one says it.
  return claimOf(request, { host: parseGitHostName(service), slug }, commit);
}

/** The same of one that names it otherwise, and perhaps not its git host. @throws UploadRefused */
export function claimOf(
  request: FastifyRequest,
  { host, slug: text }: { readonly host: GitHostName | null; readonly slug: string },
  commit?: CommitDetails,
): Claim {
  const slug = parseSlug(text);
  if (!slug) throw invalidParameter("slug", text, "owner::::repository, with ::: between groups of the owner");
  request.about.repository = `${slug.owner}/${slug.name}`;
  const claim = { token: tokenOf(request), slug, host, named: true };
  if (!commit) return claim;
  request.about.sha = commit.sha;
  return { ...claim, commit };
}
