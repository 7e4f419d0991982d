import cluster, { type Worker } from "node:cluster";
import { availableParallelism } from "node:os";
import { passOnMetrics } from "../observability/pass-on-metrics.js";
import type { Role } from "../roles.js";
import { StartError } from "./start-error.js";

/** Roles that several processes may serve on one port. */
const SHARED_PORT: ReadonlySet<Role> = new Set(["web", "api"]);
const MOST = 64;

/**
 * How many processes a role is asked to serve with, by `WEB_CONCURRENCY`.
 *
 * @throws StartError when it is no whole number from 1 to 64, the role cannot share a port, or there is none yet to share
 */
export function processCount(role: Role, asked: string | undefined, port: string | undefined): number {
  if (!asked) return 1;
  const count = Number(asked);
  if (!(/^\d+$/.test(asked) && count >= 1 && count <= MOST)) {
    throw new StartError(
      `WEB_CONCURRENCY must be a whole number from 1 to ${MOST}, got ${asked}; this machine has ${availableParallelism()} CPUs`,
    );
  }
  if (count > 1 && !SHARED_PORT.has(role)) {
    throw new StartError(`WEB_CONCURRENCY is for the roles web and api, not ${role}: start the role several times`);
  }
  if (count > 1 && port === "0") {
    throw new StartError("WEB_CONCURRENCY needs a port that is known before: choose one by --port or PORT");
  }
  return count;
}

/**
 * Runs this program so many times, all on one port; a process that ends is replaced, and signals reach all of them.
 * Resolves when a signal has ended every one.
 *
 * @throws StartError when a process ends before it listens: the next one would, too
 */
export async function runProcesses(count: number): Promise<void> {
  let stopping = false;
  passOnMetrics();
  await new Promise<void>((resolve, reject) => {
    const start = () => {
      const worker = cluster.fork();
      let listened = false;
      worker.once("listening", () => {
        listened = true;
      });
      worker.once("exit", (code, signal) => {
        if (!stopping && listened) {
          console.error(`coverstack: process ${worker.process.pid} ended (${signal ?? code}); starting another`);
          start();
          return;
        }
        if (!stopping) {
          stop("SIGTERM");
          reject(new StartError(`a process ended before it listened (${signal ?? code}); its own message says why`));
        } else if (running().length === 0) {
          resolve();
        }
      });
    };
    const stop = (signal: NodeJS.Signals) => {
      stopping = true;
      for (const worker of running()) worker.process.kill(signal);
    };
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
    for (let i = 0; i < count; i++) start();
  });
}

function running(): readonly Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined && !worker.isDead()) as Worker[];
}
