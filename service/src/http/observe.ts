import { type FastifyInstance, LogController } from "fastify";
import { openRequestLog } from "../observability/request-log.js";
import type { Service } from "../service.js";

/** Leaves out fastify's own lines about requests, which show whole addresses. Answers that break off are still logged. */
export class RequestLog extends LogController {
  override incomingRequest(): void {}
  override requestCompleted(): void {}
  override defaultErrorLog(): void {}
  override routeNotFound(): void {}
}

/** One line in the log and one metric for each request. */
export function observeRequests(app: FastifyInstance, { log, metrics }: Service): void {
  const logRequest = openRequestLog(log);

  app.addHook("onRequest", (request, reply, done) => {
    request.about = {};
    reply.header("x-request-id", request.id);
    done();
  });

  app.addHook("onResponse", (request, reply, done) => {
    const { id, method, url, about } = request;
    const { config } = request.routeOptions;
    const status = reply.statusCode;
    const milliseconds = Math.round(reply.elapsedTime);
    const tags = { method, route: config.url ?? "unmatched", status: String(status) };
    metrics.timing("http_request_duration", milliseconds, tags);
    const path = url.split("?", 1)[0];
    logRequest(config.quiet ? "debug" : "info", { id, method, path, status, milliseconds, about });
    done();
  });
}
