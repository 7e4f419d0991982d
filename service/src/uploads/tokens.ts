import { createHash, timingSafeEqual } from "node:crypto";
import type { GitHostName } from "../database/schema.js";
import { GIT_HOST_NAMES } from "../git-hosts/names.js";
import type { Settings } from "../settings/settings.js";

/** Where clients put their token, in the order in which it is looked for. */
export interface TokenSources {
  readonly authorization?: string | undefined;
  readonly uploadTokenHeader?: string | undefined;
  readonly query?: string | undefined;
}

/** The token that came with a request, or null. `Authorization` may say `token X`, `Bearer X` or X alone. */
export function findToken(sources: TokenSources): string | null {
  const authorization = sources.authorization?.trim().replace(/^(?:token|bearer)(?:\s+|$)/i, "");
  return authorization || sources.uploadTokenHeader?.trim() || sources.query?.trim() || null;
}

const UUID = /^([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})$/i;

/** A repository's token with its dashes, which clients may leave out; null when it is not a UUID. */
export function normalizeRepositoryToken(token: string): string | null {
  const parts = UUID.exec(token);
  return parts?.slice(1).join("-").toLowerCase() ?? null;
}

/** The git hosts whose global upload token this is: none, or several when one token was set for them all. */
export function hostsOfGlobalToken(token: string, gitHosts: Settings["gitHosts"]): readonly GitHostName[] {
  return GIT_HOST_NAMES.filter((host) => {
    const expected = gitHosts[host]?.globalUploadToken;
    return expected ? equalInConstantTime(token, expected) : false;
  });
}

/** Whose organisation token this is, and on which hosts; null when it is nobody's. */
export function hostsOfOrganizationToken(
  token: string,
  gitHosts: Settings["gitHosts"],
  now: number,
): { readonly owner: string; readonly hosts: readonly GitHostName[]; readonly expired: boolean } | null {
  const found = GIT_HOST_NAMES.flatMap((host) =>
    (gitHosts[host]?.organizationTokens ?? [])
      .filter((organization) => equalInConstantTime(token, organization.token))
      .map((organization) => ({ host, ...organization })),
  );
  if (found.length === 0) return null;
  const { owner } = found[0];
  const ofOwner = found.filter((one) => one.owner.toLowerCase() === owner.toLowerCase());
  const valid = ofOwner.filter(({ expires }) => expires === null || now < expires);
  return { owner, hosts: valid.map(({ host }) => host), expired: valid.length === 0 };
}

/** Whether any token is set that is for more than one repository. */
export function hasSharedTokens(gitHosts: Settings["gitHosts"]): boolean {
  return GIT_HOST_NAMES.some((host) => {
    const { globalUploadToken, organizationTokens = [] } = gitHosts[host] ?? {};
    return Boolean(globalUploadToken) || organizationTokens.length > 0;
  });
}

function equalInConstantTime(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
