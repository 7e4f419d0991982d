import type { GitHostName } from "../database/schema.js";
import { GIT_HOST_NAMES } from "../git-hosts/names.js";
import type { Role, RoleDuties } from "../roles.js";
import {
  DEFAULT_HOST,
  DEFAULT_LIMITS,
  DEFAULT_PORT,
  DEFAULT_STATSD_PORT,
  DEFAULT_TAKEOVER_SECONDS,
  DEFAULT_UPLOADS_PER_COMMIT,
  DEFAULT_WORKER_HEALTH_PORT,
} from "./defaults.js";
import type { ProcessSettings, SettingsFile } from "./file-schema.js";
import { isLocal, isLoopback } from "./loopback.js";
import { objectSettings } from "./object-settings.js";
import { serverSettings } from "./server-settings.js";
import type { GitHostSettings, OrganizationToken, Settings } from "./settings.js";
import type { YamlSections } from "./yaml-sections.js";

interface Given {
  readonly role: RoleDuties;
  readonly roleName: Role;
  readonly dataDir: string;
  readonly process: ProcessSettings;
  readonly file: SettingsFile;
  readonly yamls: YamlSections;
}

type Organizations = NonNullable<NonNullable<SettingsFile["github"]>["organizations"]>;

interface Resolved {
  readonly settings: Omit<Settings, "signingSecret">;
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** Fills in the defaults and checks what concerns several settings at once. */
export function resolveSettings(given: Given): Resolved {
  const { dataDir, process, file } = given;
  const setup = file.setup ?? {};
  const host = process.host ?? DEFAULT_HOST;
  const port = process.port ?? defaultPort(given);
  const hosts = gitHosts(file, given.yamls);
  const servers = serverSettings(file.services ?? {});
  const objects = objectSettings(file.services ?? {}, dataDir);
  const settings: Resolved["settings"] = {
    publicUrl: setup.codecov_url?.replace(/\/$/, "") ?? defaultPublicUrl(host, port),
    host,
    port,
    dataDir,
    openAccess: setup.open_access ?? false,
    uploadsWithoutToken: setup.uploads_without_token ?? "never",
    uploadsPerCommit: setup.max_sessions ?? DEFAULT_UPLOADS_PER_COMMIT,
    ...servers.settings,
    objects: objects.settings,
    site: given.yamls.site,
    takeoverSeconds: file.worker?.takeover_seconds ?? DEFAULT_TAKEOVER_SECONDS,
    gitHosts: hosts.settings,
    limits: limitsOf(setup.limits ?? {}),
    statsd: process.statsd_host
      ? { host: process.statsd_host, port: process.statsd_port ?? DEFAULT_STATSD_PORT }
      : null,
    logLevel: process.log_level ?? "info",
  };
  const faults = [
    ...faultsOfRole(given),
    ...faultsOfAccess(given, settings),
    ...hosts.faults,
    ...servers.faults,
    ...objects.faults,
  ];
  return { settings, faults, warnings: [...servers.warnings, ...warningsOf(given, settings)] };
}

function defaultPort({ role, file }: Given): number {
  return role.surface === "health" ? (file.worker?.health_port ?? DEFAULT_WORKER_HEALTH_PORT) : DEFAULT_PORT;
}

/** The address that this process answers on when nothing better was given. */
export function defaultPublicUrl(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function faultsOfRole({ role, roleName, file }: Given): string[] {
  const faults: string[] = [];
  const needs = (key: string, why: string) =>
    faults.push(`the role ${roleName} needs ${key} (or ${key.replaceAll(".", "__").toUpperCase()}): ${why}`);
  if (role.sharesWork && !file.services?.database_url) {
    needs("services.database_url", "the embedded database belongs to a single process, role all");
  }
  if (role.sharesWork && !file.services?.redis_url) {
    needs("services.redis_url", "without Redis the queue belongs to a single process, role all");
  }
  if (role.sharesWork && role.surface !== "health" && !file.setup?.http?.cookie_secret) {
    needs("setup.http.cookie_secret", "upload URLs that one process signs are checked by another");
  }
  return faults;
}

function faultsOfAccess({ role }: Given, { host, publicUrl, openAccess }: Resolved["settings"]): string[] {
  if (openAccess || !servesReports(role) || isLocal({ host, publicUrl })) return [];
  // An address that is none has a fault of its own.
  if (isLoopback(host) && !URL.canParse(publicUrl)) return [];
  const [reached, local] = isLoopback(host)
    ? [`setup.codecov_url ${publicUrl}`, "leave setup.codecov_url out"]
    : [`host ${host}`, "listen on 127.0.0.1"];
  return [
    `${reached} can be reached from other machines and this version has no sign-in, so whoever reaches it reads every ` +
      `report: allow that with setup.open_access: true (or SETUP__OPEN_ACCESS=true), or ${local}`,
  ];
}

function servesReports({ surface }: RoleDuties): boolean {
  return surface === "full" || surface === "api";
}

function warningsOf({ role, file }: Given, settings: Resolved["settings"]): string[] {
  const warnings: string[] = [];
  if (role.sharesWork && settings.objects.kind === "folder") {
    warnings.push(`objects are kept in ${settings.objects.folder}: every web, api and worker process must share it`);
  }
  if (servesReports(role) && !isLoopback(settings.host) && !file.setup?.codecov_url) {
    warnings.push(`setup.codecov_url is not set: upload URLs will point to ${settings.publicUrl}`);
  }
  return warnings;
}

/** Hosts that need no setting to be known. */
const PUBLIC_URLS: Partial<Record<GitHostName, string>> = {
  github: "https://github.com",
  gitlab: "https://gitlab.com",
  bitbucket: "https://bitbucket.org",
};

function gitHosts(file: SettingsFile, { owners }: YamlSections) {
  const settings: Partial<Record<GitHostName, GitHostSettings>> = {};
  const faults: string[] = [];
  for (const name of GIT_HOST_NAMES) {
    const section = file[name];
    const url = section?.url ?? PUBLIC_URLS[name];
    const ownerYamls = owners.get(name);
    if (url) {
      settings[name] = {
        url: url.replace(/\/+$/, ""),
        globalUploadToken: section?.global_upload_token ?? null,
        ...(section?.organizations && { organizationTokens: organizationTokens(name, section.organizations, faults) }),
        ...(ownerYamls && ownerYamls.size > 0 && { ownerYamls }),
        ...(section?.oidc_owners && { oidcOwners: section.oidc_owners.split(",").map((owner) => owner.trim()) }),
      };
    } else if (section)
      faults.push(`${name}.url is needed: the web address of that host, such as https://git.example.com`);
  }
  return { settings, faults };
}

const DAY = 24 * 3600 * 1000;

function organizationTokens(host: GitHostName, organizations: Organizations, faults: string[]): OrganizationToken[] {
  return Object.entries(organizations).flatMap(([owner, { upload_token: token, upload_token_expires: day, yaml }]) => {
    if (!token && yaml === undefined) faults.push(`${host}.organizations.${owner}.upload_token is needed, or a yaml`);
    // The day itself is the last on which it is taken.
    return token ? [{ owner, token, expires: day === undefined ? null : Date.parse(day) + DAY }] : [];
  });
}

function limitsOf(given: NonNullable<NonNullable<SettingsFile["setup"]>["limits"]>): Settings["limits"] {
  return {
    uploadBytes: given.upload_bytes ?? DEFAULT_LIMITS.uploadBytes,
    expandedBytes: given.expanded_bytes ?? DEFAULT_LIMITS.expandedBytes,
    lineBytes: given.line_bytes ?? DEFAULT_LIMITS.lineBytes,
    depth: given.depth ?? DEFAULT_LIMITS.depth,
    lines: given.lines ?? DEFAULT_LIMITS.lines,
    files: given.files ?? DEFAULT_LIMITS.files,
    pathLength: given.path_length ?? DEFAULT_LIMITS.pathLength,
    uploadUrlSeconds: given.upload_url_seconds ?? DEFAULT_LIMITS.uploadUrlSeconds,
  };
}
