import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import type { MachineSize } from "../workload/machine-size.js";
import type { Role, ScaledRole } from "../workload/roles.js";

/**
 * What a container is given. Memory is reserved in full. CPU has a limit as well: a node on which everything bursts at
 * once stops answering (K10), and one process uses little more than one core anyway.
 */
export interface Resources {
  /** Thousandths of a core. */
  readonly cpu: { readonly request: number; readonly limit: number };
  /** MiB. */
  readonly memory: number;
}

/** A role is one process: beyond a core it could never reach the share at which it is scaled. */
const CPU: Readonly<Record<ScaledRole, Resources["cpu"]>> = {
  web: { request: 500, limit: 2000 },
  worker: { request: 1000, limit: 2000 },
};
const LEAST_MEMORY: Readonly<Record<ScaledRole, number>> = { web: 512, worker: 1024 };
const MIGRATE: Resources = { cpu: { request: 100, limit: 1000 }, memory: 512 };
/** The rest of a node is the system's, the kubelet's and every node's daemons'. */
const FOR_PODS = 0.85;

/**
 * What a pod of the role gets: as much of its machine's memory as it takes of the cores, so that a full machine is full
 * of both.
 *
 * @throws CoverstackError when not even one pod fits the machine
 */
export function roleResources(role: Role, machine: MachineSize, scope: IConstruct): Resources {
  if (role === "migrate") return MIGRATE;
  const cpu = CPU[role];
  const share = cpu.request / (machine.vcpus * 1000);
  const memory = Math.floor(machine.memoryGb * 1024 * FOR_PODS * share);
  if (share > FOR_PODS || memory < LEAST_MEMORY[role]) {
    throw new CoverstackError(
      {
        what: `no ${role} pod fits a machine of its own share`,
        given: machine,
        allowed: `at least ${cpu.request / 1000 / FOR_PODS >= 1 ? 2 : 1} vCPUs, and memory of ${LEAST_MEMORY[role]} MiB for every ${cpu.request}m of them`,
        fix: `name a larger machine for ${role} in 'capacity'`,
      },
      scope,
    );
  }
  return { cpu, memory };
}

export function requestsAndLimits({ cpu, memory }: Resources) {
  return {
    requests: { cpu: cores(cpu.request), memory: mebibytes(memory) },
    limits: { cpu: cores(cpu.limit), memory: mebibytes(memory) },
  };
}

/** As Kubernetes writes it itself, so that Terraform sees no difference. */
export function cores(thousandths: number): string {
  return thousandths % 1000 === 0 ? `${thousandths / 1000}` : `${thousandths}m`;
}

export function mebibytes(count: number): string {
  return count % 1024 === 0 ? `${count / 1024}Gi` : `${count}Mi`;
}
