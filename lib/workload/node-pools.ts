import type { Capacity } from "./capacity.js";
import type { MachineSize } from "./machine-size.js";
import type { ScaledRole } from "./roles.js";

export interface PoolPlan {
  readonly size: MachineSize;
  readonly nodes: { readonly min: number; readonly max: number };
}

/** CPUs of a node that go to the system's own pods. */
const SYSTEM_VCPUS = 1;
/** What a pod of the service asks for, CPUs. */
const POD_VCPUS = 1;

/** Nodes for the pods of a role: from the replicas that always run to those that autoscaling may reach. */
export function planPool(role: ScaledRole, capacity: Capacity, leastNodes: number): PoolPlan {
  const { machine, replicas, max } = capacity.roles[role];
  const podsOnNode = Math.max(1, Math.floor((machine.vcpus - SYSTEM_VCPUS) / POD_VCPUS));
  const min = Math.max(leastNodes, Math.ceil(replicas / podsOnNode));
  return { size: machine, nodes: { min, max: Math.max(min + 1, Math.ceil(max / podsOnNode)) } };
}
