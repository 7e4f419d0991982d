import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import closeWithGrace from "close-with-grace";
import type { FastifyInstance } from "fastify";
import { createHttpServer } from "../http/server.js";
import { openLog } from "../observability/log.js";
import { openMigratedDatabase, openService } from "../open-service.js";
import { waitForStore } from "../processing/wait-for-store.js";
import { startWork } from "../processing/work.js";
import { Releasers } from "../releasers.js";
import { ROLES, type Role } from "../roles.js";
import { DEFAULT_HOST } from "../settings/defaults.js";
import { type Environment, type Flags, loadSettings } from "../settings/load.js";
import { StartError, startError } from "./start-error.js";

/** How long running jobs and requests may take to end after a signal, in milliseconds: less than orchestrators wait. */
const GRACE = 25_000;
const DRAIN_EVERY = 100;

/**
 * Runs a role until a signal ends it, or, for `migrate`, until it is done.
 *
 * @throws StartError that says in one line why the role cannot start
 */
export async function run(roleName: Role, flags: Flags, environment: Environment): Promise<void> {
  const releasers = new Releasers();
  const stop = new AbortController();
  try {
    await start(roleName, flags, environment, releasers, stop);
  } catch (error) {
    await releasers.release().catch(() => {});
    // What was taken away while the role was starting is no reason to complain.
    if (stop.signal.aborted) return;
    throw startError(error);
  }
}

async function start(
  roleName: Role,
  flags: Flags,
  environment: Environment,
  releasers: Releasers,
  stop: AbortController,
): Promise<void> {
  const role = ROLES[roleName];
  const asked = flags.port ?? (role.surface === "health" ? undefined : environment.PORT);
  const port = asked === "0" ? `${await freePort(flags.host ?? environment.HOST)}` : flags.port;
  const level = environment.LOG_LEVEL || (roleName === "all" && process.stderr.isTTY ? "warn" : "info");
  const { settings, warnings } = await loadSettings(roleName, { ...flags, port }, { ...environment, LOG_LEVEL: level });
  if (role.surface === null && settings.databaseUrl === null) {
    throw new StartError(
      `the role ${roleName} needs services.database_url (or SERVICES__DATABASE_URL): an embedded database is migrated ` +
        "by role all when it starts",
    );
  }
  const log = openLog(settings);
  for (const warning of warnings) log.warn(warning);
  // From here on: whoever starts may wait for a minute, and as a container's first process heeds only signals that it
  // listens for.
  closeWithGrace({ delay: GRACE, logger: false, skip: ["beforeExit"] }, async ({ err, signal }) => {
    stop.abort();
    if (err) log.fatal({ err }, "stopping after an error that nobody handled");
    else log.info({ signal }, "stopping");
    await releasers.release();
  });

  if (role.surface === null) {
    await openMigratedDatabase(role, settings, log, releasers);
    await releasers.release();
    console.log("coverstack: the database schema is up to date");
    return;
  }

  const service = await openService(role, settings, log, releasers);
  const http = await createHttpServer(service, { surface: role.surface });
  await http.listen({ host: settings.host, port: settings.port }).catch((error: unknown) => {
    throw listenError(error, settings.host, settings.port);
  });
  // Released first is what brings new work, then the queue with what is running, then what that needs.
  releasers.add(() => drain(http));
  if (role.processesUploads) {
    await waitForStore(service, stop.signal);
    releasers.add(await startWork(service));
  }
  const address = new URL(`http://${settings.host.includes(":") ? `[${settings.host}]` : settings.host}`);
  address.port = `${settings.port}`;
  console.log(`coverstack is listening on ${address.origin} (role ${roleName}, data in ${settings.dataDir})`);
}

/** Takes no more requests, and resolves when those under way have their answers. */
async function drain(http: FastifyInstance): Promise<void> {
  // Closing ends the connections that are idle by then; one that becomes idle later, such as a load balancer's, would
  // be kept for its next request.
  const timer = setInterval(() => http.server.closeIdleConnections(), DRAIN_EVERY);
  try {
    await http.close();
  } finally {
    clearInterval(timer);
  }
}

/** The public address has to be known before the service listens. */
async function freePort(host: string | undefined): Promise<number> {
  const address = host || DEFAULT_HOST;
  const server = createServer().listen(0, address);
  await once(server, "listening").catch((error: unknown) => {
    throw listenError(error, address, 0);
  });
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function listenError(error: unknown, host: string, port: number): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new StartError(`port ${port} on ${host} is in use: stop what listens there, or choose another by --port`);
    case "EACCES":
      return new StartError(`port ${port} on ${host} may not be opened by this user: choose one above 1023 by --port`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new StartError(`${host} is not an address of this machine: choose another by --host`);
    default:
      return error;
  }
}
