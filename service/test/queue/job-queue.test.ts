import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { type EmbeddedPool, openEmbeddedPool } from "../../src/database/embedded-pool.js";
import { openLog } from "../../src/observability/log.js";
import type { JobHandlers, JobQueue } from "../../src/queue/job-queue.js";
import { openEmbeddedQueue, openServerQueue } from "../../src/queue/postgres-queue.js";
import { openRedisQueue } from "../../src/queue/redis-queue.js";
import { type Authority, createAuthority } from "../support/certificates.js";
import { emptyDatabase } from "../support/embedded-database.js";
import { freePort } from "../support/free-port.js";
import { type PostgresServer, startPostgres } from "../support/postgres.js";
import { type RedisServer, startRedis } from "../support/redis.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { until } from "../support/until.js";

const log = openLog({ logLevel: "silent" });
const RETRY = { attempts: 3, firstDelay: 20 };

describe("the queue in the embedded database", () => {
  let pool: EmbeddedPool;
  beforeAll(async () => {
    pool = await openEmbeddedPool({ loadDataDir: await emptyDatabase() });
  });
  afterAll(() => pool.end());
  contract(() => openEmbeddedQueue(pool, log, RETRY));

  it("forgets what a process that was killed left behind, so that the rows decide", async () => {
    const killed = await openEmbeddedQueue(pool, log, RETRY);
    let started = false;
    const hang = () => {
      started = true;
      return new Promise<never>(() => {});
    };
    await killed.work(handlers({ process: hang }), 1);
    await killed.add("process-upload", { uploadId: 900, sha: "f" });
    await until(() => started);
    const next = await openEmbeddedQueue(pool, log, RETRY);
    expect(await next.depth()).toBe(0);
    let runs = 0;
    await next.work(handlers({ process: async () => void runs++ }), 1);
    await next.add("process-upload", { uploadId: 900, sha: "f" });
    await until(() => runs === 1);
    await next.close();
  });

  it("waits its turn while a transaction is open, and stays out of it", async () => {
    const queue = await openEmbeddedQueue(pool, log, RETRY);
    const client = await pool.connect();
    await client.query("begin", []);
    const adding = queue.add("process-upload", { uploadId: 901, sha: "f" });
    await client.query("rollback", []);
    client.release();
    await adding;
    expect(await queue.depth()).toBe(1);
    await queue.close();
  });
});

describe.runIf(realParts().postgres)("the queue on a PostgreSQL server", () => {
  let server: PostgresServer;
  let databases = 0;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  contract(async () => openServerQueue(await server.createDatabase(`queue${databases++}`), log, RETRY));

  it("gives a job back that outlasts the patience, once, for another to take at once", async () => {
    const url = await server.createDatabase("given-back");
    await givesBack(() => openServerQueue(url, log, RETRY));
  });
});

describe.runIf(realParts().redis)("the queue on Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  contract(() => openRedisQueue(redis.url, log, RETRY));

  it("gives a job back that outlasts the patience, once, for another to take at once", async () => {
    await givesBack(() => openRedisQueue(redis.url, log, RETRY));
  });

  it("keeps jobs for a worker that starts later", async () => {
    const adding = await openRedisQueue(redis.url, log, RETRY);
    await adding.add("process-upload", { uploadId: 900, sha: "f" });
    await adding.close();
    const working = await openRedisQueue(redis.url, log, RETRY);
    const seen: number[] = [];
    await working.work(handlers({ process: async ({ uploadId }) => void seen.push(uploadId) }), 1);
    await until(() => seen.length === 1);
    await working.close();
    expect(seen).toEqual([900]);
  });

  it("refuses jobs while Redis is away, and goes on when it is back", async () => {
    const port = await freePort();
    const first = await startRedis(port);
    const queue = await openRedisQueue(first.url, log, RETRY);
    const seen: number[] = [];
    await queue.work(handlers({ process: async ({ uploadId }) => void seen.push(uploadId) }), 1);
    await first.stop();
    const started = Date.now();
    await expect(queue.add("process-upload", { uploadId: 1, sha: "a" })).rejects.toThrow();
    await expect(queue.check()).rejects.toThrow();
    expect(Date.now() - started).toBeLessThan(12_000);
    const second = await startRedis(port);
    await until(() =>
      queue.check().then(
        () => true,
        () => false,
      ),
    );
    await queue.add("process-upload", { uploadId: 2, sha: "a" });
    await until(() => seen.includes(2));
    await queue.close();
    await second.stop();
  });

  it("names host and port when Redis is not there", async () => {
    await expect(openRedisQueue("redis://:secret@127.0.0.1:1", log)).rejects.toThrow(
      /^cannot reach Redis on 127\.0\.0\.1:1: /,
    );
  });
});

