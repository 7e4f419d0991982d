import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Service } from "../service.js";
import { describeError, type ErrorAnswer, type ErrorForm, HttpError, isAuthenticationFailure } from "./errors.js";
import { errorPage } from "./pages/error-page.js";

const FAILURES_PER_MINUTE = 60;

/** The one place where errors become answers: in the form that the route's clients read, never with a stack. */
export function handleErrors(app: FastifyInstance, { log, metrics }: Service, hasPages: boolean): void {
  const countFailure = app.createRateLimit({ max: FAILURES_PER_MINUTE, timeWindow: 60_000 });

  app.setErrorHandler(async (error, request, reply) => {
    const { endpoint } = request.routeOptions.config;
    const form = formOf(request);
    let answer = describeError(error, form, request.id);
    if (answer.status >= 500) log.error({ err: error, requestId: request.id, ...request.about }, "request failed");
    if (endpoint) metrics.increment("uploads_rejected", { endpoint, reason: answer.code });
    if (isAuthenticationFailure(answer.code)) answer = await slowDown(request, reply, answer, form);
    return send(reply, answer, form);
  });

  app.setNotFoundHandler(async (request, reply) => {
    const form = formOf(request);
    return send(reply, describeError(new HttpError("not_found", "Not found."), form, request.id), form);
  });

  function formOf(request: FastifyRequest): ErrorForm {
    const { errors } = request.routeOptions.config;
    return errors ?? (!hasPages || /^\/+(?:api|upload)(?:[/?]|$)/.test(request.url) ? "json" : "html");
  }

  /**
   * Whoever keeps failing is told to wait. Right tokens are never refused for it: behind a load balancer everybody
   * shares one address, and one client's wrong token must not stop the uploads of all others.
   */
  async function slowDown(request: FastifyRequest, reply: FastifyReply, answer: ErrorAnswer, form: ErrorForm) {
    const limit = await countFailure(request);
    if (limit.isAllowed || !limit.isExceeded) return answer;
    reply.header("retry-after", limit.ttlInSeconds);
    const message = `Too many requests without a right token. Try again in ${limit.ttlInSeconds} seconds.`;
    return describeError(new HttpError("too_many_failures", message), form, request.id);
  }
}

function send(reply: FastifyReply, { status, message }: ErrorAnswer, form: ErrorForm): FastifyReply {
  reply.code(status);
  if (form === "text") return reply.type("text/plain; charset=utf-8").send(`${message}\n`);
  if (form === "html") return reply.type("text/html; charset=utf-8").send(errorPage(status, message).text);
  return reply.type("application/json").send({ detail: message });
}
