import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realParts } from "../../../test/support/real-parts.js";
import { openDatabase } from "../../src/database/open.js";
import { openLog } from "../../src/observability/log.js";
import { RETRY } from "../../src/queue/job-queue.js";
import { openServerQueue } from "../../src/queue/postgres-queue.js";
import { type Authority, createAuthority } from "../support/certificates.js";
import { type PostgresServer, startPostgres } from "../support/postgres.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const log = openLog({ logLevel: "silent" });

describe.runIf(realParts().postgres)("a database server with TLS", () => {
  const folder = temporaryFolder();
  let own: Authority;
  let other: Authority;
  const servers: PostgresServer[] = [];
  const urls = { localhost: "", elsewhere: "" };
  beforeAll(async () => {
    own = createAuthority(folder, "own");
    other = createAuthority(folder, "other");
    servers.push(await startPostgres(own.issue("DNS:localhost")), await startPostgres(own.issue("DNS:elsewhere")));
    urls.localhost = await servers[0].createDatabase("coverage");
    urls.elsewhere = await servers[1].createDatabase("coverage");
  });
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  /** Whether a connection was encrypted. */
  async function connect(certified: keyof typeof urls, host: string, query: string, ca: string | null) {
    const databaseUrl = `${urls[certified].replace("127.0.0.1", host)}${query}`;
    const { db } = await openDatabase({ databaseUrl, databaseCa: ca, dataDir: "" }, log);
    const { rows } = await sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(db);
    await db.destroy();
    return rows[0].ssl;
  }

  it.each(["require", "verify-ca", "verify-full"])("is trusted with sslmode=%s and its own CA", async (mode) => {
    expect(await connect("localhost", "localhost", `?sslmode=${mode}`, own.ca)).toBe(true);
  });

  it("is trusted by its CA, given as the file that sslrootcert names", async () => {
    expect(await connect("localhost", "localhost", `?sslmode=verify-full&sslrootcert=${folder}/own.pem`, null)).toBe(
      true,
    );
  });

  it("is asked for TLS as soon as a CA is given", async () => {
    expect(await connect("localhost", "localhost", "", own.ca)).toBe(true);
    await expect(connect("localhost", "localhost", "", other.ca)).rejects.toThrow(/certificate/);
  });

  it.each(["require", "verify-ca", "verify-full"])("of another CA is refused with sslmode=%s", async (mode) => {
    await expect(connect("localhost", "localhost", `?sslmode=${mode}`, other.ca)).rejects.toThrow(
      /^cannot reach the database coverage on localhost:\d+: .*certificate/,
    );
  });

  it("of no public CA is refused with sslmode=verify-full alone", async () => {
    await expect(connect("localhost", "localhost", "?sslmode=verify-full", null)).rejects.toThrow(/certificate/);
  });

  it("of another name is refused with verify-full, and trusted with verify-ca", async () => {
    await expect(connect("elsewhere", "localhost", "?sslmode=verify-full", own.ca)).rejects.toThrow(/altnames/);
    expect(await connect("elsewhere", "localhost", "?sslmode=verify-ca", own.ca)).toBe(true);
  });

  it("that is reached by address is known by its CA alone", async () => {
    expect(await connect("elsewhere", "127.0.0.1", "?sslmode=verify-full", own.ca)).toBe(true);
    await expect(connect("elsewhere", "127.0.0.1", "?sslmode=verify-full", other.ca)).rejects.toThrow(/certificate/);
  });

  it("is not verified with sslmode=require alone, and not asked for TLS with disable or nothing", async () => {
    expect(await connect("elsewhere", "localhost", "?sslmode=require", null)).toBe(true);
    expect(await connect("localhost", "localhost", "?sslmode=disable", null)).toBe(false);
    expect(await connect("localhost", "localhost", "", null)).toBe(false);
  });

  it("without TLS is refused where TLS is asked for", async () => {
    const plain = await startPostgres();
    const databaseUrl = `${await plain.createDatabase("coverage")}?sslmode=require`;
    await expect(openDatabase({ databaseUrl, dataDir: "" }, log)).rejects.toThrow(/does not support SSL/);
    await plain.stop();
  });

  it("keeps the queue under the same rules", async () => {
    const url = `${urls.localhost.replace("127.0.0.1", "localhost")}?sslmode=verify-full`;
    await expect(openServerQueue(url, log, RETRY, other.ca)).rejects.toThrow(/certificate/);
    const queue = await openServerQueue(url, log, RETRY, own.ca);
    await queue.check();
    await queue.close();
  });
});