describe.runIf(realParts().redis)("a Redis with TLS and a password", () => {
  const folder = temporaryFolder();
  let own: Authority;
  const password = "p@ss/word?#%";
  let redis: RedisServer;
  beforeAll(async () => {
    own = createAuthority(folder, "own");
    redis = await startRedis(undefined, { certificate: own.issue("DNS:localhost"), password });
  });
  afterAll(() => redis.stop());
  const urlAt = (host: string) => redis.url.replace("localhost", `:${encodeURIComponent(password)}@${host}`);

  it.each(["localhost", "127.0.0.1"])("is trusted by its CA at %s, also by workers", async (host) => {
    const queue = await openRedisQueue(urlAt(host), log, RETRY, own.ca);
    const seen: number[] = [];
    await queue.work(handlers({ process: async ({ uploadId }) => void seen.push(uploadId) }), 1);
    await queue.add("process-upload", { uploadId: 1, sha: "a" });
    await until(() => seen.length === 1);
    await queue.close();
  });

  it("is refused without its CA, and with another", async () => {
    await expect(openRedisQueue(urlAt("localhost"), log)).rejects.toThrow(/^cannot reach Redis on localhost:\d+: /);
    const other = createAuthority(folder, "other");
    await expect(openRedisQueue(urlAt("localhost"), log, RETRY, other.ca)).rejects.toThrow(/certificate/);
  });

  it("of another name is refused", async () => {
    const elsewhere = await startRedis(undefined, { certificate: own.issue("DNS:elsewhere"), password: "x" });
    await expect(openRedisQueue(elsewhere.url, log, RETRY, own.ca)).rejects.toThrow(/altnames/);
    await elsewhere.stop();
  });

  it("is refused with a wrong password", async () => {
    await expect(openRedisQueue(redis.url, log, RETRY, own.ca)).rejects.toThrow(/: NOAUTH /);
  });
});

