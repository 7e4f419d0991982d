import { findCommit } from "../database/commits.js";
import {
  ensureRepository,
  findRepository,
  findRepositoryByToken,
  isKnownOwner,
  type Repository,
  setPrivate,
} from "../database/repositories.js";
import type { GitHostName } from "../database/schema.js";
import { type CiIdentity, isJwt } from "../git-hosts/ci-tokens.js";
import type { RepositoryName } from "../git-hosts/names.js";
import type { Service } from "../service.js";
import { missingParameter, UploadRefused } from "./refusal.js";
import type { Slug } from "./slug.js";
import { hasSharedTokens, hostsOfGlobalToken, hostsOfOrganizationToken, normalizeRepositoryToken } from "./tokens.js";

/** What a request says of the repository that it speaks for. */
export interface Claim {
  readonly token: string | null;
  readonly slug: Slug | null;
  readonly host: GitHostName | null;
  /** The address names the repository, so a token of another one is refused. Otherwise the token alone decides. */
  readonly named: boolean;
  /** The commit that it is about, by which a fork's pull request is known; without it a token is always needed. */
  readonly commit?: { readonly sha: string; readonly branch: string | null };
  /** Under which the client knows slug and host, for messages. @default slug and service */
  readonly names?: { readonly slug: string; readonly host: string };
}

const NAMES = { slug: "slug", host: "service" };

const HOW_TO_SEND =
  "as `Authorization: token …`, as `X-Upload-Token`, as the parameter `token`, or as `repo_token` of Coveralls";

/** Whose upload was let in. */
export interface Admission {
  readonly repository: Repository;
  /** False where it needed none: then what it says of its commit counts less. */
  readonly withToken: boolean;
}

/**
 * The repository that an upload is for. A global or an organisation's upload token makes it on its first upload, and so
 * does an OIDC token of an owner who is known or allowed.
 *
 * @param branch of that upload, a hint at a new repository's default branch
 * @throws UploadRefused
 */
export async function authorizeUpload(service: Service, claim: Claim, branch: string | null): Promise<Admission> {
  const { identified, withToken } = await identify(service, claim);
  if ("id" in identified) return { repository: identified, withToken };
  const isPrivate = identified.private ?? false;
  const repository = await ensureRepository(service.db, identified, guessDefaultBranch(branch), isPrivate);
  return { repository, withToken };
}

/**
 * The repository that is asked about, or null when a token that vouches for a name asks about one that nobody uploaded to.
 *
 * @throws UploadRefused
 */
export async function authorizeQuestion(service: Service, claim: Claim): Promise<Repository | null> {
  const { identified } = await identify(service, claim);
  return "id" in identified ? identified : findRepository(service.db, identified);
}

/** A name that a token vouches for, and whether the repository is private, where it says so. */
type VouchedName = RepositoryName & Partial<Pick<CiIdentity, "private">>;

interface Identity {
  readonly identified: Repository | VouchedName;
  readonly withToken: boolean;
}

/** A token that is of no use here does no harm where none is needed. */
async function identify(service: Service, claim: Claim): Promise<Identity> {
  const { token } = claim;
  try {
    if (token === null) throw tokenMissing(service);
    return { identified: await identifyByToken(service, token, claim), withToken: true };
  } catch (error) {
    if (!(error instanceof UploadRefused)) throw error;
    const open = claim.named || token === null ? await openRepository(service, claim) : null;
    if (!open) throw error;
    return { identified: open, withToken: false };
  }
}

/** A repository's own token finds it; the others only vouch for the name. */
async function identifyByToken(service: Service, token: string, claim: Claim): Promise<Repository | VouchedName> {
  const { slug, names = NAMES } = claim;
  const globalHosts = hostsOfGlobalToken(token, service.settings.gitHosts);
  if (globalHosts.length > 0) {
    if (slug === null) {
      throw missingParameter(names.slug, "owner/repository, because a global upload token belongs to none");
    }
    return { host: chooseHost(globalHosts, claim), ...slug };
  }
  const organization = hostsOfOrganizationToken(token, service.settings.gitHosts, Date.now());
  if (organization) return repositoryOfOrganization(organization, claim);
  return repositoryOfHolder(service, token, claim);
}

/**
 * Passes a token that is of use here, before it is known for which repository it is sent.
 *
 * @throws UploadRefused when it is of none
 */
export async function checkToken(service: Service, token: string): Promise<void> {
  const { gitHosts } = service.settings;
  if (hostsOfGlobalToken(token, gitHosts).length > 0) return;
  const organization = hostsOfOrganizationToken(token, gitHosts, Date.now());
  if (organization) requireValid(organization);
  else await repositoryOfHolder(service, token, { token, slug: null, host: null, named: false });
}

/** The repository where it needs no token: `setup.uploads_without_token` says which do not. */
async function openRepository(service: Service, { slug, host, commit }: Claim): Promise<Repository | null> {
  const { uploadsWithoutToken } = service.settings;
  if (uploadsWithoutToken === "never" || !slug || !host) return null;
  const repository = await findRepository(service.db, { host, ...slug });
  if (!repository || repository.private) return null;
  if (uploadsWithoutToken === "public") return repository;
  if (!commit) return null;
  // What the commit was made with counts: nobody adds to a branch of the repository's own by naming a fork's.
  const known = await findCommit(service.db, repository.id, commit.sha);
  const { branch } = known ?? commit;
  return branch?.includes(":") ? repository : null;
}

