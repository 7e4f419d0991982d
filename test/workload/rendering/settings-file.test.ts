import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { settingsEnvironment, settingsFile } from "../../../lib/workload/rendering/settings-file.js";
import { secretText } from "../../../lib/workload/secret-text.js";
import type { ServiceSettings } from "../../../lib/workload/service-settings.js";
import { loadSettings } from "../../../service/src/settings/load.js";
import { bootOf } from "../../support/boot.js";
import { inFolder } from "../../support/programs.js";
import { synthSingleVm } from "../../support/single-vm.js";

const secret = secretText`${{ variable: "NAME" }}`;
const settings: ServiceSettings = {
  setup: { codecov_url: "https://coverage.example.com", open_access: false, http: { cookie_secret: secret } },
  github: { client_id: "id", client_secret: secret, global_upload_token: secret },
  services: {
    database_url: secretText`postgres://u:${{ variable: "NAME" }}@db/x`,
    redis_url: secret,
    chosen_storage: "minio",
    minio: {
      host: "s3.amazonaws.com",
      port: 443,
      bucket: "reports",
      verify_ssl: true,
      region: "no",
      access_key_id: secret,
      secret_access_key: secret,
    },
  },
};

describe("rendering the service's settings", () => {
  it("puts what is no secret under the keys of codecov.yml (G10, G11, G12)", () => {
    expect(parse(settingsFile(settings), { version: "1.1" })).toEqual({
      setup: { codecov_url: "https://coverage.example.com", open_access: false },
      github: { client_id: "id" },
      services: {
        chosen_storage: "minio",
        minio: { host: "s3.amazonaws.com", port: 443, bucket: "reports", verify_ssl: true, region: "no" },
      },
    });
  });

  it("puts every secret into the environment, under the path of its key", () => {
    expect(Object.keys(settingsEnvironment(settings))).toEqual([
      "SETUP__HTTP__COOKIE_SECRET",
      "GITHUB__CLIENT_SECRET",
      "GITHUB__GLOBAL_UPLOAD_TOKEN",
      "SERVICES__DATABASE_URL",
      "SERVICES__REDIS_URL",
      "SERVICES__MINIO__ACCESS_KEY_ID",
      "SERVICES__MINIO__SECRET_ACCESS_KEY",
    ]);
  });
});

describe("the service, given what the library renders", () => {
  it("takes every setting and ignores none", async () => {
    const { files, compose } = bootOf(synthSingleVm({ hostname: "coverage.example.com" }));
    const environment = compose.services.web.environment;
    const filled = Object.entries(environment).map(([name, text]) => [name, text.replace(/\$\{\w+\}/g, "s3cret")]);
    const loaded = await inFolder(async (folder) => {
      writeFileSync(join(folder, "codecov.yml"), files["codecov.yml"]);
      return loadSettings("web", {}, { ...Object.fromEntries(filled), SETTINGS_FILE: join(folder, "codecov.yml") });
    });
    expect(loaded.warnings).toEqual([]);
    expect(loaded.settings).toMatchObject({
      publicUrl: "http://coverage.example.com",
      host: "0.0.0.0",
      port: 5000,
      openAccess: true,
      signingSecret: "s3cret",
      databaseUrl: "postgres://coverstack:s3cret@postgres:5432/coverstack",
      redisUrl: "redis://:s3cret@redis:6379",
      objects: { kind: "s3", bucket: "archive", endpoint: "http://minio:9000" },
      statsd: { host: "statsd", port: 8125 },
    });
  });
});
