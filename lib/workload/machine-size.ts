/** A machine by what it offers. `name` is a preset's, or a cloud's own machine type. */
export interface MachineSize {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryGb: number;
}

/** Sizes under the names that they have had since Google coined them; each cloud maps them to a current family. */
export const MACHINE_SIZES = {
  /** Where web containers run. */
  "n1-standard-4": { name: "n1-standard-4", vcpus: 4, memoryGb: 15 },
  /** Where worker containers run, and the least for everything on one machine. */
  "n1-standard-8": { name: "n1-standard-8", vcpus: 8, memoryGb: 30 },
} as const satisfies Record<string, MachineSize>;

export type MachineSizeName = keyof typeof MACHINE_SIZES;

/** Sizes of database servers; each cloud maps them to its own class. */
export const DATABASE_SIZES = {
  "database-2": { name: "database-2", vcpus: 2, memoryGb: 8 },
  "database-4": { name: "database-4", vcpus: 4, memoryGb: 16 },
  "database-8": { name: "database-8", vcpus: 8, memoryGb: 32 },
} as const satisfies Record<string, MachineSize>;

export type DatabaseSizeName = keyof typeof DATABASE_SIZES;
