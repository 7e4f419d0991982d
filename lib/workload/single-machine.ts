import type { DeepPartial } from "../merge.js";
import { merge } from "../merge.js";
import type { BootSecrets } from "./boot-secrets.js";
import type { Capacity } from "./capacity.js";
import type { MachineWorkload } from "./machine-workload.js";
import { type LocalPart, shareMemory } from "./memory.js";
import { type ComposeFile, composeFile } from "./rendering/compose.js";
import {
  bucket,
  migrate,
  minio,
  postgres,
  redis,
  serviceEnvironment,
  statsd,
  web,
  worker,
} from "./rendering/compose-services.js";
import { settingsEnvironment } from "./rendering/settings-file.js";
import { CERTIFICATE_FILES, traefik, webLabels } from "./rendering/traefik.js";
import { type SecretVariable, secretText } from "./secret-text.js";
import { type Access, SERVICE_SECRETS, type Service, type ServiceOptions } from "./service.js";
import type { Tls } from "./tls.js";

/** The fields of the secret that is generated for a machine that has everything on itself, with the length of each. */
export const GENERATED_SECRETS = {
  database_password: 40,
  redis_password: 40,
  archive_access_key: 20,
  archive_secret_key: 40,
  ...SERVICE_SECRETS,
} as const;

export interface SingleMachineOptions {
  readonly image: string;
  readonly service: Service;
  readonly registries: BootSecrets["registries"];
  readonly hostname: string | undefined;
  readonly capacity: Capacity;
  readonly tls: Tls | undefined;
  /** Whether database, queue and object store are containers here, too. */
  readonly ownData: boolean;
  readonly overrides: DeepPartial<ComposeFile> | undefined;
}

const DATABASE = "coverstack";
const BUCKET = "archive";
const DATA_PARTS = ["postgres", "redis", "minio"] as const satisfies readonly LocalPart[];

/** The whole service on one machine, with its data in containers beside it or elsewhere. */
export function singleMachine(options: SingleMachineOptions): MachineWorkload {
  const { capacity, ownData, service } = options;
  const { web: webs, worker: workers } = capacity.roles;
  const replicas = { web: webs.replicas, worker: workers.replicas };
  const memory = shareMemory(capacity.largestMachine, replicas, ["traefik", ...(ownData ? DATA_PARTS : [])]);
  const container = {
    image: options.image,
    environment: serviceEnvironment(settingsEnvironment(service.settings)),
    migrateAfter: ownData ? ["postgres"] : [],
    startAfter: ownData ? ["bucket", "redis"] : [],
  };
  const routing = { tls: options.tls, hostname: options.tls?.kind === "acme" ? (options.hostname ?? null) : null };
  const compose = composeFile({
    traefik: traefik(routing, memory.traefik),
    web: web(container, replicas.web, memory.web, { labels: webLabels(routing) }),
    worker: worker(container, replicas.worker, memory.worker),
    migrate: migrate(container, memory.migrate),
    ...(ownData && {
      postgres: postgres(memory, secretText`${generated("database_password")}`, DATABASE),
      redis: redis(memory, secretText`${generated("redis_password")}`),
      minio: minio(memory, KEYS),
      bucket: bucket(memory, BUCKET, KEYS),
    }),
    statsd: statsd(memory),
  });
  const secrets = { variables: service.secrets, files: certificateFiles(options.tls), registries: options.registries };
  return { compose: merge(compose, options.overrides), settings: service.settings, secrets };
}

/** How the service reaches its data when that is in containers beside it. `secret` holds {@link GENERATED_SECRETS}. */
export function ownData(secret: string): Pick<ServiceOptions, "database" | "redis" | "objectStore"> {
  return {
    database: {
      url: secretText`postgres://coverstack:${generated("database_password")}@postgres:5432/coverstack`,
      secrets: [found("database_password", secret)],
    },
    redis: {
      url: secretText`redis://:${generated("redis_password")}@redis:6379`,
      secrets: [found("redis_password", secret)],
    },
    objectStore: {
      settings: {
        chosen_storage: "minio",
        minio: {
          host: "minio",
          port: 9000,
          bucket: BUCKET,
          verify_ssl: false,
          region: "us-east-1",
          access_key_id: secretText`${KEYS.accessKey}`,
          secret_access_key: secretText`${KEYS.secretKey}`,
        },
      },
      secrets: [found("archive_access_key", secret), found("archive_secret_key", secret)],
    },
  };
}

const KEYS = { accessKey: generated("archive_access_key"), secretKey: generated("archive_secret_key") };

function generated(key: keyof typeof GENERATED_SECRETS): SecretVariable {
  return { variable: `COVERSTACK_${key.toUpperCase()}` };
}

function found(key: keyof typeof GENERATED_SECRETS, secret: string): Access["secrets"][number] {
  return { ...generated(key), secret, key };
}

function certificateFiles(tls: Tls | undefined): BootSecrets["files"] {
  if (tls?.kind !== "secret") return [];
  const { folder, certificate, privateKey } = CERTIFICATE_FILES;
  return [
    { path: `${folder}/${certificate}`, secret: tls.secret.id, key: "certificate" },
    { path: `${folder}/${privateKey}`, secret: tls.secret.id, key: "private_key" },
  ];
}
