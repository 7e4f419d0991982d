import { CoverstackError } from "../errors.js";
import { MACHINE_SIZES, type MachineSize } from "./machine-size.js";
import type { ScaledRole } from "./roles.js";

/** What may run on a machine beside the service. */
export type LocalPart = "traefik" | "postgres" | "redis" | "minio";

/** The most that one container of each part may use, MiB. */
export type MemoryLimits = Readonly<Record<LocalPart | "statsd" | "migrate" | "bucket" | ScaledRole, number>>;

const STATSD = 128;
/** These run before web and worker start, so they take nothing from them. */
const EARLIER = { migrate: 1024, bucket: 256 } as const;
/** A worker holds a report in memory; a web container streams. */
const WORKER_TO_WEB = 2;
const LEAST_WEB = 512;

/**
 * Shares one machine's memory among everything that runs on it: a tenth stays with the host, a fifth goes to a
 * database, a fifteenth each to queue and objects, and the service has the rest.
 *
 * @param containers web and worker containers on this machine
 * @throws CoverstackError when they do not fit
 */
export function shareMemory(
  machine: MachineSize,
  containers: Readonly<Record<ScaledRole, number>>,
  parts: readonly LocalPart[],
): MemoryLimits {
  const total = machine.memoryGb * 1024;
  const share = {
    traefik: 512,
    postgres: Math.floor(total / 5),
    redis: Math.floor(total / 15),
    minio: Math.floor(total / 15),
  };
  const taken = parts.reduce((sum, part) => sum + share[part], STATSD);
  const unit = Math.floor((total - total / 10 - taken) / (containers.web + WORKER_TO_WEB * containers.worker));
  if (unit < LEAST_WEB) {
    throw new CoverstackError({
      what: `${containers.web} web and ${containers.worker} worker containers do not fit one ${machine.name} of ${machine.memoryGb} GB`,
      allowed: `at least ${LEAST_WEB} MiB for a web container and ${LEAST_WEB * WORKER_TO_WEB} MiB for a worker`,
      fix: `lower the replicas, name a larger machine (at least ${MACHINE_SIZES["n1-standard-8"].name}), or spread over several with LoadBalanced`,
    });
  }
  return { ...share, ...EARLIER, statsd: STATSD, web: unit, worker: unit * WORKER_TO_WEB };
}
