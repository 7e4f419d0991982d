import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Service } from "../service.js";
import { describeError, type ErrorAnswer, type ErrorForm, HttpError, isAuthenticationFailure } from "./errors.js";
import { errorPage } from "./pages/error-page.js";
import { sendPage } from "./pages/reply.js";
import { answerHeaders } from "./security-headers.js";

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
    // The code alone: the message repeats what was given, and whoever mixes parameters up gives a token as anything.
    request.about.error = answer.code;
    return send(reply, answer, form);
  });

  app.setNotFoundHandler(async (request, reply) => {
    const form = formOf(request);
    const answer = describeError(new HttpError("not_found", notFoundText(request)), form, request.id);
    request.about.error = answer.code;
    return send(reply, answer, form);
  });

  function formOf(request: FastifyRequest): ErrorForm {
    return request.routeOptions.config.errors ?? formOfAddress(request.url, hasPages);
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

/** For addresses that the router cannot read: no hook has run and no route is known. */
export function answerUnreadableAddress(
  { log, settings }: Service,
  hasPages: boolean,
): (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void {
  const headers = answerHeaders(settings);
  return (error, request, reply) => {
    const form = formOfAddress(request.url, hasPages);
    const answer =
      error.code === "FST_ERR_BAD_URL"
        ? describeError(new HttpError("bad_request", BAD_ESCAPE), form, request.id)
        : describeError(error, form, request.id);
    log.info({ requestId: request.id, method: request.method, status: answer.status }, "unreadable address");
    void send(reply.headers(headers).header("x-request-id", request.id), answer, form);
  };
}

const BAD_ESCAPE = "The address is damaged: each % in it must begin an escape of UTF-8 such as %2F.";

function formOfAddress(url: string, hasPages: boolean): ErrorForm {
  return !hasPages || /^\/+(?:api|upload)(?:[/?]|$)/.test(url) ? "json" : "html";
}

/** Clients of another version, and people who try one by hand, want to know what there is instead. */
function notFoundText({ method, url }: FastifyRequest): string {
  const path = url.split("?", 1)[0];
  if (!/^\/+upload(?:\/|$)/.test(path)) return "Not found.";
  return `No upload endpoint answers ${method} ${path.slice(0, 200)}. Reports are sent with POST to /upload/v4 or /upload/v2, or to /upload/GIT_HOST/OWNER::::REPOSITORY/upload-coverage.`;
}

function send(reply: FastifyReply, { status, message }: ErrorAnswer, form: ErrorForm): FastifyReply {
  reply.code(status);
  if (form === "text" || form === "plain") return reply.type("text/plain; charset=utf-8").send(`${message}\n`);
  if (form === "line") return reply.type("text/plain; charset=utf-8").send(message);
  if (form === "html") return sendPage(reply, errorPage(status, message));
  return reply.type("application/json").send(form === "coveralls" ? { error: true, message } : { detail: message });
}
