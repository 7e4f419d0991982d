import { retryGivenUp } from "../database/given-up.js";
import {
  announcedUploads,
  commitsWithoutSummary,
  expireStarted,
  waitingCommits,
  waitingUploads,
} from "../database/sweeps.js";
import { acceptBody } from "../database/uploads.js";
import type { Service } from "../service.js";

const MINUTE = 60_000;
/** A row that has not moved for so long has lost its job: longer than the longest pause between two attempts. */
const FORGOTTEN_AFTER = 15 * MINUTE;
/** A body may still be on its way when its address expires. */
const GRACE = 30 * MINUTE;

/**
 * Looks for what has lost its job. Where no job is left at all, as in a Redis that was emptied, a row that waits need
 * not be old for that: adding a job is then cheap, and one that was added twice does nothing the second time.
 */
export async function sweepForgotten(service: Service): Promise<void> {
  const { queue, settings } = service;
  await sweep(service, (await queue.depth()) === 0 ? settings.takeoverSeconds * 1000 : FORGOTTEN_AFTER);
}

/**
 * Adds the jobs that rows say are missing, takes bodies that nobody was told of, ends uploads whose body never came,
 * and gives another attempt to those that were given up in an outage.
 *
 * @param forgottenAfter milliseconds since the row last changed; 0 adds a job for every unfinished row, for a queue
 *   that starts empty. @default 15 minutes
 */
export async function sweep(service: Service, forgottenAfter = FORGOTTEN_AFTER): Promise<void> {
  const { db, queue, settings } = service;
  const now = Date.now();
  const isSearched = await acceptStored(service, new Date(now - forgottenAfter)).then(
    () => true,
    (error: unknown) => {
      // A store that is away must not keep the jobs from being added that are known.
      service.log.warn({ err: error, stage: "sweep" }, "storage cannot be searched for bodies: the next sweep does it");
      return false;
    },
  );
  const addressIsGood = settings.limits.uploadUrlSeconds * 1000 + GRACE;
  const expired = isSearched ? await expireStarted(db, new Date(now - addressIsGood)) : 0;
  const unchangedSince = new Date(now - forgottenAfter);
  let added = 0;
  for await (const { id, sha } of waitingUploads(db, unchangedSince)) {
    await queue.add("process-upload", { uploadId: id, sha });
    added++;
  }
  for await (const { id, sha } of waitingCommits(db, unchangedSince)) {
    await queue.add("merge-commit", { commitId: id, sha });
    added++;
  }
  for await (const { id, sha } of commitsWithoutSummary(db, unchangedSince)) {
    await queue.add("merge-commit", { commitId: id, sha });
    added++;
  }
  for (const { id, sha } of await retryGivenUp(db, new Date(now))) {
    await queue.add("process-upload", { uploadId: id, sha });
    service.log.info({ stage: "sweep", sha, upload: id }, "an upload that was given up gets another attempt");
  }
  if (expired + added > 0) service.log.info({ stage: "sweep", expired, added }, "unfinished uploads found");
}

/** Takes bodies that were stored while the database could not be told so: they are processed as if nothing had been. */
async function acceptStored({ db, objects, queue, log }: Service, announcedBefore: Date): Promise<void> {
  for await (const upload of announcedUploads(db, announcedBefore)) {
    if ((await objects.size(upload.upload_key)) === null) continue;
    if (!(await acceptBody(db, upload, upload.upload_key))) continue;
    await queue.add("process-upload", { uploadId: upload.id, sha: upload.sha });
    log.info(
      { stage: "sweep", sha: upload.sha, upload: upload.id },
      "a stored body was found whose upload still waited",
    );
  }
}
