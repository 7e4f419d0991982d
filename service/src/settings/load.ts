import { join, resolve } from "node:path";
import { GIT_HOST_NAMES } from "../git-hosts/names.js";
import { ROLES, type Role } from "../roles.js";
import { check, propertiesOf, unknownKeys } from "./check.js";
import { DEFAULT_DATA_DIR } from "./defaults.js";
import { ProcessSettings, SettingsFile } from "./file-schema.js";
import { resolveSettings } from "./resolve.js";
import type { Settings } from "./settings.js";
import { keptSigningSecret, newSigningSecret } from "./signing-secret.js";
import { overlay, type Path, readSettingsFile, type Source } from "./source.js";
import { meantVariable } from "./variable-slips.js";
import { yamlSections } from "./yaml-sections.js";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Flags {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly data?: string | undefined;
}

export interface LoadedSettings {
  readonly settings: Settings;
  readonly warnings: readonly string[];
}

/**
 * The settings of one process: from the settings file, over that the environment (`SECTION__KEY`), over that the
 * command line.
 *
 * @throws SettingsError that lists every fault
 */
export async function loadSettings(role: Role, flags: Flags, environment: Environment): Promise<LoadedSettings> {
  const faults: string[] = [];
  const own = overlay({ tree: {}, locate: () => "", faults: [] }, processValues(role, flags, environment));
  const process = check(ProcessSettings, own, faults);
  const dataDir = resolve(process.data_dir ?? DEFAULT_DATA_DIR);

  const named = environment.SETTINGS_FILE || null;
  const written = await readSettingsFile(named ?? join(dataDir, "codecov.yml"), named !== null);
  const source = overlay(written, environmentValues(environment));
  faults.push(...source.faults);
  const file = check(SettingsFile, source, faults);
  const warnings = ignored([...unusedKeys(source), ...slips(environment)]);

  const yamls = yamlSections(file, GIT_HOST_NAMES, source, faults);
  const resolved = resolveSettings({ role: ROLES[role], roleName: role, dataDir, process, file, yamls });
  faults.push(...resolved.faults);
  warnings.push(...resolved.warnings);
  if (faults.length > 0) throw new SettingsError(faults);
  const signs = ROLES[role].surface === "full" || ROLES[role].surface === "api";
  // Whoever signs nothing writes nothing: its folder may be read-only.
  const signingSecret =
    file.setup?.http?.cookie_secret ?? (signs ? await keptSigningSecret(dataDir) : newSigningSecret());
  return { settings: deepFreeze({ ...resolved.settings, signingSecret }), warnings };
}

export class SettingsError extends Error {
  override readonly name = "SettingsError";
  constructor(readonly faults: readonly string[]) {
    super(
      faults.length === 1
        ? faults[0]
        : `${faults.length} settings are wrong:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
  }
}

const PROCESS_VARIABLES = {
  HOST: "host",
  PORT: "port",
  DATA_DIR: "data_dir",
  LOG_LEVEL: "log_level",
  STATSD_HOST: "statsd_host",
  STATSD_PORT: "statsd_port",
} as const;

function processValues(role: Role, flags: Flags, environment: Environment) {
  // PORT is the port of the service, which an image or a platform sets for every role: a worker's health has its own.
  const heard = Object.entries(PROCESS_VARIABLES).filter(
    ([name]) => name !== "PORT" || ROLES[role].surface !== "health",
  );
  const given = heard.map(([name, key]) => ({ name, key: key as string, value: environment[name] }));
  given.push({ name: "--host", key: "host", value: flags.host });
  given.push({ name: "--port", key: "port", value: flags.port });
  given.push({ name: "--data", key: "data_dir", value: flags.data });
  return given.flatMap(({ name, key, value }) => (value ? [{ name, path: [key], value }] : []));
}

/** Variables whose name starts with a section of the file. An empty one is as good as absent. */
function environmentValues(environment: Environment) {
  const sections = propertiesOf(SettingsFile);
  return Object.entries(environment).flatMap(([name, value]) => {
    const path: Path = name.toLowerCase().split("__");
    // A yaml's values are no texts, and what it has lists of cannot be told by a variable.
    const isSection = path[0] !== "site" && Object.hasOwn(sections, path[0]);
    return value && path.length > 1 && isSection ? [{ name, path, value }] : [];
  });
}

function unusedKeys(source: Source): string[] {
  return unknownKeys(SettingsFile, source.tree).map(({ path, meant }) => withHint(path.join("."), meant?.join(".")));
}

function slips(environment: Environment): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const meant = value ? meantVariable(name) : null;
    return meant === null ? [] : [withHint(name, meant)];
  });
}

function withHint(given: string, meant: string | undefined): string {
  return meant === undefined ? given : `${given} (did you mean ${meant}?)`;
}

function ignored(names: readonly string[]): string[] {
  return names.length > 0 ? [`this version ignores ${names.join(", ")}`] : [];
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
