import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { processCount } from "../../src/cli/processes.js";
import { freePort } from "../support/free-port.js";
import { startPostgres } from "../support/postgres.js";
import { startRedis } from "../support/redis.js";
import { startProgram } from "../support/running-service.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { until } from "../support/until.js";

describe("WEB_CONCURRENCY", () => {
  it("is one process unless it says otherwise", () => {
    expect(processCount("web", undefined, "8080")).toBe(1);
    expect(processCount("worker", "", "8080")).toBe(1);
    expect(processCount("web", "4", "8080")).toBe(4);
    expect(processCount("all", "1", "8080")).toBe(1);
  });

  it.each(["0", "65", "-1", "two", "1.5"])("is refused when it is %j", (asked) => {
    expect(() => processCount("web", asked, "8080")).toThrow(
      /^WEB_CONCURRENCY must be a whole number from 1 to 64, got /,
    );
  });

  it("is refused for a role that shares no port", () => {
    expect(() => processCount("worker", "2", "8080")).toThrow(
      "WEB_CONCURRENCY is for the roles web and api, not worker",
    );
  });

  it("is refused before a port is known", () => {
    expect(() => processCount("web", "2", "0")).toThrow("WEB_CONCURRENCY needs a port that is known before");
  });
});

describe.runIf(realParts().postgres && realParts().redis)("several web processes on one port", () => {
  const dataDir = temporaryFolder();
  const stops: (() => Promise<void>)[] = [];
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    const [database, redis] = await Promise.all([startPostgres(), startRedis()]);
    stops.push(database.stop, redis.stop);
    environment = {
      SERVICES__DATABASE_URL: await database.createDatabase("coverage"),
      SERVICES__REDIS_URL: redis.url,
      SETUP__HTTP__COOKIE_SECRET: "biscuit",
      WEB_CONCURRENCY: "2",
    };
  });
  afterAll(() => Promise.all(stops.map((stop) => stop())));

  it("serve together, are replaced when they die, and all end on SIGTERM", async () => {
    expect(await startProgram(["migrate", "--data", dataDir], { ...environment, WEB_CONCURRENCY: "" }).exit).toBe(0);
    const port = `${await freePort()}`;
    const web = startProgram(["web", "--port", port, "--data", dataDir], environment);
    const url = `http://127.0.0.1:${port}`;
    const pids = () => new Set([...web.stderr().matchAll(/"pid":(\d+)/g)].map(([, pid]) => Number(pid)));
    const answered = async () => {
      // A connection each: those are what the processes take in turn.
      const answers = Array.from({ length: 8 }, () =>
        fetch(`${url}/health/live`, { headers: { connection: "close" } }),
      );
      return (await Promise.all(answers)).every(({ status }) => status === 200);
    };
    await until(() => web.lines.length === 2);
    expect(await answered()).toBe(true);
    await until(() => pids().size === 2);
    process.kill([...pids()][0], "SIGKILL");
    await until(() => web.lines.length === 3);
    expect(web.stderr()).toContain("ended (SIGKILL); starting another");
    expect(await answered()).toBe(true);
    web.process.kill("SIGTERM");
    expect(await web.exit).toBe(0);
  });

  it("tell the metrics of all, whichever is asked", async () => {
    expect(await startProgram(["migrate", "--data", dataDir], { ...environment, WEB_CONCURRENCY: "" }).exit).toBe(0);
    const port = `${await freePort()}`;
    const web = startProgram(["web", "--port", port, "--data", dataDir], environment);
    await until(() => web.lines.length === 2);
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: "close" } });
    for (let request = 0; request < 10; request++) await get("/health/live");
    for (let scrape = 0; scrape < 4; scrape++) {
      const metrics = await (await get("/metrics")).text();
      expect(metrics).toContain(
        'coverstack_http_request_duration_count{method="GET",route="/health/live",status="200"} 10',
      );
      expect(metrics).toContain("\ncoverstack_queue_depth 0");
    }
    web.process.kill("SIGTERM");
    expect(await web.exit).toBe(0);
  });

  it("give up at once when they cannot start", async () => {
    const web = startProgram(["web", "--data", dataDir, "--port", `${await freePort()}`], {
      ...environment,
      SETUP__HTTP__COOKIE_SECRET: "",
    });
    expect(await web.exit).toBe(1);
    expect(web.stderr()).toContain("a process ended before it listened (1); its own message says why");
  });
});
