import { type DeepPartial, merge } from "../merge.js";
import type { SecretSource } from "./boot-secrets.js";
import type { Endpoint } from "./endpoint.js";
import type { SecretReference } from "./secret-reference.js";
import { type SecretVariable, secretText } from "./secret-text.js";
import type { ObjectStoreSettings, ServiceSettings } from "./service-settings.js";

/** The fields of the secret that is generated for the service itself, with the length of each. */
export const SERVICE_SECRETS = { cookie_secret: 64, upload_token: 40 } as const;

export interface GithubApp {
  readonly clientId: string;
  readonly clientSecret: SecretReference;
}

/** Laid over `codecov.yml`, section by section. Never put a secret here: it would be readable in user data. */
export type SettingsOverrides = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A server as the service uses it. */
export type Access = Omit<Endpoint, "reach">;

export interface ServiceOptions {
  /** The one public origin, without a trailing slash. */
  readonly url: string;
  readonly openAccess: boolean;
  readonly github: GithubApp | undefined;
  /** The cloud's id of the secret that holds {@link SERVICE_SECRETS}. */
  readonly secret: string;
  readonly database: Access;
  readonly redis: Access;
  readonly objectStore: { readonly settings: ObjectStoreSettings; readonly secrets: Endpoint["secrets"] };
  readonly overrides: SettingsOverrides | undefined;
}

/** What every process of the service is told: its settings, and where to find what is secret in them. */
export interface Service {
  readonly settings: ServiceSettings;
  readonly secrets: Endpoint["secrets"];
}

export function service(options: ServiceOptions): Service {
  const { github, secret, database, redis, objectStore } = options;
  const secrets = [
    { ...COOKIE_SECRET, secret, key: "cookie_secret" },
    { ...UPLOAD_TOKEN, secret, key: "upload_token" },
    ...database.secrets,
    ...redis.secrets,
    ...objectStore.secrets,
    ...(github ? [{ ...GITHUB_CLIENT_SECRET, ...source(github.clientSecret) }] : []),
  ];
  return { settings: merge(settings(options), options.overrides as DeepPartial<ServiceSettings>), secrets };
}

function settings({ url, openAccess, github, database, redis, objectStore }: ServiceOptions): ServiceSettings {
  return {
    setup: {
      codecov_url: url,
      open_access: openAccess,
      http: { cookie_secret: secretText`${COOKIE_SECRET}` },
    },
    github: {
      ...(github && { client_id: github.clientId, client_secret: secretText`${GITHUB_CLIENT_SECRET}` }),
      global_upload_token: secretText`${UPLOAD_TOKEN}`,
    },
    services: {
      database_url: database.url,
      ...(database.caCertificate !== undefined && { database_ca: database.caCertificate }),
      redis_url: redis.url,
      ...(redis.caCertificate !== undefined && { redis_ca: redis.caCertificate }),
      ...objectStore.settings,
    },
  };
}

const COOKIE_SECRET: SecretVariable = { variable: "COVERSTACK_COOKIE_SECRET" };
const UPLOAD_TOKEN: SecretVariable = { variable: "COVERSTACK_UPLOAD_TOKEN" };
const GITHUB_CLIENT_SECRET: SecretVariable = { variable: "COVERSTACK_GITHUB_CLIENT_SECRET" };

function source({ id, key }: SecretReference): SecretSource {
  return { secret: id, ...(key !== undefined && { key }) };
}
