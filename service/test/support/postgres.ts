import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { realParts } from "../../../test/support/real-parts.js";
import type { Certificate } from "./certificates.js";
import { freePort } from "./free-port.js";

export interface PostgresServer {
  /** Makes an empty database and returns its URL. */
  createDatabase(name: string): Promise<string>;
  /** Shuts the server down, as one that is being updated; what it holds stays. */
  halt(): Promise<void>;
  /** Starts it again where it was. */
  resume(): Promise<void>;
  /** Shuts it down for good. */
  stop(): Promise<void>;
}

/**
 * A PostgreSQL of its own on loopback, which also takes TLS where it is given a certificate. It refuses to run as root,
 * so there it runs as an ordinary user of the system.
 *
 * @param options.durable writes to the disk what is committed, as in earnest; @default false
 */
export async function startPostgres(
  certificate?: Certificate,
  { durable = false }: { readonly durable?: boolean } = {},
): Promise<PostgresServer> {
  const bin = realParts().postgres!;
  const folder = await mkdtemp(join(tmpdir(), "coverstack-postgres-"));
  const user = process.getuid?.() === 0 ? await unprivilegedUser() : null;
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const initdb = ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"];
  execFileSync(join(bin, "initdb"), initdb, { ...user, cwd: folder, stdio: "ignore" });

  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", `fsync=${durable ? "on" : "off"}`];
  if (certificate) {
    for (const part of ["cert", "key"] as const) {
      const own = join(folder, part);
      await copyFile(certificate[part], own);
      await chmod(own, 0o600);
      if (user) await chown(own, user.uid, user.gid);
      settings.push(`ssl_${part}_file=${own}`);
    }
    settings.push("ssl=on");
  }
  const options = settings.flatMap((setting) => ["-c", setting]);
  const start = async () => {
    const started = spawn(join(bin, "postgres"), ["-D", data, "-p", `${port}`, ...options], {
      ...user,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    for await (const line of createInterface({ input: started.stderr })) {
      if (line.includes("ready to accept connections")) break;
    }
    started.stderr.resume();
    return started;
  };
  let server = await start();
  const halt = async () => {
    if (server.exitCode !== null) return;
    const exit = once(server, "exit");
    server.kill("SIGINT");
    await exit;
  };
  const urlOf = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  return {
    async createDatabase(name) {
      const client = new pg.Client(urlOf("postgres"));
      await client.connect();
      await client.query(`create database ${pg.escapeIdentifier(name)}`);
      await client.end();
      return urlOf(name);
    },
    halt,
    async resume() {
      server = await start();
    },
    async stop() {
      await halt();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  if (!user) throw new Error("neither postgres nor nobody is a user of this system");
  return { uid: Number(user[2]), gid: Number(user[3]) };
}
