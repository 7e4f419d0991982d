import { DATABASE_SIZES, MACHINE_SIZES, type MachineSize } from "./machine-size.js";
import type { ScaledRole } from "./roles.js";

export interface RoleCapacity {
  /** The machine that this role is meant for. A strategy that shares machines takes the largest. */
  readonly machine: MachineSize;
  /** Containers of the role, over all machines. What autoscaling starts from and never goes below. */
  readonly replicas: number;
  /** The most containers that autoscaling goes up to; equal to `replicas`, it is off. */
  readonly max: number;
}

export type RoleCapacities = Readonly<Record<ScaledRole, RoleCapacity>>;

export interface DatabaseCapacity {
  readonly size: MachineSize;
  /** To start with, GB: a managed database grows by itself. */
  readonly storageGb: number;
}

/** What is derived from a load. */
export interface Sizing {
  /** The reports per minute up to which this is meant. */
  readonly upTo: number;
  readonly roles: RoleCapacities;
  readonly database: DatabaseCapacity;
  /** Memory of the queue, GB. */
  readonly redisGb: number;
  /** What the object store comes to hold, GB: for the bill, since it grows by itself. */
  readonly objectStoreGb: number;
  /** Why the numbers are what they are, a sentence each. */
  readonly reasoning: readonly string[];
}

export interface Load {
  /** In the busiest minute, at the end of the time planned for. */
  readonly reportsPerMinute: number;
  /** As CI writes it, before it is compressed, MB. */
  readonly reportMb: number;
  /** All that arrive in the time planned for. */
  readonly reportsInAll: number;
}

/** Reports per minute in one band: up to 25 is the first. */
const BAND = 25;
const WORKERS_PER_BAND = 3;
const CEILING = 3;
/** A band is meant for reports up to this size; a larger one counts as several. */
const BAND_REPORT_MB = 5;
/** Days are about ten busiest hours long: 3 000 analyses in that hour make 30 000 a day. */
const PEAK_HOURS_A_DAY = 10;
const DAYS_A_YEAR = 365;
/** Rows and index entries of an upload and its share of a commit. */
const DATABASE_KB_PER_REPORT = 8;
const LEAST_DATABASE_GB = 20;
/** The compressed upload, the report made of it and the commit's report, as a part of what CI wrote. */
const STORED_PART = 1 / 2;
/** A day of reports that no worker takes, 2 KB each. */
const REPORTS_PER_MINUTE_PER_REDIS_GB = 250;

export function reportsPerYear(reportsPerMinute: number): number {
  return reportsPerMinute * 60 * PEAK_HOURS_A_DAY * DAYS_A_YEAR;
}

/** The numbers for a load: estimates, which monitoring corrects. */
export function size({ reportsPerMinute, reportMb, reportsInAll }: Load): Sizing {
  const weight = Math.max(1, reportMb / BAND_REPORT_MB);
  const bands = Math.ceil((reportsPerMinute * weight) / BAND);
  const web = { machine: MACHINE_SIZES["n1-standard-4"], ...scaled(1 + bands) };
  const worker = { machine: MACHINE_SIZES["n1-standard-8"], ...scaled(WORKERS_PER_BAND * bands) };
  const database = {
    size: databaseSize(bands),
    storageGb: Math.max(LEAST_DATABASE_GB, Math.ceil((reportsInAll * DATABASE_KB_PER_REPORT) / 1e6)),
  };
  const redisGb = Math.ceil((bands * BAND) / REPORTS_PER_MINUTE_PER_REDIS_GB);
  const objectStoreGb = Math.ceil((reportsInAll * reportMb * STORED_PART) / 1e3);
  return {
    upTo: bands * BAND,
    roles: { web, worker },
    database,
    redisGb,
    objectStoreGb,
    reasoning: [
      ...(weight > 1 ? [`reports of ${reportMb} MB count ${round(weight)} times: a band is meant for 5 MB each`] : []),
      `${round(reportsPerMinute)} reports per minute: the band up to ${bands * BAND}`,
      `${worker.replicas} workers, ${WORKERS_PER_BAND} for every ${BAND} reports per minute: processing is the bottleneck`,
      `${web.replicas} web containers: one for every ${BAND} reports per minute, and one to spare`,
      `autoscaling up to ${CEILING} times as many: a queue that builds up needs no one awake`,
      databaseReason(bands, database, reportsInAll),
      `${redisGb} GB of Redis: the queue of a day on which no worker runs`,
      `${objectStoreGb} GB of objects: ${grouped(reportsInAll)} reports of ${reportMb} MB, half of which is kept: the compressed upload, and what is made of it`,
    ],
  };
}

function scaled(replicas: number): { readonly replicas: number; readonly max: number } {
  return { replicas, max: CEILING * replicas };
}

/** A vCPU for every band. */
function databaseSize(bands: number): MachineSize {
  const sizes = Object.values(DATABASE_SIZES);
  return sizes.find(({ vcpus }) => vcpus >= bands) ?? sizes[sizes.length - 1];
}

function databaseReason(bands: number, { size, storageGb }: DatabaseCapacity, reports: number): string {
  const grown = size.vcpus < bands ? `, the largest preset where ${bands} are meant: name the cloud's own class` : "";
  const storage = `${storageGb} GB for ${grouped(reports)} reports of ${DATABASE_KB_PER_REPORT} KB`;
  return `database of ${size.vcpus} vCPUs, one for every ${BAND} reports per minute${grown}; ${storage}`;
}

/** Thousands apart. Unlike `toLocaleString`, which loads a language, it costs no start of a synth ten milliseconds. */
function grouped(count: number): string {
  return count.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** To four digits: estimates have no more. */
export function round(value: number): number {
  return Number(value.toPrecision(4));
}
