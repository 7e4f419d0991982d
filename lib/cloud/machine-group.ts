import type { IConstruct } from "constructs";
import type { MachineSize } from "../workload/machine-size.js";
import type { PeakHours } from "../workload/peak-hours.js";
import type { MachineFacts } from "../workload/rendering/machine-facts.js";
import type { Identity, TrafficSource } from "./identity.js";
import type { Network } from "./network.js";

export interface MachineGroupProps<N extends Network = Network> {
  /** With private subnets that call out (`reach` private). */
  readonly network: N;
  readonly size: MachineSize;
  /** Fewest and most machines. Equal: no autoscaling. */
  readonly machines: { readonly min: number; readonly max: number };
  /** Average CPU above which a machine is added, percent (F19). */
  readonly targetCpuPercent: number;
  /** Hours with a higher minimum. @default none */
  readonly peakHours?: PeakHours | undefined;
  /** Seconds that a machine has from the decision to remove it until it is gone: requests and jobs end meanwhile. */
  readonly drainSeconds: number;
  /** Seconds from boot to the first honest health check. */
  readonly startSeconds: number;
  /**
   * Port and path on which each machine says that it is well; the cloud replaces one that is not.
   *
   * @default none: a machine is well as long as it runs
   */
  readonly health?: { readonly port: number; readonly path: string } | undefined;
  /** Makes the cloud-config that machines boot with; a change of it replaces them one after the other. */
  readonly boot: (facts: MachineFacts) => string;
}

/**
 * Equal machines without public addresses, spread over zones, replaced one by one when what they boot with changes. A
 * new machine is well before an old one goes. Containers act under the group's identity. Nothing reaches them until
 * allowed; they reach the internet on ports 80 and 443.
 */
export interface MachineGroup<I extends Identity = Identity> extends TrafficSource, IConstruct {
  readonly identity: I;
  /** The cloud's own type that the size was mapped to. */
  readonly machineType: string;
  /** Lets the machines out to a range, on a TCP port: for servers that were brought along. */
  allowTo(cidr: string, port: number): void;
}
