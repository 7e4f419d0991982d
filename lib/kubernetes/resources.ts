import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import type { MachineSize } from "../workload/machine-size.js";
import type { ScaledRole } from "../workload/roles.js";

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

/** A pod is one process: were it given more than a core, it could never reach the share at which pods are added. */
const CPU: Resources["cpu"] = { request: 1000, limit: 2000 };
const LEAST_MEMORY = 1024;
/** The rest of a node is for the system, the kubelet and what runs on every node. */
const FOR_PODS = 0.85;

export const MIGRATE_RESOURCES: Resources = { cpu: { request: 100, limit: 1000 }, memory: 512 };

/**
 * What a pod of the role gets: as much of its machine's memory as it takes of the cores, so that a full machine is full
 * of both.
 *
 * @throws CoverstackError when not even one pod fits the machine
 */
export function roleResources(role: ScaledRole, machine: MachineSize, scope: IConstruct): Resources {
  const share = CPU.request / (machine.vcpus * 1000);
  const memory = Math.floor(machine.memoryGb * 1024 * FOR_PODS * share);
  if (share > FOR_PODS || memory < LEAST_MEMORY) {
    throw new CoverstackError(
      {
        what: `the machine of ${role} is too small for a node`,
        given: machine,
        allowed: `at least 2 vCPUs, and for each of them ${(LEAST_MEMORY / 1024 / FOR_PODS).toFixed(1)} GB of memory`,
        fix: `name a larger machine for ${role} in 'capacity'`,
      },
      scope,
    );
  }
  return { cpu: CPU, memory };
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
