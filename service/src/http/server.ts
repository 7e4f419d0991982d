import rateLimit from "@fastify/rate-limit";
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from "fastify";
import type { Service } from "../service.js";
import { apiRoutes } from "./api-v2/routes.js";
import { badgeRoutes } from "./badges/routes.js";
import { answerUnreadableAddress, handleErrors } from "./error-handler.js";
import { HttpError } from "./errors.js";
import { healthRoutes } from "./health/routes.js";
import { observeRequests, RequestLog } from "./observe.js";
import { pageRoutes } from "./pages/routes.js";
import { countedRequestIds } from "./request-ids.js";
import { secureAnswers } from "./security-headers.js";
import { attachmentRoutes } from "./uploads/attachment-routes.js";
import { coverallsRoutes } from "./uploads/coveralls-routes.js";
import { documentRoutes } from "./uploads/document-routes.js";
import { downloadRoutes } from "./uploads/download-routes.js";
import { jsonUploadRoutes } from "./uploads/json-routes.js";
import { legacyUploadRoutes } from "./uploads/legacy-routes.js";
import { pullRoutes } from "./uploads/pull-routes.js";
import { putRoutes } from "./uploads/put-routes.js";
import { transplantRoutes } from "./uploads/transplant-routes.js";
import { validateRoutes } from "./validate/routes.js";

export interface HttpServerOptions {
  /** full: everything. api: uploads, REST and badges without pages. health: health and metrics alone. */
  readonly surface: "full" | "api" | "health";
}

const MIB = 1024 * 1024;
/** Bodies are read and written in larger steps than Node's 64 KiB: measured 1.4 times faster on 1 MB uploads. */
const CHUNK = 256 * 1024;
/** A connection that sends nothing for so long is given up. */
const IDLE_MILLISECONDS = 120_000;
/**
 * How long an idle connection stays open: longer than load balancers keep theirs, which is 10 minutes, since a request on
 * a connection that is closed meanwhile would be lost.
 */
const KEEP_ALIVE_MILLISECONDS = 620_000;
/** The longest that sending a request may take: a large upload over a slow line. */
const REQUEST_MILLISECONDS = 3_600_000;

/** The HTTP side of a service, ready for `listen` or `inject`. Closing it leaves the service's parts open. */
export async function createHttpServer(service: Service, { surface }: HttpServerOptions): Promise<FastifyInstance> {
  const { settings } = service;
  const app = Fastify({
    loggerInstance: service.log as FastifyBaseLogger,
    logController: new RequestLog(),
    // Making one for each request costs as much as routing it, and fastify's own lines are few.
    childLoggerFactory: (log) => log,
    genReqId: countedRequestIds(),
    bodyLimit: MIB,
    connectionTimeout: IDLE_MILLISECONDS,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    requestTimeout: REQUEST_MILLISECONDS,
    http: { highWaterMark: CHUNK },
    // The CLI appends to the address that it was given, slash or not: `http://host//upload/…`.
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 4096 },
    frameworkErrors: answerUnreadableAddress(service, surface === "full"),
  });

  secureAnswers(app, settings);
  await app.register(rateLimit, { global: false });
  observeRequests(app, service);
  handleErrors(app, service, surface === "full");
  app.addHook("onRequest", ({ method, url }, _reply, done) => {
    // Nothing in the database has one, and asking it for one is an error. Uploads drop it where they read a text.
    const hasNul = method !== "POST" && url.includes("%00");
    done(hasNul ? new HttpError("bad_request", "The address contains a NUL.") : undefined);
  });

  await app.register(healthRoutes(service, surface === "health"));
  if (surface !== "health") {
    await app.register(legacyUploadRoutes(service));
    await app.register(putRoutes(service));
    await app.register(jsonUploadRoutes(service));
    await app.register(attachmentRoutes(service));
    await app.register(documentRoutes(service));
    await app.register(transplantRoutes(service));
    await app.register(pullRoutes(service));
    await app.register(coverallsRoutes(service));
    await app.register(downloadRoutes(service));
    await app.register(apiRoutes(service));
    await app.register(badgeRoutes(service));
    await app.register(validateRoutes(service));
  }
  if (surface === "full") await app.register(pageRoutes(service));
  return app;
}
