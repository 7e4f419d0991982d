import type { Logger } from "pino";
import type { JobName, JobQueue, Jobs } from "./job-queue.js";

/**
 * Adds a job that rows tell of too: a queue that is away delays it until the sweeper finds them, and what was stored is
 * no failure for whoever sent it.
 */
export async function addOrSweep<Name extends JobName>(
  { queue, log }: { readonly queue: JobQueue; readonly log: Logger },
  name: Name,
  data: Jobs[Name],
): Promise<void> {
  try {
    await queue.add(name, data);
  } catch (error) {
    const job: JobName = name;
    log.warn({ err: error, job, sha: data.sha }, "the queue did not take a job: it waits for the sweeper");
  }
}
