/** What a process of the service does; each is the command that its container runs. */
export type Role = "web" | "worker" | "migrate";

/** The roles that are scaled: pages and uploads, and report processing. `migrate` runs once and ends. */
export type ScaledRole = Exclude<Role, "migrate">;

/** The label, and taint, by which the pods of a role find their nodes. */
export const ROLE_LABEL = "coverstack.io/role";

/** The port that the web role listens on inside its container. */
export const WEB_PORT = 5000;

/** The port on which the worker role says how it is. */
export const WORKER_HEALTH_PORT = 5001;

/** Where both roles say whether they run: also while the database is away, since a new machine would not bring it back. */
export const LIVE_PATH = "/health/live";

/** Where both roles say whether they can serve. */
export const HEALTH_PATH = "/health/ready";