function tokenMissing({ settings }: Service): UploadRefused {
  const hint = {
    never: "",
    forks:
      " Only pull requests of forks, whose branch is OWNER:BRANCH, do without, in repositories that are known here.",
    public: " Only public repositories that are known here do without.",
  }[settings.uploadsWithoutToken];
  return new UploadRefused("token_missing", `An upload token is needed. Send it ${HOW_TO_SEND}.${hint}`);
}

type Organization = NonNullable<ReturnType<typeof hostsOfOrganizationToken>>;

function requireValid({ owner, expired }: Organization): void {
  if (expired) throw new UploadRefused("token_expired", `The upload token of ${owner} has expired.`);
}

function repositoryOfOrganization(organization: Organization, claim: Claim): RepositoryName {
  requireValid(organization);
  const { hosts, owner } = organization;
  const { slug, names = NAMES } = claim;
  if (slug === null) {
    throw missingParameter(
      names.slug,
      "owner/repository, because an organisation's upload token is for all of its own",
    );
  }
  if (!sameName(slug.owner, owner)) {
    throw new UploadRefused(
      "token_of_another_repository",
      `This is the upload token of the organisation ${owner}, and ${slug.owner}/${slug.name} is not one of its repositories: send a token of ${slug.owner}.`,
    );
  }
  return { host: chooseHost(hosts, claim), ...slug };
}

/** The one repository that a token is of: a CI job's, or a repository's own. */
function repositoryOfHolder(service: Service, token: string, claim: Claim): Promise<Repository | VouchedName> {
  return isJwt(token) ? repositoryOfJob(service, token, claim) : repositoryOfToken(service, token, claim);
}

/** The repository of the CI job that sends its OIDC token. */
async function repositoryOfJob(service: Service, token: string, claim: Claim): Promise<Repository | CiIdentity> {
  const identity = await service.ciTokens.identify(token);
  requireNamed(claim, identity);
  const repository = await findRepository(service.db, identity);
  if (!repository) {
    await requireOwner(service, identity);
    return identity;
  }
  if (identity.private !== null && identity.private !== repository.private) {
    await setPrivate(service.db, repository.id, identity.private);
  }
  return repository;
}

/** Whoever uses a public git host can have an OIDC token for this server: that is no reason to give him room on it. */
async function requireOwner({ db, settings }: Service, { host, owner }: CiIdentity): Promise<void> {
  const allowed = settings.gitHosts[host]?.oidcOwners ?? [];
  if (allowed.some((name) => name === "*" || sameName(name, owner))) return;
  if (await isKnownOwner(db, host, owner)) return;
  throw new UploadRefused(
    "owner_unknown",
    `Nothing of ${owner} is on this server yet, and ${host}.oidc_owners does not name ${owner}: upload with a token first, or have the owner added.`,
  );
}

async function repositoryOfToken(service: Service, token: string, claim: Claim): Promise<Repository> {
  const uuid = normalizeRepositoryToken(token);
  if (uuid === null) {
    const others = hasSharedTokens(service.settings.gitHosts)
      ? "nor an organisation's or a global upload token of this server."
      : "and no global or organisation's upload token is set: settings are read when the service starts.";
    const hint = /^(?:gh[a-z]_|github_pat_|gl[a-z]+-)/.test(token)
      ? " It looks like one that a git host made for its own API: set this server's in its place."
      : "";
    throw new UploadRefused(
      "token_malformed",
      `The upload token is neither a repository's token (a UUID) nor a CI's OIDC token, ${others}${hint}`,
    );
  }
  const repository = await findRepositoryByToken(service.db, uuid);
  if (!repository) {
    throw new UploadRefused(
      "token_unknown",
      "No repository has this upload token. Copy it from the repository's page.",
    );
  }
  requireNamed(claim, repository);
  return repository;
}

function requireNamed(claim: Claim, { host, owner, name }: RepositoryName): void {
  const { named, slug } = claim;
  if (!named) return;
  if (!(slug && sameName(owner, slug.owner) && sameName(name, slug.name))) {
    throw new UploadRefused(
      "token_of_another_repository",
      `This upload token belongs to another repository than ${slug?.owner}/${slug?.name}. Copy the token from that repository's page.`,
    );
  }
  requireHost(claim, [host]);
}

function requireHost({ named, host }: Claim, hosts: readonly GitHostName[]): void {
  if (!named || host === null || hosts.some((one) => mayMean(host, one))) return;
  const list = hosts.join(", ");
  throw new UploadRefused(
    "token_of_another_repository",
    `The request names the git host ${host}, and its upload token is for ${list}: name that one (--git-service of codecov-cli), or send a token for ${host}.`,
  );
}

/** Clients guess a host of one's own by its address, `github.acme.com`, and name the public one. */
function mayMean(named: GitHostName, host: GitHostName): boolean {
  return host === named || host.startsWith(`${named}_`);
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Where no address names the host, a token that was set for one means that, whatever CI service is named in its place. */
function chooseHost(hosts: readonly GitHostName[], claim: Claim): GitHostName {
  requireHost(claim, hosts);
  const { host, names = NAMES } = claim;
  if (host && hosts.includes(host)) return host;
  const meant = host === null ? hosts : hosts.filter((one) => mayMean(host, one));
  if (meant.length === 1) return meant[0];
  if (hosts.length === 1) return hosts[0];
  const list = hosts.join(", ");
  throw new UploadRefused(
    "invalid_parameter",
    `This upload token is set for ${list}: name one of them as ${names.host}, or set a token of its own for each.`,
  );
}

/** Until a git host is asked, the usual names are all there is to go by. */
function guessDefaultBranch(branch: string | null): string {
  return branch !== null && ["main", "master", "trunk", "develop"].includes(branch) ? branch : "main";
}
