import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Service } from "../../service.js";
import type { Routes } from "../app.js";
import { VERSION } from "./version.js";

/** A part that does not answer for so long counts as down, before the one who asks gives up. */
const PATIENCE_MILLISECONDS = 2000;

/**
 * @param needsQueue whether one is not ready without the queue: a worker has then nothing to do, while uploads are taken
 *   all the same and wait as rows
 */
export const healthRoutes =
  (service: Service, needsQueue: boolean): Routes =>
  async (app) => {
    const config = { quiet: true };

    for (const path of ["/health", "/api_health"]) {
      app.get(path, { config }, async (_request, reply) => reply.type("text/plain").send(`${VERSION} is live!`));
    }

    app.get("/health/live", { config }, async () => ({ status: "live" }));

    app.get("/health/ready", { config }, async (_request, reply) => {
      const [database, objects, queue] = await Promise.all([
        check(service, "database", () => sql`select 1`.execute(service.db)),
        check(service, "objects", () => service.objects.check()),
        check(service, "queue", () => service.queue.check()),
      ]);
      const ready = database === "up" && objects === "up" && (queue === "up" || !needsQueue);
      return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "not ready", database, objects, queue });
    });

    let depthIsKnown = true;
    app.get("/metrics", { config }, async (_request, reply) => {
      const depth = await inTime(() => service.queue.depth()).catch((error: unknown) => {
        if (depthIsKnown) service.log.warn({ err: error }, "the queue does not tell its depth: metrics leave it out");
        return null;
      });
      depthIsKnown = depth !== null;
      service.metrics.gauge("queue_depth", depth);
      const { contentType, body } = await service.metrics.expose();
      return reply.type(contentType).send(body);
    });
  };

/** The reason goes to the log, not to the answer: it names hosts that whoever asks need not know. */
async function check(service: Service, part: string, probe: () => Promise<unknown>): Promise<"up" | "down"> {
  try {
    await inTime(probe);
    return "up";
  } catch (error) {
    service.log.warn({ err: error, part }, "a part is down");
    return "down";
  }
}

/** @throws when there is no answer within `PATIENCE_MILLISECONDS` */
async function inTime<T>(ask: () => Promise<T>): Promise<T> {
  const patience = new AbortController();
  try {
    return await Promise.race([
      ask(),
      sleep(PATIENCE_MILLISECONDS, undefined, { signal: patience.signal }).then(() => {
        throw new Error(`no answer within ${PATIENCE_MILLISECONDS} ms`);
      }),
    ]);
  } finally {
    patience.abort();
  }
}
