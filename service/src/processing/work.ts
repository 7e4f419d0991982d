import { join } from "node:path";
import type { Service } from "../service.js";
import { mergeCommit } from "./merge-commit.js";
import { processUpload } from "./process-upload.js";
import { sweep, sweepForgotten } from "./sweep.js";
import { removeLeftovers } from "./temporary-folder.js";

/** Jobs at a time: reading is bound to one core, the second one fills the pauses in which the first waits for storage. */
const CONCURRENCY = 2;
const MEASURE_EVERY = 10_000;

/** Starts taking jobs, after those that the queue forgot were added again. Returns how to stop looking for more. */
export async function startWork(service: Service): Promise<() => void> {
  const { dataDir, objects, takeoverSeconds } = service.settings;
  await removeLeftovers(join(dataDir, "tmp"));
  if (objects.kind === "folder") await removeLeftovers(join(objects.folder, ".incoming"));
  await sweep(service, 0);
  await service.queue.work(
    {
      "process-upload": (data) => processUpload(service, data),
      "merge-commit": (data) => mergeCommit(service, data),
    },
    CONCURRENCY,
    takeoverSeconds,
  );
  const stopSweeping = repeat(service, takeoverSeconds * 1000, () => sweepForgotten(service));
  const stopMeasuring = repeat(service, MEASURE_EVERY, async () => {
    service.metrics.gauge("queue_depth", await service.queue.depth());
  });
  return () => {
    stopSweeping();
    stopMeasuring();
  };
}

function repeat(service: Service, milliseconds: number, action: () => Promise<void>): () => void {
  let running = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    action()
      .catch((error: unknown) => service.log.warn({ err: error }, "will be tried again"))
      .finally(() => {
        running = false;
      });
  }, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}
