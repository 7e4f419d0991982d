import type { SecretText } from "./secret-text.js";

/** The service's settings, in the shape of `codecov.yml`. What is secret is a reference, never a literal. */
export interface ServiceSettings {
  readonly setup: {
    /** The one public origin, without a trailing slash. */
    readonly codecov_url: string;
    /** Whether pages and API are served without sign-in. */
    readonly open_access: boolean;
    readonly http: { readonly cookie_secret: SecretText };
  };
  readonly github: {
    readonly client_id?: string;
    readonly client_secret?: SecretText;
    readonly global_upload_token: SecretText;
  };
  readonly services: {
    readonly database_url: SecretText;
    /** PEM of the authority of the database's certificate, where it is none that everyone trusts. */
    readonly database_ca?: string;
    readonly redis_url: SecretText;
    readonly redis_ca?: string;
  } & ObjectStoreSettings;
}

/** Where uploads and reports are kept. Without keys the service reaches the bucket as whoever it runs as. */
export type ObjectStoreSettings =
  | { readonly chosen_storage: "minio"; readonly minio: BucketSettings }
  | { readonly chosen_storage: "aws"; readonly aws: { readonly bucket: string; readonly region: string } }
  | { readonly chosen_storage: "gcp"; readonly gcp: { readonly bucket: string } }
  | { readonly chosen_storage: "azure"; readonly azure: { readonly account_url: string; readonly container: string } };

/** Any S3-compatible store. */
export interface BucketSettings {
  readonly host: string;
  readonly port: number;
  readonly bucket: string;
  readonly verify_ssl: boolean;
  readonly region: string;
  readonly access_key_id: SecretText;
  readonly secret_access_key: SecretText;
}
