import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface RunningService {
  readonly url: string;
  /** Settles when the service has ended by itself or by Ctrl-C. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly root: string;
  readonly port: number;
  readonly dataDir: string;
  /** Global upload token for GitHub repositories. */
  readonly uploadToken: string;
}

/** Starts the service as a process of its own, the way `npm start` does, and waits until it listens. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const child = spawn(
    process.execPath,
    [join(options.root, "service/dist/main.js"), "all", "--port", String(options.port), "--data", options.dataDir],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, GITHUB__GLOBAL_UPLOAD_TOKEN: options.uploadToken, LOG_LEVEL: "warn" },
    },
  );
  let running = true;
  const exited = once(child, "exit").then(() => {
    running = false;
  });
  // Ctrl-C reaches the child too, which stops in order; this process waits for it.
  process.on("SIGINT", () => {});

  const lines = createInterface({ input: child.stdout });
  const url = await Promise.race([firstUrl(lines), exited.then(() => null)]);
  if (url === null) throw new Error("the service did not start, see above");
  return {
    url,
    exited,
    async stop() {
      if (running) child.kill("SIGTERM");
      await exited;
    },
  };
}

async function firstUrl(lines: AsyncIterable<string>): Promise<string | null> {
  for await (const line of lines) {
    const url = /https?:\/\/\S+/.exec(line)?.[0];
    if (url) return url;
  }
  return null;
}
