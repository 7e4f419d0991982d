import { join } from "node:path";
import { type SettingsFile, STORAGES, type Storage } from "./file-schema.js";
import type { AzureSettings, BucketSettings, GcsSettings, ObjectSettings } from "./settings.js";

type Services = NonNullable<SettingsFile["services"]>;

const AMAZON = /^(?:[\w-]+\.)?s3(?:[.-](?<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com$/;

/** The store that was chosen, and what is wrong with the choice. */
export function objectSettings(
  services: Services,
  dataDir: string,
): { readonly settings: ObjectSettings; readonly faults: readonly string[] } {
  const chosen = services.chosen_storage ?? (services.minio ? "minio" : "filesystem");
  const folder = { kind: "folder", folder: join(dataDir, "objects") } as const;
  // Another fault says that there is no such store.
  if (!STORAGES.includes(chosen)) return { settings: folder, faults: [] };
  const faults = notChosen(services, chosen);
  const settings = {
    filesystem: () => folder,
    minio: () => minioSettings(services.minio ?? {}, faults),
    aws: () => awsSettings(services, faults),
    gcp: () => gcpSettings(services, faults),
    azure: () => azureSettings(services.azure ?? {}, faults),
  }[chosen]();
  return { settings, faults };
}

/** Sections of other stores. Codecov's files name the bucket of S3 and GCS in `services.minio`: that one may stay. */
function notChosen(services: Services, chosen: Storage): string[] {
  const others = STORAGES.filter((other) => other !== chosen && other !== "filesystem" && services[other]);
  return others
    .filter((other) => !(other === "minio" && (chosen === "aws" || chosen === "gcp")))
    .map((other) =>
      services.chosen_storage
        ? `services.${other} is set, but services.chosen_storage is ${chosen}: take one of them out`
        : `services.${other} is set, but not chosen: set services.chosen_storage (or SERVICES__CHOSEN_STORAGE) to ${other}`,
    );
}

function needed(key: string, value: string | undefined, what: string, faults: string[]): string {
  if (!value) faults.push(`services.${key} is needed: ${what}`);
  return value ?? "";
}

const BUCKET = "the name of the bucket for uploads and reports";

function minioSettings(minio: NonNullable<Services["minio"]>, faults: string[]): BucketSettings {
  const host = minio.host ?? "minio";
  const amazon = AMAZON.exec(host);
  const port = minio.port ? `:${minio.port}` : "";
  return {
    kind: "s3",
    bucket: needed("minio.bucket", minio.bucket, BUCKET, faults),
    region: minio.region ?? amazon?.groups?.region ?? "us-east-1",
    endpoint: amazon ? null : `${minio.verify_ssl ? "https" : "http"}://${host}${port}`,
    credentials: keyPair("minio.access_key_id", minio.access_key_id, minio.secret_access_key, faults),
  };
}

function awsSettings({ aws = {}, minio }: Services, faults: string[]): BucketSettings {
  return {
    kind: "s3",
    bucket: needed("aws.bucket", aws.bucket ?? minio?.bucket, BUCKET, faults),
    region: needed("aws.region", aws.region ?? aws.region_name, "the bucket's region, such as eu-west-1", faults),
    endpoint: null,
    credentials: keyPair("aws.aws_access_key_id", aws.aws_access_key_id, aws.aws_secret_access_key, faults),
  };
}

function keyPair(
  key: string,
  accessKeyId: string | undefined,
  secretAccessKey: string | undefined,
  faults: string[],
): BucketSettings["credentials"] {
  if (!accessKeyId !== !secretAccessKey) {
    const secret = key.slice(key.indexOf(".") + 1).replace("access_key_id", "secret_access_key");
    faults.push(
      `services.${key} and ${secret} belong together: give both, or neither to use the machine's own identity`,
    );
  }
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : null;
}

function gcpSettings({ gcp = {}, minio }: Services, faults: string[]): GcsSettings {
  return {
    kind: "gcs",
    bucket: needed("gcp.bucket", gcp.bucket ?? minio?.bucket, BUCKET, faults),
    endpoint: gcp.api_endpoint?.replace(/\/+$/, "") ?? null,
    credentialsFile: gcp.google_credentials_location ?? null,
  };
}

function azureSettings(azure: NonNullable<Services["azure"]>, faults: string[]): AzureSettings {
  const { account_url: url, connection_string: connectionString, client_id: clientId } = azure;
  const container = needed("azure.container", azure.container, "the container for uploads and reports", faults);
  if (connectionString && (url || clientId)) {
    faults.push(
      `services.azure.connection_string and ${url ? "account_url" : "client_id"} exclude each other: the string holds a key, the other stands for the machine's own identity`,
    );
  }
  if (connectionString) return { kind: "azure", container, account: { connectionString } };
  needed("azure.account_url", url, "the storage account, such as https://coverage.blob.core.windows.net", faults);
  return { kind: "azure", container, account: { url: url ?? "", clientId: clientId ?? null } };
}
