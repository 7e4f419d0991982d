import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import {
  DATABASE_SIZES,
  type DatabaseSizeName,
  MACHINE_SIZES,
  type MachineSize,
  type MachineSizeName,
} from "../workload/machine-size.js";

const INSTANCE_TYPES: Readonly<Record<MachineSizeName, string>> = {
  "n1-standard-4": "m7i.xlarge",
  "n1-standard-8": "m7i.2xlarge",
};

const DATABASE_CLASSES: Readonly<Record<DatabaseSizeName, string>> = {
  "database-2": "db.m7g.large",
  "database-4": "db.m7g.xlarge",
  "database-8": "db.m7g.2xlarge",
};

/** The EC2 instance type for a size: a preset's, or the size's own name when that is an x86 type already. */
export function instanceType({ name }: MachineSize, scope: IConstruct): string {
  if (name in INSTANCE_TYPES) return INSTANCE_TYPES[name as MachineSizeName];
  if (Token.isUnresolved(name)) return name;
  const allowed = `${Object.keys(MACHINE_SIZES).join(", ")}, or an EC2 instance type such as m7i.4xlarge`;
  if (!/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(name)) {
    throw new CoverstackError({ what: "machine size is not known on AWS", given: name, allowed }, scope);
  }
  if (/^(a1|[a-z]+\d+g[a-z]*)\./.test(name)) {
    const fix = "take the family with an i or an a: the machine's image is built for x86";
    throw new CoverstackError({ what: "machine size is an Arm type", given: name, allowed, fix }, scope);
  }
  return name;
}

/** The RDS instance class for a size: a preset's, or the size's own name when that is a class already. */
export function databaseClass({ name }: MachineSize, scope: IConstruct): string {
  if (name in DATABASE_CLASSES) return DATABASE_CLASSES[name as DatabaseSizeName];
  if (Token.isUnresolved(name) || /^db\.[a-z0-9-]+\.[a-z0-9-]+$/.test(name)) return name;
  const allowed = `${Object.keys(DATABASE_SIZES).join(", ")}, or an RDS instance class such as db.r7g.2xlarge`;
  throw new CoverstackError({ what: "database size is not known on AWS", given: name, allowed }, scope);
}
