import { describe, expect, it } from "vitest";
import { Postgres, RedisServer, S3Store, SecretReference } from "../../lib/index.js";
import { settingsEnvironment, settingsFile } from "../../lib/workload/rendering/settings-file.js";
import { renderSecretText } from "../../lib/workload/secret-text.js";
import { service } from "../../lib/workload/service.js";

const store = S3Store.minio({ hosts: ["10.9.0.4"], bucket: "archive", credentials: SecretReference.of("store-keys") });
const told = service({
  url: "https://coverage.example.com",
  openAccess: false,
  github: { clientId: "Iv1.abc", clientSecret: SecretReference.of("github", "client_secret") },
  secret: "own",
  database: Postgres.fromUrl(SecretReference.of("database", "url"), { caCertificate: "PEM" }).endpoint,
  redis: RedisServer.fromUrl(SecretReference.of("redis")).endpoint,
  objectStore: store,
  overrides: { setup: { max_sessions: 300 } },
});

describe("what the service is told", () => {
  it("has the shape of an existing installation's codecov.yml (G10, G11, G12)", () => {
    expect(told.settings).toMatchObject({
      setup: { codecov_url: "https://coverage.example.com", open_access: false, max_sessions: 300 },
      github: { client_id: "Iv1.abc" },
      services: {
        database_ca: "PEM",
        chosen_storage: "minio",
        minio: { host: "10.9.0.4", port: 9000, bucket: "archive", verify_ssl: true },
      },
    });
  });

  it("has no secret in the settings file, and every one in the environment", () => {
    const file = settingsFile(told.settings);
    for (const key of ["database_url", "redis_url", "cookie_secret", "access_key_id", "global_upload_token"]) {
      expect(file).not.toContain(key);
    }
    const environment = Object.entries(settingsEnvironment(told.settings));
    expect(
      Object.fromEntries(environment.map(([key, text]) => [key, renderSecretText(text, (name) => `$${name}`)])),
    ).toEqual({
      SETUP__HTTP__COOKIE_SECRET: "$COVERSTACK_COOKIE_SECRET",
      GITHUB__CLIENT_SECRET: "$COVERSTACK_GITHUB_CLIENT_SECRET",
      GITHUB__GLOBAL_UPLOAD_TOKEN: "$COVERSTACK_UPLOAD_TOKEN",
      SERVICES__DATABASE_URL: "$COVERSTACK_DATABASE_URL",
      SERVICES__REDIS_URL: "$COVERSTACK_REDIS_URL",
      SERVICES__MINIO__ACCESS_KEY_ID: "$COVERSTACK_ARCHIVE_ACCESS_KEY",
      SERVICES__MINIO__SECRET_ACCESS_KEY: "$COVERSTACK_ARCHIVE_SECRET_KEY",
    });
  });

  it("says where each of them is found", () => {
    const found = Object.fromEntries(told.secrets.map(({ variable, secret, key }) => [variable, [secret, key]]));
    expect(found).toEqual({
      COVERSTACK_COOKIE_SECRET: ["own", "cookie_secret"],
      COVERSTACK_UPLOAD_TOKEN: ["own", "upload_token"],
      COVERSTACK_DATABASE_URL: ["database", "url"],
      COVERSTACK_REDIS_URL: ["redis", undefined],
      COVERSTACK_ARCHIVE_ACCESS_KEY: ["store-keys", "access_key_id"],
      COVERSTACK_ARCHIVE_SECRET_KEY: ["store-keys", "secret_access_key"],
      COVERSTACK_GITHUB_CLIENT_SECRET: ["github", "client_secret"],
    });
  });
});

describe("servers that were brought along", () => {
  it("cannot be a clustered Redis (F7)", () => {
    expect(() => RedisServer.fromUrl(SecretReference.of("redis"), { clustered: true })).toThrow(
      "'clustered' must be false: a clustered Redis cannot hold the queue, got true; allowed: a single primary, with replicas if you like; switch cluster mode off",
    );
  });

  it("cannot be several MinIO hosts without a balancer before them (II3)", () => {
    const minio = { bucket: "archive", credentials: SecretReference.of("keys") };
    expect(() => S3Store.minio({ ...minio, hosts: ["a", "b"] })).toThrow(
      /^several MinIO hosts need a load balancer in front of them, got \["a","b"\]; name it in 'balancer'/,
    );
    expect(() => S3Store.minio({ ...minio, hosts: [] })).toThrow("'hosts' must name at least one host");
    const balanced = S3Store.minio({ ...minio, hosts: ["a", "b"], balancer: "minio.example.com" });
    expect(balanced.settings).toMatchObject({ minio: { host: "minio.example.com", port: 9000 } });
  });

  it("need both keys of a store, so the secret is taken whole", () => {
    const credentials = SecretReference.of("keys", "one");
    expect(() => S3Store.at({ host: "s3.example.com", bucket: "archive", credentials })).toThrow("more than one field");
  });
});
