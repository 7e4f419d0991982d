import type { Capacity } from "./capacity.js";
import { planGroup } from "./group-machine.js";
import type { MachineSize } from "./machine-size.js";
import { planPool } from "./node-pools.js";

/** Equal machines of a strategy. */
export interface PlannedMachines {
  readonly name: string;
  readonly size: MachineSize;
  readonly min: number;
  readonly max: number;
}

export interface Recommendation {
  readonly strategy: "single-vm" | "load-balanced" | "kubernetes";
  readonly reason: string;
  readonly machines: readonly PlannedMachines[];
}

/** Beyond, machines for everything are so many that pods for each role pay for the cluster. */
export const MOST_LOAD_BALANCED = 250;
export const MOST_ON_ONE_MACHINE = 25;
const LEAST_NODES = 2;

/**
 * The strategy that suits a load (G2).
 *
 * @param uptime whether CI and people may not be without the service while a machine is replaced
 */
export function recommend(capacity: Capacity, uptime: boolean): Recommendation {
  const { upTo } = capacity;
  if (upTo > MOST_LOAD_BALANCED) {
    const pools = (["web", "worker"] as const).map((role) => {
      const { size, nodes } = planPool(role, capacity, LEAST_NODES);
      return { name: `${role} nodes`, size, ...nodes };
    });
    const reason = `more than ${MOST_LOAD_BALANCED} reports per minute: roles that scale apart, each on nodes of its own`;
    return { strategy: "kubernetes", reason, machines: pools };
  }
  if (upTo > MOST_ON_ONE_MACHINE || uptime) {
    const { machine: size, machines } = planGroup(["web", "worker"], capacity, true);
    const reason = uptime
      ? "it has to stay up: any machine may fail while the others serve, and data is with the cloud's own services"
      : `more than ${MOST_ON_ONE_MACHINE} reports per minute are beyond one machine`;
    return { strategy: "load-balanced", reason, machines: [{ name: "machines", size, ...machines }] };
  }
  return {
    strategy: "single-vm",
    reason: `up to ${MOST_ON_ONE_MACHINE} reports per minute, and it may be away for minutes: one machine, for trials, since losing its disk loses the data`,
    machines: [{ name: "machine", size: capacity.largestMachine, min: 1, max: 1 }],
  };
}
