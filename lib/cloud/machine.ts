import type { IConstruct } from "constructs";
import type { MachineSize } from "../workload/machine-size.js";
import type { MachineFacts } from "../workload/rendering/machine-facts.js";
import type { Identity, TrafficSource } from "./identity.js";
import type { Network } from "./network.js";

export interface MachineProps<N extends Network = Network> {
  readonly network: N;
  readonly size: MachineSize;
  /** @default none: the root disk holds nothing that must last */
  readonly dataDisk?: DataDisk | undefined;
  /** Whether containers, too, act under the machine's identity: needed where a bucket is reached by it. @default false */
  readonly containersUseIdentity?: boolean | undefined;
  /** Makes the cloud-config that the machine boots with; a change of it replaces the machine, never the data disk. */
  readonly boot: (facts: MachineFacts, address: string) => string;
}

/** A disk of its own: it outlives the machine that it is attached to. */
export interface DataDisk {
  readonly sizeGb: number;
  /** Whether Terraform refuses to destroy it. */
  readonly protect: boolean;
}

/** One virtual machine with a fixed public address and an identity of its own. Nothing reaches it until allowed. */
export interface Machine<I extends Identity = Identity> extends TrafficSource, IConstruct {
  readonly address: string;
  readonly identity: I;
  /** The cloud's own type that the size was mapped to. */
  readonly machineType: string;
  /** Lets a range in, on a TCP port. */
  allowFrom(cidr: string, port: number): void;
  /** Lets the machine out to a range, on a TCP port. */
  allowTo(cidr: string, port: number): void;
}
