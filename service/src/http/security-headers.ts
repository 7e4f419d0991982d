import type { FastifyInstance } from "fastify";
import type { Settings } from "../settings/settings.js";

/** No scripts, nothing from elsewhere, no frames. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join(";");

const YEAR_SECONDS = 31_536_000;

/** What every answer says of how browsers may use it. A route may say otherwise for its own. */
export function secureAnswers(app: FastifyInstance, { publicUrl }: Pick<Settings, "publicUrl">): void {
  const headers: Record<string, string> = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "origin-agent-cluster": "?1",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
  if (publicUrl.startsWith("https://")) {
    headers["strict-transport-security"] = `max-age=${YEAR_SECONDS}; includeSubDomains`;
  }
  app.addHook("onRequest", (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
