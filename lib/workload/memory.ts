import { CoverstackError } from "../errors.js";
import type { Capacity } from "./capacity.js";
import { MACHINE_SIZES, type MachineSize } from "./machine-size.js";

/** The most that one container of each part may use, MiB. */
export interface MemoryLimits {
  readonly traefik: number;
  readonly statsd: number;
  readonly postgres: number;
  readonly redis: number;
  readonly minio: number;
  readonly migrate: number;
  readonly web: number;
  readonly worker: number;
}

const TRAEFIK = 512;
const STATSD = 128;
/** Runs before web and worker start, so it takes nothing from them. */
const MIGRATE = 1024;
/** A worker holds a report in memory; a web container streams. */
const WORKER_TO_WEB = 2;
const LEAST_WEB = 512;

/**
 * Shares one machine's memory among everything that runs on it: a tenth stays with the host, a fifth goes to the
 * database, a fifteenth each to queue and objects, and the service has the rest.
 *
 * @throws CoverstackError when the containers that the capacity asks for do not fit
 */
export function shareMemory(machine: MachineSize, capacity: Capacity): MemoryLimits {
  const total = machine.memoryGb * 1024;
  const postgres = Math.floor(total / 5);
  const redis = Math.floor(total / 15);
  const minio = Math.floor(total / 15);
  const left = total - total / 10 - postgres - redis - minio - TRAEFIK - STATSD;
  const { web, worker } = capacity.roles;
  const unit = Math.floor(left / (web.replicas + WORKER_TO_WEB * worker.replicas));
  if (unit < LEAST_WEB) {
    throw new CoverstackError({
      what: `${web.replicas} web and ${worker.replicas} worker containers do not fit one ${machine.name} of ${machine.memoryGb} GB`,
      allowed: `at least ${LEAST_WEB} MiB for a web container and ${LEAST_WEB * WORKER_TO_WEB} MiB for a worker`,
      fix: `lower the replicas, name a larger machine (at least ${MACHINE_SIZES["n1-standard-8"].name}), or spread over several with LoadBalanced`,
    });
  }
  return { traefik: TRAEFIK, statsd: STATSD, postgres, redis, minio, migrate: MIGRATE, web: unit, worker: unit * 2 };
}
