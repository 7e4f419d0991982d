import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import { DATABASE_SIZES, MACHINE_SIZES, type MachineSize } from "../workload/machine-size.js";

/** Families of another processor than the images are for. */
const ARM = /^(t2a|c4a|n4a|a4x)-/;
/** Families that take Hyperdisk alone. */
const HYPERDISK_ALONE = /^(c4|c4d|n4|n4d|m4|x4)-/;

/**
 * The machine type for a size: presets keep their names, which Google coined, and so does any other x86 type.
 *
 * @throws CoverstackError when the name is no machine type
 */
export function machineType({ name }: MachineSize, scope: IConstruct): string {
  if (/^[a-z]\d+[a-z]*-[a-z]+(-[a-z0-9]+)*$/.test(name) && !ARM.test(name)) return name;
  const allowed = `${Object.keys(MACHINE_SIZES).join(", ")}, or an x86 machine type such as n2-standard-16`;
  throw new CoverstackError({ what: "machine size is not known on Google Cloud", given: name, allowed }, scope);
}

/** The kind of disk that a machine type boots from. */
export function diskType(type: string): string {
  return HYPERDISK_ALONE.test(type) ? "hyperdisk-balanced" : "pd-balanced";
}

export interface DatabaseTier {
  readonly tier: string;
  readonly edition: "ENTERPRISE" | "ENTERPRISE_PLUS";
}

/**
 * The Cloud SQL tier for a size, and the edition that has it.
 *
 * @throws CoverstackError when the name is no tier
 */
export function databaseTier({ name, vcpus, memoryGb }: MachineSize, scope: IConstruct): DatabaseTier {
  if (name in DATABASE_SIZES) return { tier: `db-custom-${vcpus}-${memoryGb * 1024}`, edition: "ENTERPRISE" };
  if (/^db-(custom-\d+-\d+|f1-micro|g1-small)$/.test(name)) return { tier: name, edition: "ENTERPRISE" };
  if (/^db-[a-z]\w*(-\w+)+$/.test(name)) return { tier: name, edition: "ENTERPRISE_PLUS" };
  const allowed = `${Object.keys(DATABASE_SIZES).join(", ")}, or a Cloud SQL tier such as db-custom-16-65536`;
  throw new CoverstackError({ what: "database size is not known on Google Cloud", given: name, allowed }, scope);
}
