import { type DeepPartial, merge } from "../merge.js";
import type { BootSecrets } from "./boot-secrets.js";
import type { Capacity } from "./capacity.js";
import { shareMemory } from "./memory.js";
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
import type { SecretReference } from "./secret-reference.js";
import { type SecretVariable, secretText } from "./secret-text.js";
import type { ServiceImage } from "./service-image.js";
import type { ServiceSettings } from "./service-settings.js";
import type { Tls } from "./tls.js";

/** The fields of the secret that is generated for one machine, with the length of each. */
export const GENERATED_SECRETS = {
  database_password: 40,
  redis_password: 40,
  archive_access_key: 20,
  archive_secret_key: 40,
  cookie_secret: 64,
  upload_token: 40,
} as const;

export interface GithubApp {
  readonly clientId: string;
  readonly clientSecret: SecretReference;
}

export interface SingleMachineOptions {
  readonly image: ServiceImage;
  readonly url: string;
  readonly hostname: string | undefined;
  readonly openAccess: boolean;
  readonly capacity: Capacity;
  readonly tls: Tls | undefined;
  readonly github: GithubApp | undefined;
  /** The cloud's id of the secret that holds {@link GENERATED_SECRETS}. */
  readonly generatedSecret: string;
  readonly overrides: SingleMachineOverrides | undefined;
}

/** Laid over what is rendered, key by key: for what no prop covers. */
export interface SingleMachineOverrides {
  /** Over `docker-compose.yml`. */
  readonly compose?: DeepPartial<ComposeFile>;
  /** Over `codecov.yml`, section by section. Never put a secret here: it would be readable in user data. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface SingleMachine {
  readonly compose: ComposeFile;
  readonly settings: ServiceSettings;
  readonly secrets: BootSecrets;
}

const DATABASE = "coverstack";
const BUCKET = "archive";

/** The whole service on one machine: proxy, roles, database, queue and object store as containers. */
export function singleMachine(options: SingleMachineOptions): SingleMachine {
  const { capacity, overrides } = options;
  const settings = merge(serviceSettings(options), overrides?.settings as DeepPartial<ServiceSettings>);
  const memory = shareMemory(capacity.largestMachine, capacity);
  const container = {
    image: options.image.reference,
    environment: serviceEnvironment(settingsEnvironment(settings)),
  };
  const routing = { tls: options.tls, hostname: options.tls?.kind === "acme" ? (options.hostname ?? null) : null };
  const keys = { accessKey: generated("archive_access_key"), secretKey: generated("archive_secret_key") };
  const compose = composeFile({
    traefik: traefik(routing, memory.traefik),
    web: web(container, capacity.roles.web.replicas, memory, webLabels(routing)),
    worker: worker(container, capacity.roles.worker.replicas, memory),
    migrate: migrate(container, memory),
    postgres: postgres(memory, secretText`${generated("database_password")}`, DATABASE),
    redis: redis(memory, secretText`${generated("redis_password")}`),
    minio: minio(memory, keys),
    bucket: bucket(BUCKET, keys),
    statsd: statsd(memory),
  });
  return { compose: merge(compose, overrides?.compose), settings, secrets: bootSecrets(options) };
}

function serviceSettings({ url, openAccess, github }: SingleMachineOptions): ServiceSettings {
  return {
    setup: {
      codecov_url: url,
      open_access: openAccess,
      http: { cookie_secret: secretText`${generated("cookie_secret")}` },
    },
    github: {
      ...(github && { client_id: github.clientId, client_secret: secretText`${GITHUB_CLIENT_SECRET}` }),
      global_upload_token: secretText`${generated("upload_token")}`,
    },
    services: {
      database_url: secretText`postgres://coverstack:${generated("database_password")}@postgres:5432/coverstack`,
      redis_url: secretText`redis://:${generated("redis_password")}@redis:6379`,
      minio: {
        host: "minio",
        port: 9000,
        bucket: BUCKET,
        verify_ssl: false,
        region: "us-east-1",
        access_key_id: secretText`${generated("archive_access_key")}`,
        secret_access_key: secretText`${generated("archive_secret_key")}`,
      },
    },
  };
}

const GITHUB_CLIENT_SECRET: SecretVariable = { variable: "COVERSTACK_GITHUB_CLIENT_SECRET" };

function generated(key: keyof typeof GENERATED_SECRETS): SecretVariable {
  return { variable: `COVERSTACK_${key.toUpperCase()}` };
}

function bootSecrets({ generatedSecret, github, tls, image }: SingleMachineOptions): BootSecrets {
  const keys = Object.keys(GENERATED_SECRETS) as (keyof typeof GENERATED_SECRETS)[];
  const { folder, certificate, privateKey } = CERTIFICATE_FILES;
  return {
    variables: [
      ...keys.map((key) => ({ ...generated(key), secret: generatedSecret, key })),
      ...(github ? [{ ...GITHUB_CLIENT_SECRET, ...source(github.clientSecret) }] : []),
    ],
    files:
      tls?.kind === "secret"
        ? [
            { path: `${folder}/${certificate}`, secret: tls.secret.id, key: "certificate" },
            { path: `${folder}/${privateKey}`, secret: tls.secret.id, key: "private_key" },
          ]
        : [],
    registries: image.credentials ? [{ server: image.registry, secret: image.credentials.id }] : [],
  };
}

function source({ id, key }: SecretReference) {
  return { secret: id, ...(key !== undefined && { key }) };
}
