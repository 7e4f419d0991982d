import { expect, it } from "vitest";
import { createAuthority } from "../support/certificates.js";
import { settingsIn } from "../support/settings-in.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();
const { load, faultsOf } = settingsIn(folder);
const { ca } = createAuthority(folder, "own");
const DATABASE = { SERVICES__DATABASE_URL: "postgres://cover@db/cover" };
const REDIS = { SERVICES__REDIS_URL: "rediss://redis:6379" };

it("take CA certificates as several lines, or as one with \\n in it", async () => {
  const lines = { SERVICES__DATABASE_CA: ca, SERVICES__REDIS_CA: `${ca}${ca}` };
  const { settings } = await load("", { ...DATABASE, ...REDIS, ...lines });
  expect(settings.databaseCa).toBe(ca.trim());
  expect(settings.redisCa).toBe(`${ca}${ca}`.trim());
  const line = { SERVICES__DATABASE_CA: ca.replaceAll("\n", "\\n") };
  expect((await load("", { ...DATABASE, ...line })).settings.databaseCa).toBe(ca.trim());
});

it.each(["no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])(
  "refuse %j as a CA certificate",
  async (text) => {
    const faults = await faultsOf("", { ...DATABASE, SERVICES__DATABASE_CA: text });
    expect(faults).toEqual([
      `SERVICES__DATABASE_CA services.database_ca must be the PEM text of the CA certificates that the database server's certificate descends from, not ${JSON.stringify(text)}`,
    ]);
  },
);

it("put a password that is given apart into the URL, whatever is in it", async () => {
  const password = "p@ss:w/rd?#%&'[ ]é";
  const environment = {
    ...DATABASE,
    ...REDIS,
    SERVICES__DATABASE_PASSWORD: password,
    SERVICES__REDIS_PASSWORD: password,
  };
  const { settings } = await load("", environment);
  for (const url of [settings.databaseUrl, settings.redisUrl]) {
    expect(decodeURIComponent(new URL(url!).password)).toBe(password);
  }
  expect(new URL(settings.databaseUrl!).username).toBe("cover");
});

it("warn that sslmode=require alone verifies nobody", async () => {
  const url = { SERVICES__DATABASE_URL: "postgres://db/cover?sslmode=require" };
  expect((await load("", url)).warnings).toEqual([
    expect.stringMatching(/^sslmode=require .* does not verify who answers/),
  ]);
  expect((await load("", { ...url, SERVICES__DATABASE_CA: ca })).warnings).toEqual([]);
});

it.each([
  [
    { SERVICES__DATABASE_URL: "postgres://u:hush@db/cover?sslmode=prefer" },
    'the sslmode of services.database_url must be one of disable, require, verify-ca, verify-full, not "prefer"',
  ],
  [
    { SERVICES__DATABASE_URL: "postgres://u:hush@db/cover?sslmode=verify-ca" },
    "sslmode=verify-ca in services.database_url needs services.database_ca (or SERVICES__DATABASE_CA): anybody has a " +
      "certificate of a public CA, so with those only sslmode=verify-full says who answers",
  ],
  [
    { SERVICES__DATABASE_URL: "postgres://u:hush@db/cover?sslmode=disable", SERVICES__DATABASE_CA: ca },
    "services.database_ca needs TLS, which sslmode=disable in services.database_url forbids",
  ],
  [
    { SERVICES__REDIS_URL: "redis://redis", SERVICES__REDIS_CA: ca },
    "services.redis_ca needs a services.redis_url of rediss://: redis:// does without TLS",
  ],
  [{ SERVICES__DATABASE_CA: ca }, "services.database_ca needs services.database_url: the server that it is for"],
  [{ SERVICES__REDIS_PASSWORD: "x" }, "services.redis_password needs services.redis_url: the server that it is for"],
])("refuse %j", async (environment, fault) => {
  expect(await faultsOf("", environment)).toEqual([fault]);
});
