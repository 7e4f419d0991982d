import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DRAIN, READ_SECRET, REGISTRY_LOGIN } from "../../lib/azure/programs.js";
import { inFolder, program, SLOW } from "../support/programs.js";

interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

const METADATA = "http://169.254.169.254/metadata";
/** The server below speaks no TLS; but for that, the programs run as machines run them. */
const withoutTls = (text: string) => text.replaceAll('f"https://', 'f"http://');

/** Answers, as a proxy, for Azure's metadata service and whatever else the programs call. */
async function azure<T>(answer: (call: Call) => unknown, use: (proxy: string, calls: readonly Call[]) => Promise<T>) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = request;
    const call = { method, url, headers, body: Buffer.concat(chunks).toString() };
    calls.push(call);
    response.end(JSON.stringify(answer(call)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function printed(path: string, words: readonly string[], proxy: string): Promise<string> {
  const child = spawn(path, words, {
    env: { PATH: process.env.PATH, http_proxy: proxy },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const [status] = await once(child, "close");
  expect(status).toBe(0);
  return text;
}

describe("the programs of a machine on Azure", SLOW, () => {
  const answer = ({ url }: Call) => {
    if (url.startsWith(`${METADATA}/identity/oauth2/token`)) return { access_token: "machine-token" };
    return url.includes("/oauth2/exchange") ? { refresh_token: "pull" } : { value: '{"password":"s3cret"}' };
  };

  it.each([
    "/subscriptions/1/resourceGroups/r/providers/Microsoft.KeyVault/vaults/theirs/secrets/database",
    "http://theirs.vault.azure.net/secrets/database",
  ])("read the secret %s as the machine itself, and print it as it is (4)", async (id) => {
    await inFolder((folder) =>
      azure(answer, async (proxy, calls) => {
        const text = withoutTls(READ_SECRET).replace('startswith("https://")', 'startswith("http://")');
        expect(await printed(program(folder, "read-secret", text), [id], proxy)).toBe('{"password":"s3cret"}');
        expect(calls.map(({ url }) => url)).toEqual([
          `${METADATA}/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net`,
          "http://theirs.vault.azure.net/secrets/database?api-version=7.4",
        ]);
        expect(calls[0].headers.metadata).toBe("true");
        expect(calls[1].headers.authorization).toBe("Bearer machine-token");
      }),
    );
  });

  it("log in to a registry as the machine itself (33)", async () => {
    await inFolder((folder) =>
      azure(answer, async (proxy, calls) => {
        const path = program(folder, "registry-login", withoutTls(REGISTRY_LOGIN));
        expect(JSON.parse(await printed(path, ["theirs.azurecr.io"], proxy))).toEqual({
          username: "00000000-0000-0000-0000-000000000000",
          password: "pull",
        });
        expect(calls[1]).toMatchObject({ method: "POST", url: "http://theirs.azurecr.io/oauth2/exchange" });
        expect(Object.fromEntries(new URLSearchParams(calls[1].body))).toEqual({
          grant_type: "access_token",
          service: "theirs.azurecr.io",
          access_token: "machine-token",
        });
      }),
    );
  });

  it("end the service before the machine goes, and only then say that it may (F32)", async () => {
    await inFolder(async (folder) => {
      const stopped = join(folder, "stopped");
      program(folder, "systemctl", `#!/bin/sh\necho "$@" >${stopped}\n`);
      let acknowledged: (() => void) | undefined;
      const done = new Promise<void>((resolve) => {
        acknowledged = resolve;
      });
      let stoppedFirst = false;
      const events = [
        { EventId: "other", EventType: "Terminate", Resources: ["web_2"] },
        { EventId: "reboot", EventType: "Reboot", Resources: ["web_1"] },
        { EventId: "mine", EventType: "Terminate", Resources: ["web_1"] },
      ];
      const host = ({ method, url }: Call) => {
        if (url.includes("/instance/compute")) return { name: "web_1" };
        if (method === "POST") {
          stoppedFirst = existsSync(stopped);
          acknowledged?.();
        }
        return { Events: events };
      };
      await azure(host, async (proxy, calls) => {
        const PATH = `${folder}:${process.env.PATH}`;
        const child = spawn(program(folder, "drain", DRAIN), [], { env: { PATH, http_proxy: proxy }, stdio: "ignore" });
        await done;
        child.kill();
        await once(child, "close");
        expect(stoppedFirst).toBe(true);
        expect(readFileSync(stopped, "utf8")).toBe("stop coverstack.service\n");
        const answers = calls.filter(({ method }) => method === "POST").map(({ body }) => JSON.parse(body));
        expect(answers).toEqual([{ StartRequests: [{ EventId: "mine" }] }]);
      });
    });
  });
});
