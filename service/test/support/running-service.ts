import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { startNode } from "./child.js";
import { emptyDatabase } from "./embedded-database.js";
import type { Child } from "./node-process.js";
import { until } from "./until.js";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface RunningService extends Child {
  /** Where it listens. */
  readonly url: string;
  /** Objects of its log so far. */
  log(): Record<string, unknown>[];
}

/** The program itself as a process of its own. */
export function startProgram(parameters: readonly string[], environment: NodeJS.ProcessEnv = {}): Child {
  return startNode([MAIN, ...parameters], environment);
}

/** Starts a role and waits until it listens; the caller ends it. */
export async function startRole(
  role: string,
  dataDir: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningService> {
  const child = startProgram([role, "--port", "0", "--data", dataDir], environment);
  let ended = false;
  void child.exit.then(() => {
    ended = true;
  });
  await until(() => child.lines.length > 0 || ended, 45_000);
  const url = /http:\S+/.exec(child.lines[0] ?? "")?.[0];
  if (!url) throw new Error(`the role ${role} did not start:\n${child.stderr()}`);
  const log = () =>
    child
      .stderr()
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { ...child, url, log };
}

/** Puts an empty database into a data folder: to make one from nothing costs the service seconds. */
export async function prepareDataFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const lite = await PGlite.create({ dataDir: join(dataDir, "database"), loadDataDir: await emptyDatabase() });
  await lite.close();
}

/** Uploads as the bash uploader does: asks for an address, then puts the body there. */
export async function upload(url: string, token: string, query: Record<string, string>, body: string): Promise<void> {
  const asked = await fetch(`${url}/upload/v4?${new URLSearchParams({ package: "bash-1.0.6", token, ...query })}`, {
    method: "POST",
  });
  const answer = await asked.text();
  if (asked.status !== 200) throw new Error(`v4 was answered ${asked.status}: ${answer}`);
  const put = await fetch(answer.split("\n")[1], { method: "PUT", body });
  if (put.status !== 200) throw new Error(`PUT was answered ${put.status}: ${await put.text()}`);
}
