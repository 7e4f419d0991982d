import { type FastifyInstance, LogController } from "fastify";
import type { Service } from "../service.js";

/** Leaves out fastify's own lines about requests, which show whole addresses. Answers that break off are still logged. */
export class RequestLog extends LogController {
  override incomingRequest(): void {}
  override requestCompleted(): void {}
  override defaultErrorLog(): void {}
  override routeNotFound(): void {}
}

/** One line in the log and two metrics for each request. Queries are left out of the log: tokens come in them. */
export function observeRequests(app: FastifyInstance, { log, metrics }: Service): void {
  // These lines are made of fields that hold no secret: looking for some would cost more than writing them.
  const requests = log.child({}, { redact: [] });

  app.addHook("onRequest", (request, reply, done) => {
    request.about = {};
    reply.header("x-request-id", request.id);
    done();
  });

  app.addHook("onResponse", (request, reply, done) => {
    const { method } = request;
    const status = reply.statusCode;
    const milliseconds = Math.round(reply.elapsedTime);
    const tags = { method, route: request.routeOptions.url ?? "unmatched", status: String(status) };
    metrics.increment("http_requests", tags);
    metrics.timing("http_request_duration", milliseconds, tags);
    const line = { requestId: request.id, method, path: request.url.split("?", 1)[0], status, milliseconds };
    const level = request.routeOptions.config.quiet ? "debug" : "info";
    requests[level]({ ...line, ...request.about }, "request");
    done();
  });
}
