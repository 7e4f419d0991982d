import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { WATCH } from "../../lib/aws/lifecycle.js";
import { inFolder, program, SLOW } from "../support/programs.js";

/** Stands where the AWS client is, and writes down what it is asked for. */
const CLIENT = `import json, os

class Client:
    class exceptions:
        ClientError = RuntimeError

    def __getattr__(self, action):
        def call(**details):
            with open(os.environ["CALLS"], "a") as file:
                file.write(" ".join([action, *details.values()]) + "\\n")
            if details.get("LifecycleHookName") == "start":
                raise RuntimeError("no machine is held")
        return call

def client(name, region_name):
    assert (name, region_name) == ("autoscaling", "eu-west-1")
    return Client()
`;
const SYSTEMCTL = `#!/bin/sh
[ "$1" = is-active ] || echo "systemctl $*" >>"$CALLS"
`;

interface Machine {
  /** The service's answers to the health check, one after the other; the last stays. */
  readonly health: readonly number[];
  /** How often the machine asks whether it is leaving until it is. */
  readonly stays: number;
  readonly unwellSeconds?: number;
}

/** Runs the watch on a machine whose metadata and service answer as told. */
async function watch({ health, stays, unwellSeconds = 600 }: Machine): Promise<readonly string[]> {
  const left = { health: [...health], stays };
  const server = createServer(({ url, method, headers }, response) => {
    if (url === "/health") {
      response.writeHead(left.health.length > 1 ? left.health.shift()! : left.health[0]).end();
      return;
    }
    const answers: Record<string, string> = {
      "/latest/api/token": method === "PUT" ? `token ${headers["x-aws-ec2-metadata-token-ttl-seconds"]}` : "",
      "/latest/meta-data/placement/region": "eu-west-1",
      "/latest/meta-data/instance-id": "i-1",
      "/latest/meta-data/tags/instance/aws:autoscaling:groupName": "web-1",
    };
    const known = url?.endsWith("/api/token") || headers["x-aws-ec2-metadata-token"] === "token 60";
    if (url?.endsWith("/target-lifecycle-state")) answers[url] = left.stays-- > 0 ? "InService" : "Terminated";
    response.writeHead(known && answers[`${url}`] ? 200 : 401).end(answers[`${url}`]);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await inFolder(async (folder) => {
      const calls = join(folder, "calls");
      mkdirSync(join(folder, "python"));
      writeFileSync(join(folder, "python", "boto3.py"), CLIENT);
      program(folder, "systemctl", SYSTEMCTL);
      const text = WATCH.replace("http://169.254.169.254", base)
        .replaceAll("time.sleep(5)", "time.sleep(0.01)")
        .replace("> 600", `> ${unwellSeconds}`);
      const env = { CALLS: calls, PATH: `${folder}:${process.env.PATH}`, PYTHONPATH: join(folder, "python") };
      const child = spawn(program(folder, "watch", text), [`${base}/health`], {
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      expect(await once(child, "exit")).toEqual([0, null]);
      return readFileSync(calls, "utf8").trim().split("\n");
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const STARTED = "complete_lifecycle_action i-1 web-1 start CONTINUE";
const STOPPED = "systemctl stop coverstack.service";
const DRAINED = "complete_lifecycle_action i-1 web-1 drain CONTINUE";

describe("the watch on a machine of a group", SLOW, () => {
  it("tells when the service is up, also when nobody waits for it, and stops it before the machine goes (27, F32)", async () => {
    expect(await watch({ health: [503, 503, 200], stays: 8 })).toEqual([STARTED, STOPPED, DRAINED]);
  });

  it("reports a machine that stays unwell, for the group to replace it", async () => {
    const calls = await watch({ health: [200, 500], stays: 6, unwellSeconds: 0 });
    expect(calls[0]).toBe(STARTED);
    expect(calls).toContain("set_instance_health i-1 Unhealthy");
    expect(calls.slice(-2)).toEqual([STOPPED, DRAINED]);
  });

  it("bears with a machine that is unwell while the database fails over", async () => {
    expect(await watch({ health: [200, 503, 503, 200], stays: 8 })).toEqual([STARTED, STOPPED, DRAINED]);
  });

  it("lets a machine go that never got well", async () => {
    expect(await watch({ health: [503], stays: 2 })).toEqual([STARTED, STOPPED, DRAINED]);
  });
});
