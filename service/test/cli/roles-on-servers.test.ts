import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { createAuthority } from "../support/certificates.js";
import { freePort } from "../support/free-port.js";
import { startGcs } from "../support/gcs.js";
import { startPostgres } from "../support/postgres.js";
import { startRedis } from "../support/redis.js";
import { startProgram, startRole, upload } from "../support/running-service.js";
import { lcov } from "../support/sample-uploads.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { until } from "../support/until.js";

const SHA = "0123456789abcdef0123456789abcdef01234567";

describe.runIf(realParts().postgres && realParts().redis)("the roles on servers of a cloud", () => {
  const certificates = temporaryFolder();
  const dataDir = join(certificates, "data");
  const stops: (() => Promise<void>)[] = [];
  let environment: NodeJS.ProcessEnv;
  let unmigrated: string;
  beforeAll(async () => {
    const own = createAuthority(certificates, "own");
    const certificate = own.issue("DNS:localhost");
    const password = "p@ss/word?#%";
    const [database, redis, store] = await Promise.all([
      startPostgres(certificate),
      startRedis(undefined, { certificate, password }),
      startGcs(),
    ]);
    stops.push(database.stop, redis.stop, store.stop);
    const databaseUrl = (await database.createDatabase("coverage")).replace("127.0.0.1", "localhost");
    unmigrated = (await database.createDatabase("unmigrated")).replace("127.0.0.1", "localhost");
    environment = {
      SERVICES__DATABASE_URL: `${databaseUrl}?sslmode=verify-full`,
      SERVICES__DATABASE_CA: own.ca,
      SERVICES__REDIS_URL: redis.url,
      SERVICES__REDIS_PASSWORD: password,
      SERVICES__REDIS_CA: own.ca,
      SERVICES__CHOSEN_STORAGE: "gcp",
      SERVICES__GCP__BUCKET: store.settings.bucket,
      SERVICES__GCP__API_ENDPOINT: store.settings.endpoint!,
      SETUP__HTTP__COOKIE_SECRET: "biscuit",
      GITHUB__GLOBAL_UPLOAD_TOKEN: "global",
      PORT: "1",
    };
  });
  afterAll(() => Promise.all(stops.map((stop) => stop())));

  it("answer a worker's probes on a port of its own, while it works over TLS on what others took", async () => {
    expect(await startProgram(["migrate", "--data", dataDir], environment).exit).toBe(0);
    const port = await freePort();
    const worker = startProgram(["worker", "--data", dataDir], { ...environment, WORKER__HEALTH_PORT: `${port}` });
    const web = await startRole("web", dataDir, environment);
    await until(() => worker.lines.length > 0);
    for (const path of ["live", "ready"]) {
      expect((await fetch(`http://127.0.0.1:${port}/health/${path}`)).status).toBe(200);
    }
    const query = { commit: SHA, slug: "jane/shop", service: "github" };
    await upload(web.url, "global", query, lcov({ "a.js": [1, 0] }));
    const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await until(async () => (await metrics()).includes('coverstack_uploads_processed{result="processed"} 1'));
    for (const role of [web, worker]) role.process.kill("SIGTERM");
    expect(await Promise.all([web.exit, worker.exit])).toEqual([0, 0]);
  });

  it("wait with their work for a bucket that is not there, and say so", async () => {
    expect(await startProgram(["migrate", "--data", dataDir], environment).exit).toBe(0);
    const port = await freePort();
    const worker = startProgram(["worker", "--data", dataDir], {
      ...environment,
      WORKER__HEALTH_PORT: `${port}`,
      SERVICES__GCP__BUCKET: "a-typo",
    });
    await until(() => worker.stderr().includes("the object store cannot be used: work begins when it can"));
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect(await ready.json()).toEqual({ status: "not ready", database: "up", objects: "down", queue: "up" });
    worker.process.kill("SIGTERM");
    expect(await worker.exit).toBe(0);
    expect(worker.stderr()).not.toContain("coverstack:");
  });

  it("finish on SIGTERM the upload that is under way, and take no other", async () => {
    expect(await startProgram(["migrate", "--data", dataDir], environment).exit).toBe(0);
    const web = await startRole("web", dataDir, environment);
    const query = new URLSearchParams({ commit: SHA, slug: "jane/shop", service: "github", token: "global" });
    const asked = await fetch(`${web.url}/upload/v4?${query}`, { method: "POST" });
    const target = (await asked.text()).split("\n")[1];
    const report = lcov({ "b.js": [1] });
    // As a load balancer does, it keeps its connections.
    const agent = new Agent({ keepAlive: true });
    const put = request(target, { agent, method: "PUT", headers: { "content-length": report.length } });
    put.write(report.slice(0, 5));
    await until(() => put.socket?.bytesWritten !== undefined && put.socket.bytesWritten > 5);
    // Its headers and first bytes have arrived when a later request is answered.
    await fetch(`${web.url}/health/live`);
    web.process.kill("SIGTERM");
    await until(() => web.log().some(({ msg }) => msg === "stopping"));
    await until(() =>
      fetch(`${web.url}/health/live`).then(
        () => false,
        () => true,
      ),
    );
    put.end(report.slice(5));
    const [response] = (await once(put, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.resume();
    const answered = Date.now();
    expect(await web.exit).toBe(0);
    expect(Date.now() - answered).toBeLessThan(4_000);
    agent.destroy();
  });

  it.each(["web", "worker"])("end on SIGTERM while they wait for the schema: %s", async (role) => {
    const waiting = startProgram([role, "--port", "0", "--data", dataDir], {
      ...environment,
      SERVICES__DATABASE_URL: unmigrated,
    });
    await until(() => waiting.stderr().includes("waiting for another process"));
    waiting.process.kill("SIGTERM");
    expect(await waiting.exit).toBe(0);
    expect(waiting.stderr()).not.toContain("coverstack:");
  });
});
