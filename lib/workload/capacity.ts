import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import { DATABASE_SIZES, MACHINE_SIZES, type MachineSize } from "./machine-size.js";
import type { ScaledRole } from "./roles.js";
import {
  type DatabaseCapacity,
  type RoleCapacities,
  type RoleCapacity,
  reportsPerYear,
  round,
  type Sizing,
  size,
} from "./sizing.js";

export type { DatabaseCapacity, RoleCapacities, RoleCapacity } from "./sizing.js";

/** What is known before the service runs. */
export interface UploadLoad {
  /** In the busiest hour, today. */
  readonly uploadsPerHour: number;
  /** A report as CI writes it, before it is compressed, MB. */
  readonly averageReportMb: number;
  /** How much more each year brings: 0.3 is 30 % more. @default 0 */
  readonly growthPerYear?: number | undefined;
  /** Years to plan for, 1 to 3. @default 1 */
  readonly years?: number | undefined;
}

/** What can be set by hand. A role's `max` moves with its `replicas` unless it is given too. */
export type CapacityOverrides = DeepPartial<
  RoleCapacities & {
    readonly database: DatabaseCapacity;
    readonly redisGb: number;
    readonly objectStoreGb: number;
  }
>;

const ROLES = ["web", "worker"] as const satisfies readonly ScaledRole[];
const MOST_REPORTS_PER_MINUTE = 10_000;
const MOST_REPLICAS = 5_000;
const MOST_YEARS = 3;
/** Of a report where nobody said how large they are. */
const USUAL_REPORT_MB = 2;

/**
 * How much to run, as data. The numbers are a start: watch the queue and the response times, then override what they
 * contradict.
 */
export class Capacity {
  /**
   * Sized for so many reports processed a minute at peak (about one for each commit that runs through CI), kept for a
   * year.
   *
   * @throws CoverstackError unless it is above 0 and at most 10 000
   */
  static forReportsPerMinute(reportsPerMinute: number, overrides: CapacityOverrides = {}): Capacity {
    checkNumber("reports per minute", reportsPerMinute, {
      most: MOST_REPORTS_PER_MINUTE,
      fix: "count the commits that run through CI in the busiest minute",
    });
    const reportsInAll = Math.ceil(reportsPerYear(reportsPerMinute));
    const sizing = size({ reportsPerMinute, reportMb: USUAL_REPORT_MB, reportsInAll });
    return new Capacity(reportsPerMinute, sizing).with(overrides);
  }

  /**
   * Sized for what CI sends: uploads in the busiest hour, their size, and how both grow.
   *
   * @throws CoverstackError on a number that is none, below 0 or beyond what can be planned
   */
  static forUploads(load: UploadLoad, overrides: CapacityOverrides = {}): Capacity {
    const { uploadsPerHour, averageReportMb, growthPerYear = 0, years = 1 } = load;
    checkNumber("uploadsPerHour", uploadsPerHour, { most: MOST_REPORTS_PER_MINUTE * 60 });
    checkNumber("averageReportMb", averageReportMb, { most: 1_000 });
    checkNumber("growthPerYear", growthPerYear, { zero: true, most: 10, fix: "30 % is 0.3" });
    checkWhole("years", years, MOST_YEARS);
    const today = uploadsPerHour / 60;
    const yearly = Array.from({ length: years }, (_, year) => today * (1 + growthPerYear) ** (year + 1));
    const reportsPerMinute = round(yearly[years - 1]);
    checkNumber("reports per minute after growth", reportsPerMinute, { most: MOST_REPORTS_PER_MINUTE });
    const reportsInAll = Math.ceil(yearly.reduce((sum, rate) => sum + reportsPerYear(rate), 0));
    const sizing = size({ reportsPerMinute, reportMb: averageReportMb, reportsInAll });
    const growth = growthPerYear > 0 ? `, growing by ${round(growthPerYear * 100)} % a year for ${plural(years)}` : "";
    const reasoning = [
      `${uploadsPerHour} uploads in the busiest hour${growth}: ${round(reportsPerMinute)} reports per minute`,
      ...sizing.reasoning,
    ];
    return new Capacity(reportsPerMinute, { ...sizing, reasoning }).with(overrides);
  }

  /** The first band: up to 25 reports per minute. */
  static readonly firstBand = Capacity.forReportsPerMinute(25);

  /** As little as runs: one container of each role, no autoscaling. */
  static readonly trial = Capacity.firstBand.with({ web: { replicas: 1, max: 1 }, worker: { replicas: 1, max: 1 } });

  /** The first band where two of a role may fail at once: three containers of each, and autoscaling. */
  static readonly highlyAvailable = Capacity.firstBand.with({ web: { replicas: 3 }, worker: { replicas: 3 } });

  /** A large organisation's figures: 3 000 analyses in the busiest hour, 30 000 a day. */
  static readonly codacy = Capacity.forUploads({ uploadsPerHour: 3_000, averageReportMb: USUAL_REPORT_MB });

