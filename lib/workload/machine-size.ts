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
