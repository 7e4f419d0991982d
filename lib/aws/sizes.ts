import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import { MACHINE_SIZES, type MachineSize, type MachineSizeName } from "../workload/machine-size.js";

const INSTANCE_TYPES: Readonly<Record<MachineSizeName, string>> = {
  "n1-standard-4": "m7i.xlarge",
  "n1-standard-8": "m7i.2xlarge",
};

/** The EC2 instance type for a size: a preset's, or the size's own name when that is an x86 type already. */
export function instanceType({ name }: MachineSize, scope: IConstruct): string {
  if (name in INSTANCE_TYPES) return INSTANCE_TYPES[name as MachineSizeName];
  if (/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(name)) return name;
  throw new CoverstackError(
    {
      what: "machine size is not known on AWS",
      given: name,
      allowed: `${Object.keys(MACHINE_SIZES).join(", ")}, or an EC2 instance type such as m7i.4xlarge`,
    },
    scope,
  );
}
