import { type Static, Type } from "typebox";

/*
 * The settings file in the shape of Codecov's self-hosted `codecov.yml`, as far as it is read here. Each value's
 * `description` completes the sentence "KEY must be …"; `writeOnly` marks what is never shown.
 */

/** Names of Codecov's own, and filesystem. */
export const STORAGES = ["minio", "aws", "gcp", "azure", "filesystem"] as const;
export type Storage = (typeof STORAGES)[number];

const secret = (description: string) => Type.String({ minLength: 1, writeOnly: true, description });
const text = (description: string) => Type.String({ minLength: 1, description });
const yesOrNo = () => Type.Boolean({ description: "true or false" });
const count = (minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, description: `a whole number from ${minimum} to ${maximum}` });
const section = <Keys extends Parameters<typeof Type.Object>[0]>(keys: Keys) =>
  Type.Partial(Type.Object(keys), { description: "a section with keys of its own" });

export const UPLOADS_WITHOUT_TOKEN = ["never", "forks", "public"] as const;

/** In the form of a repository's own yaml, by whose rules it is checked. */
const repositoryYaml = () => Type.Unknown({ description: "a section as in a repository's codecov.yml" });

const organization = section({
  yaml: repositoryYaml(),
  upload_token: secret("a text that uploaders of the organisation send as their token"),
  upload_token_expires: Type.String({ format: "day" }),
});

const gitHost = section({
  url: Type.String({ format: "web-address", description: "the host's web address, such as https://git.example.com" }),
  global_upload_token: secret("a text that uploaders send as their token"),
  organizations: Type.Record(Type.String(), organization, {
    writeOnly: true,
    description:
      'a section for each owner with upload_token and perhaps upload_token_expires, a day in quotes such as "2027-01-31", or yaml',
  }),
  oidc_owners: text("names of owners, separated by commas"),
});

const certificates = (server: string) =>
  Type.String({
    format: "certificates",
    description: `the PEM text of the CA certificates that ${server} certificate descends from`,
  });
const bucket = () => text("the name of a bucket");
const region = () => text("a region, such as eu-west-1");

const LARGEST = Number.MAX_SAFE_INTEGER;

export const SettingsFile = section({
  setup: section({
    codecov_url: Type.String({
      format: "web-origin",
      description: "the public address without a path, such as https://coverage.example.com",
    }),
    open_access: yesOrNo(),
    max_sessions: count(1, 10_000),
    uploads_without_token: Type.Union(
      UPLOADS_WITHOUT_TOKEN.map((which) => Type.Literal(which)),
      { description: `one of ${UPLOADS_WITHOUT_TOKEN.join(", ")}` },
    ),
    http: section({ cookie_secret: secret("a random text") }),
    limits: section({
      upload_bytes: count(1, LARGEST),
      expanded_bytes: count(1, LARGEST),
      line_bytes: count(1024, 2 ** 30),
      depth: count(1, 100_000),
      lines: count(1, LARGEST),
      files: count(1, LARGEST),
      path_length: count(1, 2 ** 20),
      upload_url_seconds: count(1, 7 * 24 * 3600),
    }),
  }),
  services: section({
    database_url: Type.String({
      format: "postgres-url",
      writeOnly: true,
      description: "a URL such as postgres://user:password@host:5432/name",
    }),
    redis_url: Type.String({
      format: "redis-url",
      writeOnly: true,
      description: "a URL such as redis://host:6379 or rediss://:password@host:6379",
    }),
    database_password: secret("a password"),
    database_ca: certificates("the database server's"),
    redis_password: secret("a password"),
    redis_ca: certificates("Redis's"),
    chosen_storage: Type.Union(
      STORAGES.map((storage) => Type.Literal(storage)),
      { description: `one of ${STORAGES.join(", ")}` },
    ),
    minio: section({
      host: text("a host name"),
      port: count(1, 65_535),
      verify_ssl: yesOrNo(),
      bucket: bucket(),
      region: region(),
      access_key_id: secret("an access key id"),
      secret_access_key: secret("a secret access key"),
    }),
    aws: section({
      bucket: bucket(),
      region: region(),
      region_name: region(),
      aws_access_key_id: secret("an access key id"),
      aws_secret_access_key: secret("a secret access key"),
    }),
    gcp: section({
      bucket: bucket(),
      google_credentials_location: text("the path of a service account's key file"),
      api_endpoint: Type.String({
        format: "web-address",
        description: "the address of Cloud Storage, such as https://storage-internal.p.googleapis.com",
      }),
    }),
    azure: section({
      account_url: Type.String({
        format: "https-address",
        description: "the address of a storage account, such as https://coverage.blob.core.windows.net",
      }),
      container: text("the name of a container"),
      client_id: text("the client id of a managed identity"),
      connection_string: secret("the connection string of a storage account"),
    }),
  }),
  site: repositoryYaml(),
  worker: section({ health_port: count(1, 65_535), takeover_seconds: count(1, 3600) }),
  github: gitHost,
  gitlab: gitHost,
  bitbucket: gitHost,
  github_enterprise: gitHost,
  gitlab_enterprise: gitHost,
  bitbucket_server: gitHost,
});

/** Where and how this one process runs: from the command line and from plain environment variables. */
export const ProcessSettings = section({
  host: text("an address to listen on, such as 127.0.0.1 or 0.0.0.0"),
  port: count(0, 65_535),
  data_dir: text("a folder"),
  log_level: Type.Union(
    (["trace", "debug", "info", "warn", "error", "silent"] as const).map((level) => Type.Literal(level)),
    { description: "one of trace, debug, info, warn, error, silent" },
  ),
  statsd_host: text("a host name"),
  statsd_port: count(1, 65_535),
});

export type SettingsFile = Static<typeof SettingsFile>;
export type ProcessSettings = Static<typeof ProcessSettings>;
