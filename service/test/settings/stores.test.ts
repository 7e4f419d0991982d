import { expect, it } from "vitest";
import { settingsIn } from "../support/settings-in.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();
const { load, faultsOf } = settingsIn(folder);
const objectsOf = async (services: string) => (await load(`services: {${services}}`)).settings.objects;

it("keep objects in a folder where filesystem is chosen, and in services.minio where that alone is set", async () => {
  expect(await objectsOf("chosen_storage: filesystem")).toEqual({ kind: "folder", folder: `${folder}/objects` });
  expect(await objectsOf("minio: {bucket: b}")).toMatchObject({ kind: "s3", endpoint: "http://minio" });
  expect(await objectsOf("chosen_storage: minio, minio: {bucket: b}")).toMatchObject({ kind: "s3", bucket: "b" });
});

it("keep objects in S3 with the machine's own identity, or with keys", async () => {
  const s3 = { kind: "s3", bucket: "b", region: "eu-west-1", endpoint: null, credentials: null };
  expect(await objectsOf("chosen_storage: aws, aws: {bucket: b, region: eu-west-1}")).toEqual(s3);
  const keys = "region_name: eu-west-1, aws_access_key_id: AK, aws_secret_access_key: SK";
  expect(await objectsOf(`chosen_storage: aws, aws: {${keys}}, minio: {bucket: b}`)).toEqual({
    ...s3,
    credentials: { accessKeyId: "AK", secretAccessKey: "SK" },
  });
});

it("keep objects in Google Cloud Storage with the machine's own identity, or with a key file", async () => {
  const gcs = { kind: "gcs", bucket: "b", endpoint: null, credentialsFile: null };
  expect(await objectsOf("chosen_storage: gcp, gcp: {bucket: b}")).toEqual(gcs);
  const codecov = "gcp: {google_credentials_location: /config/key.json}, minio: {bucket: b, verify_ssl: true}";
  expect(await objectsOf(`chosen_storage: gcp, ${codecov}`)).toEqual({ ...gcs, credentialsFile: "/config/key.json" });
  const endpoint = "api_endpoint: 'https://storage-internal.p.googleapis.com/'";
  expect(await objectsOf(`chosen_storage: gcp, gcp: {bucket: b, ${endpoint}}`)).toEqual({
    ...gcs,
    endpoint: "https://storage-internal.p.googleapis.com",
  });
});

it("keep objects in Azure Blob Storage with the machine's own identity, or with a connection string", async () => {
  const url = "https://coverage.blob.core.windows.net";
  const azure = async (keys: string) => objectsOf(`chosen_storage: azure, azure: {container: c, ${keys}}`);
  expect(await azure(`account_url: '${url}'`)).toEqual({
    kind: "azure",
    container: "c",
    account: { url, clientId: null },
  });
  expect(await azure(`account_url: '${url}', client_id: id`)).toMatchObject({ account: { url, clientId: "id" } });
  expect(await azure("connection_string: AccountName=x")).toMatchObject({
    account: { connectionString: "AccountName=x" },
  });
});

it("take the store from variables", async () => {
  const { settings } = await load("", {
    SERVICES__CHOSEN_STORAGE: "aws",
    SERVICES__AWS__BUCKET: "b",
    SERVICES__AWS__REGION: "eu-west-1",
  });
  expect(settings.objects).toMatchObject({ kind: "s3", bucket: "b", region: "eu-west-1" });
});

it.each([
  [
    "chosen_storage: s3",
    ['codecov.yml:1:28 services.chosen_storage must be one of minio, aws, gcp, azure, filesystem, not "s3"'],
  ],
  ["chosen_storage: minio", ["services.minio.bucket is needed: the name of the bucket for uploads and reports"]],
  [
    "chosen_storage: aws",
    [
      "services.aws.bucket is needed: the name of the bucket for uploads and reports",
      "services.aws.region is needed: the bucket's region, such as eu-west-1",
    ],
  ],
  ["chosen_storage: gcp", ["services.gcp.bucket is needed: the name of the bucket for uploads and reports"]],
  [
    "chosen_storage: azure",
    [
      "services.azure.container is needed: the container for uploads and reports",
      "services.azure.account_url is needed: the storage account, such as https://coverage.blob.core.windows.net",
    ],
  ],
  [
    "chosen_storage: aws, aws: {bucket: b, region: r, aws_access_key_id: x}",
    [
      "services.aws.aws_access_key_id and aws_secret_access_key belong together: give both, or neither to use the " +
        "machine's own identity",
    ],
  ],
  [
    "chosen_storage: azure, azure: {container: c, connection_string: s, account_url: 'https://a'}",
    [
      "services.azure.connection_string and account_url exclude each other: the string holds a key, the other stands " +
        "for the machine's own identity",
    ],
  ],
  [
    "chosen_storage: azure, azure: {container: c, account_url: 'http://a'}",
    [
      "codecov.yml:1:70 services.azure.account_url must be the address of a storage account, such as " +
        'https://coverage.blob.core.windows.net, not "http://a"',
    ],
  ],
  [
    "gcp: {bucket: b}",
    ["services.gcp is set, but not chosen: set services.chosen_storage (or SERVICES__CHOSEN_STORAGE) to gcp"],
  ],
  [
    "chosen_storage: azure, azure: {container: c, account_url: 'https://a'}, aws: {bucket: b}, minio: {bucket: b}",
    [
      "services.minio is set, but services.chosen_storage is azure: take one of them out",
      "services.aws is set, but services.chosen_storage is azure: take one of them out",
    ],
  ],
])("refuse services: {%s}", async (services, faults) => {
  expect(await faultsOf(`services: {${services}}`)).toEqual(faults);
});
