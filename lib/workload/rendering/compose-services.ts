import type { MemoryLimits } from "../memory.js";
import { HEALTH_PATH, type Role, WEB_PORT, WORKER_HEALTH_PORT } from "../roles.js";
import { type SecretText, type SecretVariable, secretText } from "../secret-text.js";
import { IMAGES } from "../versions.js";
import type { ComposeService, DependencyCondition, Healthcheck } from "./compose.js";

/** What every container of the service shares, whatever its role. */
export interface ServiceContainer {
  readonly image: string;
  readonly environment: Readonly<Record<string, string | SecretText>>;
  /** Containers of the same machine that must be ready before the database is migrated. */
  readonly migrateAfter: readonly string[];
  /** Those that must be ready, or done, besides, before web and worker start. */
  readonly startAfter: readonly string[];
}

const SETTINGS_IN_CONTAINER = "/config/codecov.yml";

/** The environment of every role: where the settings file is, and the settings that are secrets. */
export function serviceEnvironment(secrets: Readonly<Record<string, SecretText>>): ServiceContainer["environment"] {
  return {
    SETTINGS_FILE: SETTINGS_IN_CONTAINER,
    HOST: "0.0.0.0",
    PORT: `${WEB_PORT}`,
    STATSD_HOST: "statsd",
    ...secrets,
  };
}

/** @param way labels by which a proxy finds the containers, or ports of the machine that lead to the one container */
export function web(
  container: ServiceContainer,
  replicas: number,
  memory: number,
  way: Pick<ComposeService, "labels" | "ports">,
): ComposeService {
  return {
    ...role("web", container, memory, replicas),
    expose: [`${WEB_PORT}`],
    ...way,
    healthcheck: healthcheck(["CMD", "node", "-e", answers(WEB_PORT)], "30s"),
    stop_grace_period: "30s",
  };
}

export function worker(container: ServiceContainer, replicas: number, memory: number): ComposeService {
  return {
    ...role("worker", container, memory, replicas),
    healthcheck: healthcheck(["CMD", "node", "-e", answers(WORKER_HEALTH_PORT)], "30s"),
    /** Long enough to finish the report at hand. */
    stop_grace_period: "60s",
  };
}

export function migrate(container: ServiceContainer, memory: number): ComposeService {
  const { depends_on: _servesLater, ...once } = role("migrate", container, memory);
  const depends_on = conditions(container.migrateAfter);
  return { ...once, ...(container.migrateAfter.length > 0 && { depends_on }), restart: "no" };
}

export function postgres(memory: MemoryLimits, password: SecretText, name: string): ComposeService {
  return {
    image: IMAGES.postgres,
    command: ["postgres", "-c", `shared_buffers=${Math.floor(memory.postgres / 4)}MB`],
    environment: { POSTGRES_USER: name, POSTGRES_DB: name, POSTGRES_PASSWORD: password },
    volumes: ["database:/var/lib/postgresql/data"],
    // Over TCP: while the image prepares a new database it listens on its socket only.
    healthcheck: healthcheck(["CMD", "pg_isready", "--host=127.0.0.1", `--username=${name}`]),
    stop_grace_period: "60s",
    // Parallel queries share memory through /dev/shm, of which a container gets 64 MB.
    shm_size: "256m",
    deploy: limited(memory.postgres),
  };
}

/** One node, kept on disk, and never dropping a job to make room. */
export function redis(memory: MemoryLimits, password: SecretText): ComposeService {
  const most = `${Math.floor(memory.redis * 0.75)}mb`;
  return {
    image: IMAGES.redis,
    command: [
      "valkey-server",
      ...["--requirepass", password],
      ...["--appendonly", "yes"],
      ...["--maxmemory", most],
      ...["--maxmemory-policy", "noeviction"],
    ],
    environment: { REDISCLI_AUTH: password },
    volumes: ["redis:/data"],
    healthcheck: healthcheck(["CMD", "valkey-cli", "-e", "ping"]),
    deploy: limited(memory.redis),
  };
}

export interface ArchiveKeys {
  readonly accessKey: SecretVariable;
  readonly secretKey: SecretVariable;
}

/** No route leads here from outside: uploads and downloads go through the service's own address. */
export function minio(memory: MemoryLimits, keys: ArchiveKeys): ComposeService {
  return {
    image: IMAGES.minio,
    command: ["server", "/data"],
    environment: {
      MINIO_ROOT_USER: secretText`${keys.accessKey}`,
      MINIO_ROOT_PASSWORD: secretText`${keys.secretKey}`,
    },
    expose: ["9000"],
    volumes: ["archive:/data"],
    healthcheck: healthcheck(["CMD", "mc", "ready", "local"]),
    deploy: limited(memory.minio),
  };
}

/** Makes the bucket if it is not there, and ends. */
export function bucket(memory: MemoryLimits, name: string, keys: ArchiveKeys): ComposeService {
  return {
    image: IMAGES.minio,
    entrypoint: ["mc"],
    command: ["mb", "--ignore-existing", `archive/${name}`],
    environment: { MC_HOST_archive: secretText`http://${keys.accessKey}:${keys.secretKey}@minio:9000` },
    depends_on: conditions(["minio"]),
    restart: "no",
    deploy: limited(memory.bucket),
  };
}

export function statsd(memory: MemoryLimits): ComposeService {
  return {
    image: IMAGES.statsd,
    command: ["--statsd.listen-udp=:8125", "--statsd.listen-tcp=:8125"],
    expose: ["8125", "8125/udp", "9102"],
    deploy: limited(memory.statsd),
  };
}

function role(command: Role, container: ServiceContainer, memory: number, replicas?: number) {
  return {
    image: container.image,
    command: [command],
    environment: container.environment,
    volumes: [`./codecov.yml:${SETTINGS_IN_CONTAINER}:ro`],
    depends_on: conditions(["migrate", "statsd", ...container.startAfter]),
    security_opt: ["no-new-privileges:true"],
    deploy: limited(memory, replicas),
  } satisfies ComposeService;
}

/** What it takes for each container to be ready for others. */
const READY: Readonly<Record<string, DependencyCondition>> = {
  migrate: "service_completed_successfully",
  bucket: "service_completed_successfully",
  statsd: "service_started",
};

function conditions(names: readonly string[]): NonNullable<ComposeService["depends_on"]> {
  return Object.fromEntries(names.map((name) => [name, { condition: READY[name] ?? "service_healthy" }]));
}

function limited(memory: number, replicas?: number): ComposeService["deploy"] {
  const resources = { limits: { memory: `${memory}M` } };
  return replicas === undefined ? { resources } : { replicas, resources };
}

function healthcheck(test: readonly string[], startPeriod?: string): Healthcheck {
  return { test, interval: "10s", timeout: "5s", retries: 6, ...(startPeriod && { start_period: startPeriod }) };
}

function answers(port: number): string {
  return `fetch("http://127.0.0.1:${port}${HEALTH_PATH}").then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;
}
