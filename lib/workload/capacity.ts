import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import { MACHINE_SIZES, type MachineSize } from "./machine-size.js";
import type { ScaledRole } from "./roles.js";

export interface RoleCapacity {
  /** The machine that this role is meant for. A strategy that shares machines takes the largest. */
  readonly machine: MachineSize;
  /** Containers of the role, over all machines. */
  readonly replicas: number;
}

export type RoleCapacities = Readonly<Record<ScaledRole, RoleCapacity>>;

/** Reports per minute in one band: up to 25 is the first. */
const BAND = 25;
const MOST_REPORTS_PER_MINUTE = 10_000;
const MOST_REPLICAS = 1_000;
const WORKERS_PER_BAND = 3;

/**
 * How much to run, as data. The numbers are a start: watch the queue and the response times, then override what they
 * contradict.
 */
export class Capacity {
  /**
   * Sized for so many reports processed a minute at peak (about one for each commit that runs through CI).
   *
   * @throws CoverstackError unless it is above 0 and at most 10 000
   */
  static forReportsPerMinute(reportsPerMinute: number, overrides?: DeepPartial<RoleCapacities>): Capacity {
    if (!(reportsPerMinute > 0 && reportsPerMinute <= MOST_REPORTS_PER_MINUTE)) {
      throw new CoverstackError({
        what: "reports per minute must be a number",
        given: reportsPerMinute,
        allowed: `above 0, at most ${MOST_REPORTS_PER_MINUTE}`,
        fix: "count the commits that run through CI in the busiest minute",
      });
    }
    const bands = Math.ceil(reportsPerMinute / BAND);
    const roles = {
      web: { machine: MACHINE_SIZES["n1-standard-4"], replicas: 1 + bands },
      worker: { machine: MACHINE_SIZES["n1-standard-8"], replicas: WORKERS_PER_BAND * bands },
    };
    const capacity = new Capacity(reportsPerMinute, bands * BAND, roles, [
      `${reportsPerMinute} reports per minute: the band up to ${bands * BAND}`,
      `${roles.worker.replicas} workers, ${WORKERS_PER_BAND} for every ${BAND} reports per minute: processing is the bottleneck`,
      `${roles.web.replicas} web containers: one for every ${BAND} reports per minute, and one to spare`,
    ]);
    return overrides ? capacity.with(overrides) : capacity;
  }

  private constructor(
    readonly reportsPerMinute: number,
    /** The reports per minute up to which this capacity is meant. */
    readonly upTo: number,
    readonly roles: RoleCapacities,
    /** Why the numbers are what they are, a sentence each. */
    readonly reasoning: readonly string[],
  ) {
    for (const role of ["web", "worker"] as const) check(role, roles[role]);
  }

  /** The same with parts replaced: `capacity.with({ worker: { replicas: 5 } })` leaves the rest as it is. */
  with(overrides: DeepPartial<RoleCapacities>): Capacity {
    const changed = (["web", "worker"] as const).filter((role) => overrides[role] !== undefined);
    const roles = merge(this.roles, overrides);
    const notes = changed.map((role) => `${role} set by hand: ${roles[role].replicas} on ${roles[role].machine.name}`);
    return new Capacity(this.reportsPerMinute, this.upTo, roles, [...this.reasoning, ...notes]);
  }

  /** The largest machine that any role asks for: what one machine for everything must be at least. */
  get largestMachine(): MachineSize {
    const { web, worker } = this.roles;
    return web.machine.memoryGb > worker.machine.memoryGb ? web.machine : worker.machine;
  }
}

function check(role: ScaledRole, { machine, replicas }: RoleCapacity): void {
  if (!Number.isInteger(replicas) || replicas < 1 || replicas > MOST_REPLICAS) {
    throw new CoverstackError({
      what: `replicas of ${role} must be a whole number`,
      given: replicas,
      allowed: `1 to ${MOST_REPLICAS}`,
    });
  }
  if (!(machine.vcpus > 0 && machine.memoryGb > 0 && machine.name)) {
    throw new CoverstackError({
      what: `machine of ${role} must say its name, vcpus and memoryGb`,
      given: machine,
      allowed: `MACHINE_SIZES["${Object.keys(MACHINE_SIZES).join('"], MACHINE_SIZES["')}"], or the cloud's own type with both numbers`,
    });
  }
}