  /** The reports per minute up to which this capacity is meant. */
  readonly upTo: number;
  readonly roles: RoleCapacities;
  readonly database: DatabaseCapacity;
  /** Memory of the queue, GB. */
  readonly redisGb: number;
  /** What the object store comes to hold in the time planned for, GB: it grows by itself, this is for the bill. */
  readonly objectStoreGb: number;
  /** Why the numbers are what they are, a sentence each. */
  readonly reasoning: readonly string[];

  private constructor(
    readonly reportsPerMinute: number,
    { upTo, roles, database, redisGb, objectStoreGb, reasoning }: Sizing,
  ) {
    for (const role of ROLES) checkRole(role, roles[role]);
    checkMachine("size of the database", database.size, Object.keys(DATABASE_SIZES), "DATABASE_SIZES");
    checkWhole("storageGb of the database", database.storageGb, 65_536);
    checkNumber("redisGb", redisGb, { most: 1_000 });
    checkNumber("objectStoreGb", objectStoreGb, { most: Number.MAX_SAFE_INTEGER });
    this.upTo = upTo;
    this.roles = roles;
    this.database = database;
    this.redisGb = redisGb;
    this.objectStoreGb = objectStoreGb;
    this.reasoning = reasoning;
  }

  /** The same with parts replaced: `capacity.with({ worker: { replicas: 5 } })` leaves the rest as it is. */
  with({ web, worker, ...rest }: CapacityOverrides): Capacity {
    const roles = {
      web: overrideRole(this.roles.web, web),
      worker: overrideRole(this.roles.worker, worker),
    };
    const { database, redisGb, objectStoreGb } = merge(
      { database: this.database, redisGb: this.redisGb, objectStoreGb: this.objectStoreGb },
      rest,
    );
    const notes = [
      ...ROLES.filter((role) => roles[role] !== this.roles[role]).map(
        (role) => `${role} set by hand: ${roles[role].replicas} on ${roles[role].machine.name}`,
      ),
      ...(database !== this.database
        ? [`database set by hand: ${database.size.name} with ${database.storageGb} GB`]
        : []),
      ...(redisGb !== this.redisGb ? [`Redis set by hand: ${redisGb} GB`] : []),
      ...(objectStoreGb !== this.objectStoreGb ? [`objects set by hand: ${objectStoreGb} GB`] : []),
    ];
    const reasoning = [...this.reasoning, ...notes];
    return new Capacity(this.reportsPerMinute, { ...this, roles, database, redisGb, objectStoreGb, reasoning });
  }

  /** The largest machine that any role asks for: what one machine for everything must be at least. */
  get largestMachine(): MachineSize {
    const { web, worker } = this.roles;
    return web.machine.memoryGb > worker.machine.memoryGb ? web.machine : worker.machine;
  }
}

function overrideRole(role: RoleCapacity, override: DeepPartial<RoleCapacity> | undefined): RoleCapacity {
  if (override === undefined) return role;
  const max = Math.ceil(((override.replicas ?? role.replicas) * role.max) / role.replicas);
  return merge({ ...role, max }, override);
}

function checkRole(role: ScaledRole, { machine, replicas, max }: RoleCapacity): void {
  checkWhole(`replicas of ${role}`, replicas, MOST_REPLICAS);
  checkWhole(`max of ${role}`, max, MOST_REPLICAS);
  if (max < replicas) {
    const fix = `'max' is where autoscaling ends; give at least the ${replicas} replicas`;
    throw new CoverstackError({ what: `max of ${role} is below its replicas`, given: max, fix });
  }
  checkMachine(`machine of ${role}`, machine, Object.keys(MACHINE_SIZES), "MACHINE_SIZES");
}

function checkMachine(what: string, machine: MachineSize, names: readonly string[], presets: string): void {
  if (machine.vcpus > 0 && machine.memoryGb > 0 && machine.name) return;
  throw new CoverstackError({
    what: `${what} must say its name, vcpus and memoryGb`,
    given: machine,
    allowed: `${names.map((name) => `${presets}["${name}"]`).join(", ")}, or the cloud's own type with both numbers`,
  });
}

function checkWhole(what: string, given: number, most: number): void {
  if (Number.isInteger(given) && given >= 1 && given <= most) return;
  throw new CoverstackError({ what: `${what} must be a whole number`, given, allowed: `1 to ${most}` });
}

function checkNumber(
  what: string,
  given: number,
  { zero = false, most, fix }: { readonly zero?: boolean; readonly most: number; readonly fix?: string },
): void {
  if ((zero ? given >= 0 : given > 0) && given <= most) return;
  const allowed = `${zero ? "0 or more" : "above 0"}, at most ${most}`;
  throw new CoverstackError({ what: `${what} must be a number`, given, allowed, ...(fix !== undefined && { fix }) });
}

function plural(years: number): string {
  return years === 1 ? "1 year" : `${years} years`;
}
