import { join } from "node:path";
import type { Random } from "../bench/random.js";
import { freePort } from "../test/support/free-port.js";
import { type FaultyProxy, startFaultyProxy } from "./faulty-proxy.js";
import { RoleProcess, runToEnd } from "./role-process.js";
import type { Servers } from "./servers.js";
import { TOKEN } from "./uploader.js";

/** The service as processes, on parts that can be disturbed. */
export interface Installation {
  /** Where it takes uploads and tells of reports. */
  readonly url: string;
  readonly roles: readonly RoleProcess[];
  /** Those among the roles that process uploads. */
  readonly workers: readonly RoleProcess[];
  /** What the roles share; null: everything is embedded in one process. */
  readonly shared: (Servers & { readonly storage: FaultyProxy }) | null;
  stop(): Promise<void>;
}

export interface InstallationOptions {
  readonly name: string;
  readonly folder: string;
  /** `worker.takeover_seconds`. */
  readonly takeoverSeconds: number;
}

/** The role `all`, with everything embedded in a folder of its own. */
export async function installEmbedded(options: InstallationOptions): Promise<Installation> {
  const port = await freePort();
  const all = new RoleProcess("all", { port, dataDir: join(options.folder, options.name), environment: base(options) });
  return installed(port, [all], [all], null);
}

/** One `api` and some workers, on servers. Storage is reached through a proxy that fails when it is told to. */
export async function installOnServers(
  servers: Servers,
  options: InstallationOptions & { readonly workers: number; readonly random: Random },
): Promise<Installation> {
  const { name, folder, workers, random } = options;
  const bucket = await servers.stores.createBucket(name);
  const storage = await startFaultyProxy(bucket.origin, random);
  await servers.redis.flush();
  const environment = {
    ...base(options),
    ...bucket.environmentAt(storage.origin),
    SERVICES__DATABASE_URL: await servers.postgres.createDatabase(name),
    SERVICES__REDIS_URL: servers.redis.url,
    SETUP__HTTP__COOKIE_SECRET: "a-secret-of-this-run",
  };
  const start = (role: string, port: number) =>
    new RoleProcess(role, { port, dataDir: join(folder, `${name}-${role}-${port}`), environment });
  await runToEnd("migrate", join(folder, `${name}-migrate`), environment);
  const port = await freePort();
  const api = start("api", port);
  const working: RoleProcess[] = [];
  for (let i = 0; i < workers; i++) working.push(start("worker", await freePort()));
  return installed(port, [api, ...working], working, { ...servers, storage });
}

async function installed(
  port: number,
  roles: readonly RoleProcess[],
  workers: readonly RoleProcess[],
  shared: Installation["shared"],
): Promise<Installation> {
  const stop = async () => {
    await Promise.all(roles.map((role) => role.stop()));
    await shared?.storage.stop();
  };
  try {
    await Promise.all(roles.map((role) => role.listening()));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, roles, workers, shared, stop };
}

function base({ takeoverSeconds }: InstallationOptions): NodeJS.ProcessEnv {
  return { GITHUB__GLOBAL_UPLOAD_TOKEN: TOKEN, WORKER__TAKEOVER_SECONDS: `${takeoverSeconds}`, LOG_LEVEL: "info" };
}
