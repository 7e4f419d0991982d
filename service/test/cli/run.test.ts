import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { startPostgres } from "../support/postgres.js";
import { startRedis } from "../support/redis.js";
import { prepareDataFolder, startProgram, startRole, upload } from "../support/running-service.js";
import { lcov } from "../support/sample-uploads.js";
import { until } from "../support/until.js";

const SHA = "0123456789abcdef0123456789abcdef01234567";
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "coverstack-run-"));
  await prepareDataFolder(folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function endOf(parameters: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const program = startProgram(parameters, environment);
  const code = await program.exit;
  return { code, stdout: program.lines.join("\n"), stderr: program.stderr() };
}

describe("the program", () => {
  it("runs everything in one process, says in one line where, and ends in order on SIGTERM", async () => {
    const service = await startRole("all", folder, { GITHUB__GLOBAL_UPLOAD_TOKEN: "global" });
    expect(service.lines).toEqual([`coverstack is listening on ${service.url} (role all, data in ${folder})`]);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);

    await upload(
      service.url,
      "global",
      { commit: SHA, slug: "jane/shop", service: "github" },
      lcov({ "a.js": [1, 0] }),
    );
    await until(() => service.log().some(({ stage, result }) => stage === "merge" && result === "merged"));
    const stages = service.log().filter((line) => line.sha === SHA);
    expect(stages.map(({ stage }) => stage)).toEqual(expect.arrayContaining(["process", "merge"]));
    expect(service.stderr()).not.toContain("global");

    const second = await endOf(["--port", "0", "--data", folder]);
    expect(second).toEqual({
      code: 1,
      stdout: "",
      stderr: `coverstack: the data folder ${folder} is in use by process ${service.process.pid}: stop that first, or give another folder by --data\n`,
    });

    service.process.kill("SIGTERM");
    expect(await service.exit).toBe(0);
    const again = await startRole("all", folder);
    const totals = await fetch(`${again.url}/api/v2/github/jane/repos/shop/totals/?sha=${SHA}`);
    expect(await totals.json()).toMatchObject({ totals: { lines: 2, hits: 1, coverage: 50 } });
    again.process.kill("SIGINT");
    expect(await again.exit).toBe(0);
  });

  it("tells its roles and options by --help, and its version by --version", async () => {
    const help = await endOf(["--help"]);
    expect(help.code).toBe(0);
    for (const word of ["all", "web", "api", "worker", "migrate", "inspect", "--port", "--data", "SETTINGS_FILE"]) {
      expect(help.stdout).toContain(word);
    }
    expect(help.stdout).toMatch(/LOG_LEVEL is trace, debug, info, warn, error or\s+silent/);
    expect((await endOf(["requeue", "--help"])).stdout).toContain("stop the service first");
    expect((await endOf(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("names the roles when asked for one that it does not know", async () => {
    const { code, stderr } = await endOf(["everything"]);
    expect(code).toBe(1);
    expect(stderr).toContain("all, web, api, worker, migrate");
  });

  it("ends with one line per wrong setting", async () => {
    const { code, stderr } = await endOf(["web", "--data", folder, "--port", "x"], { HOST: "0.0.0.0" });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^coverstack: 5 settings are wrong:\n/);
    expect(stderr).toContain('  --port must be a whole number from 0 to 65535, not "x"\n');
  });

  it("migrates no embedded database on its own, whose server's address may be a slip", async () => {
    const data = join(folder, "none");
    const { code, stdout, stderr } = await endOf(["migrate", "--data", data], {
      SERVICES__DATABSE_URL: "postgres://x",
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(
      "coverstack: the role migrate needs services.database_url (or SERVICES__DATABASE_URL): an embedded database is " +
        "migrated by role all when it starts\n",
    );
    expect(existsSync(data)).toBe(false);
  });

  it("ends when its port is in use, and says which", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await endOf(["--port", `${port}`, "--data", folder], { LOG_LEVEL: "silent" });
    server.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `coverstack: port ${port} on 127.0.0.1 is in use: stop what listens there, or choose another by --port\n`,
    });
  });

  it("ends when its data folder cannot be one", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    const { code, stderr } = await endOf(["--data", join(file, "data")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^coverstack: .*file\/data is not a folder: give another by --data\n$/);
  });

  it("ends when its database cannot be reached, without the password", async () => {
    const { code, stderr } = await endOf(["--port", "0", "--data", folder], {
      SERVICES__DATABASE_URL: "postgres://cover:hush@127.0.0.1:1/cover",
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^coverstack: cannot reach the database cover on 127\.0\.0\.1:1: .*ECONNREFUSED/);
    expect(stderr).not.toContain("hush");
  });
});

describe.runIf(realParts().postgres && realParts().redis)("the roles that share their work", () => {
  it("F28: migrate, take an upload on one process and process it on another", async () => {
    const [database, redis] = await Promise.all([startPostgres(), startRedis()]);
    onTestFinished(async () => void (await Promise.all([database.stop(), redis.stop()])));
    const environment = {
      SERVICES__DATABASE_URL: await database.createDatabase("coverage"),
      SERVICES__REDIS_URL: redis.url,
      SETUP__HTTP__COOKIE_SECRET: "biscuit",
      GITHUB__GLOBAL_UPLOAD_TOKEN: "global",
    };
    const dataDir = join(folder, "shared");
    // Started before the schema is there: it waits for it.
    const starting = startRole("api", dataDir, environment);
    const migration = await endOf(["migrate", "--data", dataDir], environment);
    expect(migration).toMatchObject({ code: 0, stdout: "coverstack: the database schema is up to date" });
    const [api, web, worker] = await Promise.all([
      starting,
      startRole("web", dataDir, environment),
      startRole("worker", dataDir, environment),
    ]);
    const query = { commit: SHA, slug: "jane/shop", service: "github" };
    await upload(api.url, "global", query, lcov({ "a.js": [1, 0] }));
    await upload(web.url, "global", query, lcov({ "a.js": [0, 2], "b.js": [0] }));
    const read = async () => (await fetch(`${web.url}/api/v2/github/jane/repos/shop/totals/?sha=${SHA}`)).json();
    await until(async () => ((await read()) as { totals?: { files?: number } }).totals?.files === 2);
    expect(await read()).toMatchObject({ totals: { files: 2, lines: 3, hits: 2 } });

    expect((await fetch(`${worker.url}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${worker.url}/metrics`)).text()).toContain(
      'coverstack_uploads_processed{result="processed"} 2',
    );
    expect((await fetch(`${worker.url}/upload/v4`, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${api.url}/github/jane/shop`)).status).toBe(404);

    for (const role of [api, web, worker]) role.process.kill("SIGTERM");
    expect(await Promise.all([api.exit, web.exit, worker.exit])).toEqual([0, 0, 0]);
  });
});
