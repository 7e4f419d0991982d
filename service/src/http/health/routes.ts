import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Service } from "../../service.js";
import type { Routes } from "../app.js";
import { VERSION } from "./version.js";

/** A part that does not answer for so long counts as down, before the one who asks gives up. */
const PATIENCE_MILLISECONDS = 2000;

export const healthRoutes =
  (service: Service): Routes =>
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
      const parts = { database, objects, queue };
      const ready = Object.values(parts).every((state) => state === "up");
      return reply.code(ready ? 200 : 503).send({ status: ready ? "ready" : "not ready", ...parts });
    });

    app.get("/metrics", { config }, async (_request, reply) => {
      service.metrics.gauge("queue_depth", await service.queue.depth());
      const { contentType, body } = await service.metrics.expose();
      return reply.type(contentType).send(body);
    });
  };

/** The reason goes to the log, not to the answer: it names hosts that whoever asks need not know. */
async function check(service: Service, part: string, probe: () => Promise<unknown>): Promise<"up" | "down"> {
  const patience = new AbortController();
  try {
    await Promise.race([
      probe(),
      sleep(PATIENCE_MILLISECONDS, undefined, { signal: patience.signal }).then(() => {
        throw new Error(`no answer within ${PATIENCE_MILLISECONDS} ms`);
      }),
    ]);
    return "up";
  } catch (error) {
    service.log.warn({ err: error, part }, "not ready");
    return "down";
  } finally {
    patience.abort();
  }
}
