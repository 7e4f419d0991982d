import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Child {
  readonly process: ChildProcess;
  /** Lines of stdout so far. */
  readonly lines: string[];
  /** Everything on stderr so far. */
  stderr(): string;
  /** Resolves to the exit code, or the signal's name. */
  readonly exit: Promise<number | string>;
}

/** A Node process that its caller ends. */
export function spawnNode(parameters: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  const child = spawn(process.execPath, parameters, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  let stderr = "";
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const exit = once(child, "close").then(([code, signal]) => code ?? signal);
  return { process: child, lines, stderr: () => stderr, exit };
}
