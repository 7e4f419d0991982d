import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { realParts } from "../../../test/support/real-parts.js";
import type { Certificate } from "./certificates.js";
import { freePort } from "./free-port.js";

export interface RedisServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface SecureRedis {
  readonly certificate: Certificate;
  readonly password: string;
}

/**
 * A redis-server of its own on loopback, nothing on disk; with TLS alone where it is given a certificate.
 *
 * @param port @default a free one
 */
export async function startRedis(port?: number, secure?: SecureRedis): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "coverstack-redis-"));
  port ??= await freePort();
  const options = ["--bind", "127.0.0.1", "--save", "", "--dir", folder];
  if (secure) {
    const { cert, key } = secure.certificate;
    options.push("--port", "0", "--tls-port", `${port}`, "--tls-cert-file", cert, "--tls-key-file", key);
    options.push("--tls-ca-cert-file", cert, "--tls-auth-clients", "no", "--requirepass", secure.password);
  } else options.push("--port", `${port}`);
  const server = spawn(realParts().redis!, [...options, "--maxmemory-policy", "noeviction"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes("Ready to accept connections")) break;
  }
  server.stdout.resume();
  return {
    url: secure ? `rediss://localhost:${port}` : `redis://127.0.0.1:${port}`,
    async stop() {
      const exit = once(server, "exit");
      server.kill();
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
