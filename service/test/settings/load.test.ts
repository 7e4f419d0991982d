import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { loadSettings } from "../../src/settings/load.js";
import { settingsIn } from "../support/settings-in.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();
const { load, faultsOf } = settingsIn(folder);
beforeEach(() => rm(join(folder, "codecov.yml"), { force: true }));

const SHARED = {
  SERVICES__DATABASE_URL: "postgres://cover:hush@db:5432/cover",
  SERVICES__REDIS_URL: "redis://redis:6379",
  SETUP__HTTP__COOKIE_SECRET: "biscuit",
};

describe("settings", () => {
  it("need nothing: role all listens on loopback and keeps everything in the data folder", async () => {
    const { settings, warnings } = await loadSettings("all", {}, { DATA_DIR: folder });
    expect(settings).toMatchObject({
      host: "127.0.0.1",
      port: 8080,
      publicUrl: "http://127.0.0.1:8080",
      dataDir: folder,
      databaseUrl: null,
      redisUrl: null,
      objects: { kind: "folder", folder: join(folder, "objects") },
      openAccess: false,
      uploadsPerCommit: 150,
      statsd: null,
    });
    expect(warnings).toEqual([]);
  });

  it("make a signing secret once, for the owner's eyes alone", async () => {
    const first = await load("");
    const second = await load("");
    expect(first.settings.signingSecret).toHaveLength(43);
    expect(second.settings.signingSecret).toBe(first.settings.signingSecret);
    expect((await stat(join(folder, "signing-secret"))).mode & 0o777).toBe(0o600);
  });

  it("G10 G11 G12: read the file of an existing Codecov installation and say what they ignore of it", async () => {
    const { settings, warnings } = await load(`
setup:
  codecov_url: "https://coverage.example.com/"
  open_access: on
  enterprise_license: "abc"
  guest_access: off
  admins: [{service: github, username: jane}]
  http:
    cookie_secret: biscuit
    cookies_domain: .example.com
services:
  database_url: postgres://cover:hush@db:5432/cover
  redis_url: redis://redis:6379
  timeseries_database_url: postgres://db/timeseries
  minio:
    host: s3.amazonaws.com
    bucket: reports
    region: eu-west-1
    access_key_id: AK
    secret_access_key: SK
    verify_ssl: yes
github:
  client_id: id
  client_secret: shh
  global_upload_token: gtoken
github_enterprise:
  url: https://git.example.com/
site:
  coverage: {precision: 3}
`);
    expect(settings).toMatchObject({
      publicUrl: "https://coverage.example.com",
      signingSecret: "biscuit",
      databaseUrl: "postgres://cover:hush@db:5432/cover",
      redisUrl: "redis://redis:6379",
      objects: {
        kind: "s3",
        bucket: "reports",
        region: "eu-west-1",
        endpoint: null,
        credentials: { accessKeyId: "AK", secretAccessKey: "SK" },
      },
      gitHosts: {
        github: { url: "https://github.com", globalUploadToken: "gtoken" },
        github_enterprise: { url: "https://git.example.com", globalUploadToken: null },
        gitlab: { url: "https://gitlab.com", globalUploadToken: null },
      },
    });
    expect(settings.gitHosts.bitbucket_server).toBeUndefined();
    expect(settings.site).toEqual({ coverage: { precision: 3 } });
    expect(warnings).toEqual([
      "this version ignores setup.enterprise_license, setup.guest_access, setup.admins, setup.http.cookies_domain, " +
        "services.timeseries_database_url, github.client_id, github.client_secret",
    ]);
  });

  it("take SECTION__KEY variables over the file, and flags over plain variables", async () => {
    const yaml = "setup: {codecov_url: 'http://file', max_sessions: 7, open_access: true}";
    const environment = {
      SETUP__CODECOV_URL: "http://variable",
      SETUP__MAX_SESSIONS: "",
      PORT: "1",
      LOG_LEVEL: "debug",
    };
    const { settings } = await load(yaml, environment, "all", { port: "2" });
    expect(settings).toMatchObject({ publicUrl: "http://variable", uploadsPerCommit: 7, port: 2, logLevel: "debug" });
  });

  it("read the file that SETTINGS_FILE names, and refuse when it is not there", async () => {
    const path = join(folder, "elsewhere.yml");
    await writeFile(path, "setup: {max_sessions: 9}");
    expect((await load("", { SETTINGS_FILE: path })).settings.uploadsPerCommit).toBe(9);
    expect(await faultsOf("", { SETTINGS_FILE: join(folder, "none.yml") })).toEqual([
      expect.stringMatching(/^none\.yml cannot be read: ENOENT/),
    ]);
  });

  it("report all faults together, with file, line and column and what is allowed", async () => {
    const yaml =
      "setup:\n  max_sessions: many\n  codecov_url: example.com/path\nservices:\n  minio:\n    port: 99999\n    bucket: b\n";
    expect(await faultsOf(yaml, { PORT: "http", SETUP__OPEN_ACCESS: "maybe" })).toEqual([
      'PORT must be a whole number from 0 to 65535, not "http"',
      "codecov.yml:3:16 setup.codecov_url must be the public address without a path, such as https://coverage.example.com, " +
        'not "example.com/path"',
      'SETUP__OPEN_ACCESS setup.open_access must be true or false, not "maybe"',
      'codecov.yml:2:17 setup.max_sessions must be a whole number from 1 to 10000, not "many"',
      "codecov.yml:6:11 services.minio.port must be a whole number from 1 to 65535, not 99999",
    ]);
  });

  it.each([
    ["", { PORT: "abc" }, "PORT must be"],
    ["", { PORT: "99999" }, "PORT must be"],
    ["setup: {codecov_url: localhost}", {}, "codecov.yml:1:22 setup.codecov_url must be"],
  ])("call no address open to others that is none: %s%j", async (yaml, environment, fault) => {
    expect(await faultsOf(yaml, environment)).toEqual([expect.stringContaining(fault)]);
  });

  it("name the key that an unknown one is most likely a slip of", async () => {
    const { warnings } = await load("setup: {open_acces: true, limits: {path_lenght: 9}}\nservice: {a: 1}");
    expect(warnings).toEqual([
      "this version ignores setup.open_acces (did you mean setup.open_access?), " +
        "setup.limits.path_lenght (did you mean setup.limits.path_length?), service (did you mean services?)",
    ]);
  });

  it("name the variable that one without a known section is most likely a slip of", async () => {
    const environment = {
      SERVICE__REDIS_URL: "redis://h:6379",
      SETUP_OPEN_ACCESS: "true",
      GITLAB_ENTERPRISE__URL: "https://git.example.com",
      SERVICS__DATABASE_URL: "",
      OPEN_ACCESS: "true",
      SETUP_PY: "x",
      DOTNET__GC: "1",
    };
    const { warnings } = await load("", environment);
    expect(warnings).toEqual([
      "this version ignores SERVICE__REDIS_URL (did you mean SERVICES__REDIS_URL?), " +
        "SETUP_OPEN_ACCESS (did you mean SETUP__OPEN_ACCESS?)",
    ]);
  });

  it("never show a secret in a fault", async () => {
    const faults = await faultsOf(
      "services: {database_url: 'mysql://u:hush@db/x'}\ngithub: {global_upload_token: [hush]}\n",
    );
    expect(faults).toHaveLength(2);
    expect(faults.join()).not.toContain("hush");
  });

  it("refuse lists and sections where a value belongs, also where values are worked on", async () => {
    const yaml = "setup: {codecov_url: [a]}\nservices: {database_ca: {a: b}, chosen_storage: [aws], redis_url: [a]}\n";
    expect((await faultsOf(yaml)).map((fault) => fault.split(" ")[1])).toEqual([
      "setup.codecov_url",
      "services.redis_url",
      "services.database_ca",
      "services.chosen_storage",
    ]);
  });

  it("refuse YAML that cannot be parsed, with its place", async () => {
    expect(await faultsOf("setup:\n  a: [1\nb: 2")).toEqual([expect.stringMatching(/^codecov\.yml:\d+:\d+ /)]);
    expect(await faultsOf("just text")).toEqual(["codecov.yml:1:1 must hold sections such as setup: and services:"]);
    expect(await faultsOf("setup: text")).toEqual([
      'codecov.yml:1:8 setup must be a section with keys of its own, not "text"',
    ]);
  });

  it("refuse to be reachable from other machines without sign-in, unless that is asked for", async () => {
    expect(await faultsOf("", { HOST: "0.0.0.0" })).toEqual([expect.stringContaining("setup.open_access: true")]);
    expect((await load("", { HOST: "0.0.0.0", SETUP__OPEN_ACCESS: "true" })).settings.openAccess).toBe(true);
    expect((await load("", { HOST: "0.0.0.0", ...SHARED }, "worker")).settings.host).toBe("0.0.0.0");
    for (const host of ["127.0.0.1", "127.8.9.1", "::1", "localhost"]) await load("", { HOST: host });
  });

  it("refuse the same where a proxy on this machine serves others", async () => {
    const yaml = "setup: {codecov_url: 'https://coverage.example.com'}";
    expect(await faultsOf(yaml)).toEqual([
      expect.stringMatching(/^setup\.codecov_url https:\/\/coverage\.example\.com can be reached .*open_access: true/),
    ]);
    expect((await load(yaml, { SETUP__OPEN_ACCESS: "true" })).settings.openAccess).toBe(true);
    await load(yaml, SHARED, "worker");
    for (const url of ["http://localhost:9000", "http://127.0.0.1", "http://[::1]:8080"]) {
      await load("", { SETUP__CODECOV_URL: url });
    }
  });

  it.each(["web", "api"] as const)(
    "ask a database, Redis and a secret of the role %s, which shares its work",
    async (role) => {
      const faults = await faultsOf("", {}, role);
      expect(faults.map((fault) => /needs (\S+)/.exec(fault)?.[1])).toEqual([
        "services.database_url",
        "services.redis_url",
        "setup.http.cookie_secret",
      ]);
      const { warnings } = await load("", SHARED, role);
      expect(warnings).toEqual([expect.stringContaining("every web, api and worker process must share it")]);
    },
  );

  it.each(["worker", "migrate"] as const)("write nothing for the role %s, which signs nothing", async (role) => {
    const empty = join(folder, role);
    await mkdir(empty);
    await loadSettings(role, {}, { ...SHARED, SETUP__HTTP__COOKIE_SECRET: "", DATA_DIR: empty });
    expect(await readdir(empty)).toEqual([]);
  });

  it("give a worker's health a port of its own, which PORT does not change", async () => {
    const portOf = async (yaml: string, environment = {}, flags = {}) =>
      (await load(yaml, { ...SHARED, PORT: "5000", ...environment }, "worker", flags)).settings.port;
    expect(await portOf("")).toBe(5001);
    expect(await portOf("worker: {health_port: 6000}")).toBe(6000);
    expect(await portOf("worker: {health_port: 6000}", { WORKER__HEALTH_PORT: "6001" })).toBe(6001);
    expect(await portOf("worker: {health_port: 6000}", {}, { port: "7000" })).toBe(7000);
    expect((await load("worker: {health_port: 6000}", { ...SHARED, PORT: "5000" }, "web")).settings.port).toBe(5000);
    expect(await faultsOf("worker: {health_port: 0}")).toEqual([
      "codecov.yml:1:23 worker.health_port must be a whole number from 1 to 65535, not 0",
    ]);
  });

  it("address MinIO by host and port, and Amazon by region", async () => {
    const minio = async (keys: string) => (await load(`services: {minio: {bucket: b, ${keys}}}`)).settings.objects;
    expect(await minio("host: minio, port: 9000")).toMatchObject({ endpoint: "http://minio:9000", credentials: null });
    expect(await minio("host: store, verify_ssl: true")).toMatchObject({ endpoint: "https://store" });
    expect(await minio("host: s3.eu-central-1.amazonaws.com")).toMatchObject({
      endpoint: null,
      region: "eu-central-1",
    });
    expect(await faultsOf("services: {minio: {bucket: b, access_key_id: x}}")).toEqual([
      expect.stringContaining("belong together"),
    ]);
    expect(await faultsOf("services: {minio: {host: m}}")).toEqual([expect.stringContaining("services.minio.bucket")]);
  });

  it("ask the address of an enterprise git host", async () => {
    expect(await faultsOf("gitlab_enterprise: {global_upload_token: t}")).toEqual([
      expect.stringContaining("gitlab_enterprise.url is needed"),
    ]);
  });

  it("are frozen", async () => {
    const { settings } = await load("");
    expect(() => Object.assign(settings.limits, { lines: 1 })).toThrow(TypeError);
  });

  it("do not read a damaged signing secret", async () => {
    const path = join(folder, "signing-secret");
    const kept = await readFile(path, "utf8");
    await writeFile(path, "");
    await expect(load("")).rejects.toThrow(/damaged: delete it/);
    await writeFile(path, kept);
  });
});
