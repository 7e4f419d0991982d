import { join } from "node:path";
import type { Service } from "../service.js";
import { mergeCommit } from "./merge-commit.js";
import { processUpload } from "./process-upload.js";
import { sweep } from "./sweep.js";
import { removeLeftovers } from "./temporary-folder.js";

/** Jobs at a time: reading is bound to one core, the second one fills the pauses in which the first waits for storage. */
const CONCURRENCY = 2;
const SWEEP_EVERY = 60_000;
const MEASURE_EVERY = 10_000;

/** Starts taking jobs, after those that the queue forgot were added again. Returns how to stop looking for more. */
export async function startWork(service: Service): Promise<() => void> {
  await removeLeftovers(join(service.settings.dataDir, "tmp"));
  if (service.settings.objects.kind === "folder") {
    await removeLeftovers(join(service.settings.objects.folder, ".incoming"));
  }
  await sweep(service, 0);
  await service.queue.work(
    {
      "process-upload": (data) => processUpload(service, data),
      "merge-commit": (data) => mergeCommit(service, data),
    },
    CONCURRENCY,
  );
  const stopSweeping = repeat(service, SWEEP_EVERY, () => sweep(service));
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
