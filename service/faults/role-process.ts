import { fileURLToPath } from "node:url";
import { type Child, spawnNode } from "../test/support/node-process.js";
import { until } from "../test/support/until.js";

const MAIN = fileURLToPath(import.meta.resolve("#service/main.js"));
const START_PATIENCE = 240_000;
const LOG_SHOWN = 3_000;

/** Runs a role that ends by itself. @throws Error when it fails */
export async function runToEnd(role: string, dataDir: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const child = spawnNode([MAIN, role, "--data", dataDir], environment);
  const code = await child.exit;
  if (code !== 0) throw new Error(`the role ${role} failed (${code}):\n${child.stderr().slice(-LOG_SHOWN)}`);
}

/**
 * A role of the service that is started again whenever it ends, as an orchestrator does; an end that nobody asked for is
 * remembered.
 */
export class RoleProcess {
  readonly #parameters: readonly string[];
  readonly #environment: NodeJS.ProcessEnv;
  #child: Child;
  #expected = false;
  /** What the role said last each time that it ended by itself. */
  readonly crashes: string[] = [];

  constructor(
    readonly role: string,
    { port, dataDir, environment }: { port: number; dataDir: string; environment: NodeJS.ProcessEnv },
  ) {
    this.#parameters = [MAIN, role, "--port", `${port}`, "--data", dataDir];
    this.#environment = environment;
    this.#child = this.#start();
  }

  #start(): Child {
    const child = spawnNode(this.#parameters, this.#environment);
    this.#expected = false;
    void child.exit.then((how) => {
      if (this.#expected || child !== this.#child) return;
      this.crashes.push(`the role ${this.role} ended by itself (${how}):\n${child.stderr().slice(-LOG_SHOWN)}`);
      this.#child = this.#start();
    });
    return child;
  }

  /** Resolves once it listens. */
  async listening(): Promise<void> {
    await until(() => this.#child.lines.length > 0 || this.crashes.length > 0, START_PATIENCE);
    if (this.crashes.length > 0) throw new Error(this.crashes[0]);
  }

  /** The end of its log. */
  log(): string {
    return this.#child.stderr().slice(-LOG_SHOWN);
  }

  /** `kill -9`, and a new process in its place; resolves when that was started, not when it listens. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
    this.#child = this.#start();
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    this.#expected = true;
    this.#child.process.kill(signal);
    await this.#child.exit;
  }
}
