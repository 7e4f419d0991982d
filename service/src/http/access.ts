import type { FastifyInstance } from "fastify";
import { isLoopback } from "../settings/resolve.js";
import type { Settings } from "../settings/settings.js";
import { HttpError } from "./errors.js";

/** Whether whoever reaches the service may read what it holds: nobody can sign in yet. */
export function isOpen(settings: Pick<Settings, "host" | "openAccess">): boolean {
  return settings.openAccess || isLoopback(settings.host);
}

/** Closes routes that show what the service holds, unless whoever reaches it may read all of it. */
export function requireOpenAccess(app: FastifyInstance, settings: Settings): void {
  app.addHook("onRequest", async () => {
    if (!isOpen(settings)) {
      throw new HttpError(
        "access_closed",
        "Nobody can sign in yet, so nothing is shown unless setup.open_access is set.",
      );
    }
  });
}