function contract(open: () => Promise<JobQueue>) {
  let queue: JobQueue | undefined;
  afterEach(() => queue?.close());

  it("hands each job to its handler", async () => {
    queue = await open();
    const seen: string[] = [];
    await queue.add("process-upload", { uploadId: 1, sha: "a" });
    await queue.add("merge-commit", { commitId: 1, sha: "b" });
    await queue.work(
      handlers({
        process: async ({ uploadId, sha }) => void seen.push(`upload ${uploadId} ${sha}`),
        merge: async ({ commitId, sha }) => void seen.push(`commit ${commitId} ${sha}`),
      }),
      2,
    );
    await until(() => seen.length === 2);
    expect(seen.sort()).toEqual(["commit 1 b", "upload 1 a"]);
  });

  it("takes a job that waits only once", async () => {
    queue = await open();
    for (let i = 0; i < 5; i++) await queue.add("process-upload", { uploadId: 2, sha: "a" });
    await queue.add("process-upload", { uploadId: 3, sha: "a" });
    expect(await queue.depth()).toBe(2);
    const seen: number[] = [];
    await queue.work(handlers({ process: async ({ uploadId }) => void seen.push(uploadId) }), 1);
    await until(async () => (await queue!.depth()) === 0);
    expect(seen).toEqual([2, 3]);
  });

  it("runs a job again that was added while it ran, once and not at the same time", async () => {
    queue = await open();
    let running = 0;
    let most = 0;
    let runs = 0;
    let added = false;
    const merge = async () => {
      runs++;
      most = Math.max(most, ++running);
      await until(() => added);
      running--;
    };
    await queue.work(handlers({ merge }), 4);
    await queue.add("merge-commit", { commitId: 4, sha: "a" });
    await until(() => runs === 1);
    for (let i = 0; i < 3; i++) await queue.add("merge-commit", { commitId: 4, sha: "a" });
    added = true;
    await until(async () => runs === 2 && (await queue!.depth()) === 0);
    expect({ runs, most }).toEqual({ runs: 2, most: 1 });
  });

  it("tries a failed job again, later each time, and drops it after the last attempt", async () => {
    queue = await open();
    const times: number[] = [];
    const fail = async () => {
      times.push(Date.now());
      throw new Error("storage is away");
    };
    await queue.work(handlers({ process: fail }), 1);
    await queue.add("process-upload", { uploadId: 5, sha: "a" });
    await until(() => times.length === RETRY.attempts);
    await until(async () => (await queue!.depth()) === 0);
    await sleep(200);
    expect(times).toHaveLength(RETRY.attempts);
    expect(times[2] - times[1]).toBeGreaterThanOrEqual(2 * RETRY.firstDelay - 5);
  });

  it("takes a job again after its last attempt failed", async () => {
    queue = await open();
    let runs = 0;
    const process = async () => {
      if (++runs <= RETRY.attempts) throw new Error("storage is away");
    };
    await queue.work(handlers({ process }), 1);
    await queue.add("process-upload", { uploadId: 6, sha: "a" });
    await until(async () => runs === RETRY.attempts && (await queue!.depth()) === 0);
    await queue.add("process-upload", { uploadId: 6, sha: "a" });
    await until(() => runs === RETRY.attempts + 1);
  });

  it("runs as many jobs at once as asked", async () => {
    queue = await open();
    let running = 0;
    let most = 0;
    let done = 0;
    const process = async () => {
      most = Math.max(most, ++running);
      await sleep(30);
      running--;
      done++;
    };
    for (let i = 0; i < 9; i++) await queue.add("process-upload", { uploadId: 100 + i, sha: "a" });
    await queue.work(handlers({ process }), 3);
    await until(() => done === 9);
    expect(most).toBe(3);
  });

  it("lets a running job finish when it closes", async () => {
    queue = await open();
    let finished = false;
    let started = false;
    const process = async () => {
      started = true;
      await sleep(100);
      finished = true;
    };
    await queue.work(handlers({ process }), 1);
    await queue.add("process-upload", { uploadId: 7, sha: "a" });
    await until(() => started);
    await queue.close();
    expect(finished).toBe(true);
    await expect(queue.add("process-upload", { uploadId: 8, sha: "a" })).rejects.toThrow();
    await expect(queue.check()).rejects.toThrow();
    queue = undefined;
  });
}

async function givesBack(open: () => Promise<JobQueue>) {
  const leaving = await open();
  let started = false;
  const hang = () => {
    started = true;
    return new Promise<never>(() => {});
  };
  await leaving.work(handlers({ process: hang }), 1);
  await leaving.add("process-upload", { uploadId: 950, sha: "a" });
  await until(() => started);
  const begun = Date.now();
  await leaving.close(200);
  const taking = await open();
  const seen: number[] = [];
  await taking.work(handlers({ process: async ({ uploadId }) => void seen.push(uploadId) }), 1);
  await until(async () => seen.length > 0 && (await taking.depth()) === 0);
  expect(Date.now() - begun).toBeLessThan(5_000);
  expect(seen).toEqual([950]);
  await taking.add("process-upload", { uploadId: 950, sha: "a" });
  await until(() => seen.length === 2);
  await taking.close();
}

function handlers(some: { process?: JobHandlers["process-upload"]; merge?: JobHandlers["merge-commit"] }): JobHandlers {
  const unexpected = async () => {};
  return { "process-upload": some.process ?? unexpected, "merge-commit": some.merge ?? unexpected };
}
