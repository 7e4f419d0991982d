import type { FastifyInstance } from "fastify";
import type { Settings } from "../settings/settings.js";

const YEAR_SECONDS = 31_536_000;

/** What a page says of itself: no scripts, nothing from elsewhere, no frames, nothing to windows and sites around it. */
export const PAGE_HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join(";"),
  "cross-origin-opener-policy": "same-origin",
  "origin-agent-cluster": "?1",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
};

/** What every answer says of how browsers may use it: as data of this site. Pages and badges say otherwise of themselves. */
export function answerHeaders({ publicUrl }: Pick<Settings, "publicUrl">): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    "content-security-policy": "default-src 'none';form-action 'none';base-uri 'none';frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
  };
  if (publicUrl.startsWith("https://")) {
    headers["strict-transport-security"] = `max-age=${YEAR_SECONDS}; includeSubDomains`;
  }
  return headers;
}

export function secureAnswers(app: FastifyInstance, settings: Pick<Settings, "publicUrl">): void {
  const headers = answerHeaders(settings);
  app.addHook("onRequest", (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
