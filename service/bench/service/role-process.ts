import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { peakMebibytes } from "../peak-memory.js";

const MAIN = fileURLToPath(import.meta.resolve("#service/main.js"));

/** A role of the service as a process of its own, its log in a file. */
export class RoleProcess {
  private constructor(
    readonly process: ChildProcess,
    /** Where it listens. */
    readonly url: URL,
  ) {}

  /** Resolves when it listens. @throws Error with its log when it does not start */
  static async start(role: string, folder: string, environment: NodeJS.ProcessEnv): Promise<RoleProcess> {
    const logFile = join(folder, `${role}.log`);
    const child = spawnRole([role, "--port", "0"], logFile, folder, environment);
    for await (const line of createInterface({ input: child.stdout! })) {
      const [address] = /http:\S+/.exec(line) ?? [];
      if (address) return new RoleProcess(child, new URL(address));
    }
    throw new Error(`the role ${role} did not start:\n${readFileSync(logFile, "utf8")}`);
  }

  /** MiB, of its whole life; null where the system does not tell. */
  get peakMebibytes(): number | null {
    return peakMebibytes(this.process.pid);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exit = once(this.process, "exit");
    this.process.kill();
    await exit;
  }
}

/** Runs `migrate` to its end. */
export async function migrate(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const logFile = join(folder, "migrate.log");
  const [code] = await once(spawnRole(["migrate"], logFile, folder, environment), "exit");
  if (code !== 0) throw new Error(`migrate ended with ${code}:\n${readFileSync(logFile, "utf8")}`);
}

function spawnRole(parameters: readonly string[], logFile: string, folder: string, environment: NodeJS.ProcessEnv) {
  const log = openSync(logFile, "a");
  const child = spawn(process.execPath, [MAIN, ...parameters, "--data", join(folder, "data")], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ["ignore", "pipe", log],
  });
  closeSync(log);
  return child;
}
