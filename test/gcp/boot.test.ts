import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FACTS, KEEP_CONTAINERS_FROM_METADATA } from "../../lib/gcp/boot.js";
import { inFolder, program, run as runProgram, SLOW } from "../support/programs.js";
import { realParts } from "../support/real-parts.js";

/** Stands in for Google's metadata service and Secret Manager, and notes what it is asked. */
const asked: { readonly url: string; readonly flavour?: unknown; readonly authorization?: unknown }[] = [];
const google = createServer((request, response) => {
  const { url = "", headers } = request;
  asked.push({ url, flavour: headers["metadata-flavor"], authorization: headers.authorization });
  const answers: Record<string, unknown> = {
    "/computeMetadata/v1/instance/service-accounts/default/token": { access_token: "ya29.token" },
    "/v1/projects/p/secrets/s/versions/latest:access": {
      payload: { data: Buffer.from('{"password":"größer"}').toString("base64") },
    },
  };
  response.writeHead(url in answers ? 200 : 403).end(JSON.stringify(answers[url] ?? {}));
});

let origin: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => google.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(google.address() as AddressInfo).port}`;
});
afterAll(() => google.close());

async function run(text: string, word: string) {
  const here = text
    .replace("http://metadata.google.internal", origin)
    .replace("https://secretmanager.googleapis.com", origin);
  return inFolder(async (folder) => {
    const child = spawn("python3", [program(folder, "program", here), word]);
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { status, output };
  });
}

describe("what keeps containers from the metadata service", () => {
  const { shellcheck } = realParts();

  it.runIf(shellcheck)("is a script that ShellCheck has nothing to say about", () => {
    const { status, output } = runProgram(shellcheck!, ["-"], { input: KEEP_CONTAINERS_FROM_METADATA });
    expect(output).toBe("");
    expect(status).toBe(0);
  });

  it("adds its rule once, however often the machine starts", async () => {
    await inFolder((folder) => {
      const rules = join(folder, "rules");
      const iptables = `#!/bin/sh\ncase "$3" in -C) grep -q . "${rules}";; *) echo "$@" >>"${rules}";; esac\n`;
      program(folder, "iptables", iptables);
      writeFileSync(rules, "");
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
      for (const _ of [1, 2]) {
        expect(runProgram("sh", ["-c", KEEP_CONTAINERS_FROM_METADATA], { env }).status).toBe(0);
      }
      expect(readFileSync(rules, "utf8")).toBe("-t raw -I PREROUTING -d 169.254.169.254 -p tcp ! --dport 53 -j DROP\n");
    });
  });
});

describe("programs of a machine on Google Cloud", SLOW, () => {
  it("read the newest version of a secret as the machine itself", async () => {
    expect(await run(FACTS.readSecret, "projects/p/secrets/s")).toEqual({ status: 0, output: '{"password":"größer"}' });
    expect(asked).toContainEqual({
      url: "/computeMetadata/v1/instance/service-accounts/default/token",
      flavour: "Google",
      authorization: undefined,
    });
    expect(asked.at(-1)?.authorization).toBe("Bearer ya29.token");
  });

  it("fail, and print nothing, for a secret that is not theirs", async () => {
    const { status, output } = await run(FACTS.readSecret, "projects/p/secrets/other");
    expect(status).not.toBe(0);
    expect(output).toBe("");
  });

  it("log in to the registry with a token of the machine", async () => {
    const { status, output } = await run(FACTS.registryLogin, "europe-west3-docker.pkg.dev");
    expect(status).toBe(0);
    expect(JSON.parse(output)).toEqual({ username: "oauth2accesstoken", password: "ya29.token" });
  });
});
