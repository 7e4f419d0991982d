/** What a process does. Every role is the same program. */
export interface RoleDuties {
  readonly description: string;
  /** What it serves over HTTP: everything, uploads and API alone, or health and metrics alone; null: nothing. */
  readonly surface: "full" | "api" | "health" | null;
  readonly processesUploads: boolean;
  /** Migrates the database before anything else; the others wait until that was done. */
  readonly migrates: boolean;
  /** One of several processes: what it works on must be a database server, and Redis, that the others share. */
  readonly sharesWork: boolean;
}

export const ROLES = {
  all: {
    description: "everything in one process",
    surface: "full",
    processesUploads: true,
    migrates: true,
    sharesWork: false,
  },
  web: {
    description: "pages, uploads and API",
    surface: "full",
    processesUploads: false,
    migrates: false,
    sharesWork: true,
  },
  api: {
    description: "uploads and API, no pages",
    surface: "api",
    processesUploads: false,
    migrates: false,
    sharesWork: true,
  },
  worker: {
    description: "processes uploads; serves health and metrics",
    surface: "health",
    processesUploads: true,
    migrates: false,
    sharesWork: true,
  },
  migrate: {
    description: "brings the database schema up to date and stops",
    surface: null,
    processesUploads: false,
    migrates: true,
    sharesWork: false,
  },
} as const satisfies Record<string, RoleDuties>;

export type Role = keyof typeof ROLES;
