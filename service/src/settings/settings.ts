import type { GitHostName } from "../database/schema.js";
import type { RepositoryYamlFile } from "../repository-yaml/schema/repository-yaml-file.js";

/** Everything that can be set, resolved once at start-up. Nothing else reads the environment. */
export interface Settings {
  /** `setup.codecov_url`: the one public origin, without a trailing slash. @default http://HOST:PORT it listens on */
  readonly publicUrl: string;
  readonly host: string;
  readonly port: number;
  /** Folder for whatever is embedded: database, objects, generated secret. */
  readonly dataDir: string;
  /** `setup.open_access`: serve pages and API without sign-in to others than this machine. @default false */
  readonly openAccess: boolean;
  /** `setup.uploads_without_token`: whose uploads need no token. @default "never" */
  readonly uploadsWithoutToken: UploadsWithoutToken;
  /** `setup.http.cookie_secret`: signs upload URLs. @default made once and kept in the data folder */
  readonly signingSecret: string;
  /** `setup.max_sessions`. @default 150 */
  readonly uploadsPerCommit: number;
  /** `services.database_url`; null: the embedded database. */
  readonly databaseUrl: string | null;
  /** `services.database_ca`: certificates in PEM form that the server's must descend from. */
  readonly databaseCa: string | null;
  /** `services.redis_url`; null: the queue lives in the embedded database. */
  readonly redisUrl: string | null;
  /** `services.redis_ca`, as `databaseCa`. */
  readonly redisCa: string | null;
  readonly objects: ObjectSettings;
  /** `site`: the yaml that holds for all repositories, below their own; null: nothing but the defaults. */
  readonly site: RepositoryYamlFile | null;
  /** `worker.takeover_seconds`: how long a job may show no sign of life before it is taken up anew. @default 60 */
  readonly takeoverSeconds: number;
  readonly gitHosts: Readonly<Partial<Record<GitHostName, GitHostSettings>>>;
  readonly limits: Limits;
  /** `STATSD_HOST`, `STATSD_PORT`. */
  readonly statsd: { readonly host: string; readonly port: number } | null;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "silent";
}

/** Where objects are kept, as `services.chosen_storage` says. */
export type ObjectSettings = FolderSettings | BucketSettings | GcsSettings | AzureSettings;

export interface FolderSettings {
  readonly kind: "folder";
  readonly folder: string;
}

/** `services.minio.*`, any S3-compatible store, and `services.aws.*`. */
export interface BucketSettings {
  readonly kind: "s3";
  readonly bucket: string;
  readonly region: string;
  /** null: Amazon's own endpoint of the region. */
  readonly endpoint: string | null;
  /** null: the machine's own identity. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

/** `services.gcp.*`. */
export interface GcsSettings {
  readonly kind: "gcs";
  readonly bucket: string;
  /** null: the public one. Credentials are sent to https alone. */
  readonly endpoint: string | null;
  /** A service account's key file; null: the machine's own identity. */
  readonly credentialsFile: string | null;
}

/** `services.azure.*`. */
export interface AzureSettings {
  readonly kind: "azure";
  readonly container: string;
  readonly account:
    | {
        readonly url: string;
        /** Which of the machine's identities; null: the only one. */
        readonly clientId: string | null;
      }
    | { readonly connectionString: string };
}

/** never: all need one. forks: pull requests of forks do not. public: nothing of a public repository does. */
export type UploadsWithoutToken = "never" | "forks" | "public";

export interface GitHostSettings {
  /** The host's web address: https://github.com. */
  readonly url: string;
  readonly globalUploadToken: string | null;
  /** @default none */
  readonly organizationTokens?: readonly OrganizationToken[];
  /** Owners whose CI jobs may make repositories with an OIDC token; "*" is all. @default those that are known */
  readonly oidcOwners?: readonly string[];
  /** Yamls of owners, by their names in lower case. @default none */
  readonly ownerYamls?: ReadonlyMap<string, RepositoryYamlFile>;
}

export interface OrganizationToken {
  readonly owner: string;
  readonly token: string;
  /** Milliseconds since 1970 from which it is refused; null: never. */
  readonly expires: number | null;
}

/** Hitting one is an answer to the client or a line in the upload's account, never a crash. */
export interface Limits {
  /** Body of an upload as sent, bytes. @default 256 MiB */
  readonly uploadBytes: number;
  /** The same after decompression, bytes. @default 2 GiB */
  readonly expandedBytes: number;
  readonly lineBytes: number;
  readonly depth: number;
  readonly lines: number;
  readonly files: number;
  /** Path of a file, characters. @default 4096 */
  readonly pathLength: number;
  /** Time between handing out an upload URL and its last use, seconds. @default 3600 */
  readonly uploadUrlSeconds: number;
}
