import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { GitHostName } from "../database/schema.js";
import type { Settings } from "../settings/settings.js";
import { UploadRefused } from "../uploads/refusal.js";
import { parseSlug } from "../uploads/slug.js";
import type { RepositoryName } from "./names.js";

/** The repository that a CI job proved to belong to. */
export interface CiIdentity extends RepositoryName {
  /** null when the host did not say. */
  readonly private: boolean | null;
}

/** Reads the tokens by which a git host's CI says which repository a job belongs to: OIDC id tokens. */
export interface CiTokens {
  /** @throws UploadRefused when the token proves nothing, or its issuer's keys cannot be had */
  identify(token: string): Promise<CiIdentity>;
}

interface Issuer {
  readonly host: GitHostName;
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
}

const GITHUB_ISSUER = "https://token.actions.githubusercontent.com";
const KEYS_PATHS: Partial<Record<GitHostName, string>> = {
  github: "/.well-known/jwks",
  github_enterprise: "/.well-known/jwks",
  gitlab: "/oauth/discovery/keys",
  gitlab_enterprise: "/oauth/discovery/keys",
};
const KEYS = { timeoutDuration: 5_000, cooldownDuration: 30_000, cacheMaxAge: 600_000 } as const;
/** How far clocks may be apart, in seconds. */
const CLOCK_TOLERANCE = 30;
/** A job's token is some 2 KB long. */
const LONGEST = 16 * 1024;

/** Whether a token is written as an id token is. */
export function isJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token) && token.startsWith("ey");
}

/** @param keysAt how an issuer's keys are had @default from its address, kept for ten minutes */
export function openCiTokens(
  { publicUrl, gitHosts }: Pick<Settings, "publicUrl" | "gitHosts">,
  keysAt: (url: URL) => JWTVerifyGetKey = (url) => createRemoteJWKSet(url, KEYS),
): CiTokens {
  const issuers = Object.keys(KEYS_PATHS).flatMap((name): Issuer[] => {
    const host = name as GitHostName;
    const url = gitHosts[host]?.url;
    if (!url) return [];
    const issuer = host === "github" ? GITHUB_ISSUER : host === "github_enterprise" ? `${url}/_services/token` : url;
    return [{ host, issuer, keys: keysAt(new URL(issuer + KEYS_PATHS[host])) }];
  });
  return {
    async identify(token) {
      const issuer = trusted(token, issuers);
      const claims = await verified(token, issuer, publicUrl);
      return identityOf(claims, issuer.host);
    },
  };
}

function trusted(token: string, issuers: readonly Issuer[]): Issuer {
  const iss = token.length > LONGEST ? undefined : unverifiedIssuer(token);
  const found = issuers.find(({ issuer }) => issuer === iss);
  if (found) return found;
  const allowed = issuers.map(({ issuer }) => issuer).join(", ");
  throw new UploadRefused(
    "token_unverified",
    `The upload token is an OIDC token of ${iss === undefined ? "no issuer" : JSON.stringify(iss.slice(0, 200))}: it must be of ${allowed || "a git host, and none with OIDC is set here"}.`,
  );
}

function unverifiedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

async function verified(token: string, { issuer, keys }: Issuer, publicUrl: string): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: [publicUrl, `${publicUrl}/`],
      algorithms: ["RS256"],
      requiredClaims: ["exp"],
      clockTolerance: CLOCK_TOLERANCE,
    });
    return payload;
  } catch (error) {
    throw refusalOf(error, issuer, publicUrl);
  }
}

function refusalOf(error: unknown, issuer: string, publicUrl: string): UploadRefused {
  if (error instanceof errors.JWTExpired) {
    return new UploadRefused("token_expired", "The OIDC token has expired: ask for it just before the upload.");
  }
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud") {
    const given = JSON.stringify(error.payload.aud ?? null).slice(0, 200);
    return new UploadRefused("token_unverified", `The OIDC token's audience is ${given}: it must be "${publicUrl}".`);
  }
  const isTokens =
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported;
  const reason = error instanceof Error ? error.message : String(error);
  return isTokens
    ? new UploadRefused("token_unverified", `The OIDC token is not one that ${issuer} signed: ${reason}.`)
    : new UploadRefused("issuer_unavailable", `The keys of ${issuer} cannot be read, so no OIDC token can: ${reason}.`);
}

function identityOf(claims: JWTPayload, host: GitHostName): CiIdentity {
  const isGitHub = host === "github" || host === "github_enterprise";
  const [path, visibility] = isGitHub
    ? [claims.repository, claims.repository_visibility]
    : [claims.project_path, claims.project_visibility];
  const slug = typeof path === "string" ? parseSlug(path) : null;
  if (!slug) {
    const claim = isGitHub ? "repository" : "project_path";
    throw new UploadRefused("token_unverified", `The OIDC token's claim ${claim} names no repository.`);
  }
  return { host, ...slug, private: typeof visibility === "string" ? visibility !== "public" : null };
}
