import type { IConstruct } from "constructs";
import { CoverstackError } from "../errors.js";
import {
  DATABASE_SIZES,
  type DatabaseSizeName,
  MACHINE_SIZES,
  type MachineSize,
  type MachineSizeName,
} from "../workload/machine-size.js";

const VM_SIZES: Readonly<Record<MachineSizeName, string>> = {
  "n1-standard-4": "Standard_D4s_v5",
  "n1-standard-8": "Standard_D8s_v5",
};

const SERVER_SKUS: Readonly<Record<DatabaseSizeName, string>> = {
  "database-2": "GP_Standard_D2ds_v5",
  "database-4": "GP_Standard_D4ds_v5",
  "database-8": "GP_Standard_D8ds_v5",
};

/** The VM size for a size: a preset's, or the size's own name when that is one already. */
export function vmSize({ name }: MachineSize, scope: IConstruct): string {
  if (name in VM_SIZES) return VM_SIZES[name as MachineSizeName];
  if (/^Standard_[A-Z]+\d+[\w-]*$/.test(name)) return name;
  throw new CoverstackError(
    {
      what: "machine size is not known on Azure",
      given: name,
      allowed: `${Object.keys(MACHINE_SIZES).join(", ")}, or a VM size such as Standard_D16s_v5`,
    },
    scope,
  );
}

/** The SKU of a PostgreSQL flexible server for a size. */
export function serverSku({ name }: MachineSize, scope: IConstruct): string {
  if (name in SERVER_SKUS) return SERVER_SKUS[name as DatabaseSizeName];
  if (/^(B|GP|MO)_Standard_[A-Z]+\d+\w*$/.test(name)) return name;
  throw new CoverstackError(
    {
      what: "database size is not known on Azure",
      given: name,
      allowed: `${Object.keys(DATABASE_SIZES).join(", ")}, or a SKU of PostgreSQL flexible servers such as MO_Standard_E4ds_v5`,
    },
    scope,
  );
}

/** Azure Managed Redis by the memory that is left for keys: a fifth is held back. */
const REDIS_SKUS = [
  { sku: "Balanced_B0", gb: 0.4 },
  { sku: "Balanced_B1", gb: 0.8 },
  { sku: "Balanced_B3", gb: 2.4 },
  { sku: "Balanced_B5", gb: 4.8 },
  { sku: "Balanced_B10", gb: 9.6 },
  { sku: "Balanced_B20", gb: 19.2 },
] as const;

/** The smallest SKU whose memory is enough. What is larger would have to be clustered, which the queue cannot be (F7). */
export function redisSku(memoryGb: number, scope: IConstruct): string {
  const enough = memoryGb > 0 ? REDIS_SKUS.find(({ gb }) => gb >= memoryGb) : undefined;
  if (enough) return enough.sku;
  const allowed = `more than 0, up to ${REDIS_SKUS[REDIS_SKUS.length - 1].gb} GB`;
  throw new CoverstackError({ what: "'memoryGb' is out of range", given: memoryGb, allowed }, scope);
}
