import type { FastifyInstance, FastifyRequest } from "fastify";
import { isLocal, isLoopback } from "../settings/loopback.js";
import type { Settings } from "../settings/settings.js";
import { HttpError } from "./errors.js";

/**
 * Whether a service that is there for its own machine alone was asked under a name of that machine. Any name can be made
 * to lead to loopback, which is how a page elsewhere has a browser here ask for it.
 */
export function isLocalRequest({ hostname }: FastifyRequest, settings: Settings): boolean {
  return isLocal(settings) && isLoopback(hostname);
}

/** Closes routes that show what the service holds, unless whoever reaches it may read all of it: nobody can sign in yet. */
export function requireOpenAccess(app: FastifyInstance, settings: Settings): void {
  app.addHook("onRequest", async (request) => {
    if (settings.openAccess || isLocalRequest(request, settings)) return;
    throw new HttpError(
      "access_closed",
      isLocal(settings)
        ? `This service is there for its own machine, at ${settings.publicUrl} alone, unless setup.open_access is set.`
        : "Nobody can sign in yet, so nothing is shown unless setup.open_access is set.",
    );
  });
}
