import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  beginAttempt,
  type CommitOrigin,
  completeProcessing,
  failUpload,
  findUploadToProcess,
  type UploadToProcess,
} from "../database/jobs.js";
import type { UploadError } from "../database/schema.js";
import type { UploadAccount } from "../ingest/account.js";
import { type Ingested, ingest } from "../ingest/ingest.js";
import { RETRY } from "../queue/job-queue.js";
import { uploadRules } from "../repository-yaml/upload-rules.js";
import type { Service } from "../service.js";
import { ObjectNotFoundError } from "../storage/object-store.js";
import { yamlOfCommit } from "./commit-yaml.js";
import { deleteUnkept } from "./delete-unkept.js";
import { withTemporaryFolder } from "./temporary-folder.js";

/**
 * Makes the session report of an upload that is in storage and asks for it to be merged.
 *
 * uploaded → processed, when a report came of it; uploaded → error, when the content is of no use, or when
 * `RETRY.attempts` attempts in a row failed for reasons that lie elsewhere, as when the body that was accepted is not in
 * storage. Attempts are counted in the row before anything is read, so an upload that ends the whole process is given up
 * some day too.
 *
 * Where the yaml keeps no bodies, the upload's is deleted at the end, also by a run that finds its report made: the one
 * that made it may have ended, or failed, before that.
 */
export async function processUpload(service: Service, { uploadId }: { readonly uploadId: number }): Promise<void> {
  const upload = await findUploadToProcess(service.db, uploadId);
  if (!upload) return;
  const hasReport = upload.state === "processed" || upload.state === "merged";
  const result = hasReport ? "processed" : await attemptUpload(service, upload);
  if (result === null) return;
  // Other sessions may have waited for this one, also when nothing came of it.
  await service.queue.add("merge-commit", { commitId: upload.commitId, sha: upload.origin.sha });
  if (result === "processed") await deleteUnkept(service, upload);
}

type Result = UploadError | "processed";

/** Returns what became of the upload; null when that was not this run's doing: another one was faster. */
async function attemptUpload(service: Service, upload: UploadToProcess): Promise<Result | null> {
  const attempt = await beginAttempt(service.db, upload.id);
  if (attempt === null) return null;
  const log = service.log.child({ ...logFields(upload.origin), upload: upload.externalId, stage: "process", attempt });
  const started = performance.now();
  let result: Result | null;
  try {
    if (attempt > RETRY.attempts) throw new Error(CRASHED);
    result = await process(service, upload);
  } catch (error) {
    if (attempt < RETRY.attempts) throw error;
    const reason = attempt > RETRY.attempts ? CRASHED : publicReason(error);
    const account = emptyAccount(`given up after ${RETRY.attempts} attempts: ${reason}`);
    result = await fail(service, upload, "processing_failed", account);
    if (result !== null) log.error({ err: error }, "upload given up");
  }
  if (result === null) {
    log.info("another run of the job was faster");
    return null;
  }
  const milliseconds = Math.round(performance.now() - started);
  log.info({ result, milliseconds }, "upload processed");
  service.metrics.increment("uploads_processed", { result });
  service.metrics.timing("processing_duration", milliseconds, { result });
  return result;
}

/** Fields by which logs of every stage are found. */
export function logFields(origin: CommitOrigin) {
  return { sha: origin.sha, repository: `${origin.service}/${origin.owner}/${origin.repository}` };
}

const CRASHED = "the process ended each time that this upload was read";

/** Accounts are public where reports are: errors of storage or database name hosts and buckets. */
function publicReason(error: unknown): string {
  if (error instanceof ObjectNotFoundError) return "its body is not in storage";
  return "the server failed to process it; its log says why, under this upload's id";
}

const REPORT_LOST =
  "its report is not in storage any more, and cannot be made again: the body was deleted after it was processed, as codecov.archive.uploads says";

async function process(service: Service, upload: UploadToProcess): Promise<Result | null> {
  const { settings, objects, db } = service;
  if (upload.bodyIsDeleted) return fail(service, upload, "file_not_in_storage", emptyAccount(REPORT_LOST));
  const yaml = await yamlOfCommit(service, upload.commitId, upload.origin);
  return withTemporaryFolder(settings.dataDir, async (temporaryFolder) => {
    const body = await objects.get(upload.uploadKey);
    let ingested: Ingested;
    try {
      ingested = await ingest(body, {
        acceptsJson: upload.acceptsJson,
        limits: settings.limits,
        temporaryFolder,
        rules: uploadRules(yaml, upload.flags),
        receivedAt: upload.receivedAt.getTime(),
      });
    } finally {
      body.destroy();
    }
    const { reportFile, totals, account } = ingested;
    if (reportFile === null || totals === null) {
      return fail(service, upload, ingested.error ?? "report_empty", account);
    }
    // A key of its own: a run that ends late, and read by another yaml, must not replace what was merged.
    const sessionKey = `commits/${upload.commitId}/sessions/${upload.session}-${randomUUID()}`;
    await objects.put(sessionKey, createReadStream(reportFile));
    if (await completeProcessing(db, upload.id, { sessionKey, totals, account })) return "processed";
    await objects.delete(sessionKey);
    return null;
  });
}

async function fail(
  { db }: Service,
  upload: UploadToProcess,
  error: UploadError,
  account: UploadAccount,
): Promise<UploadError | null> {
  return (await failUpload(db, upload, error, account)) ? error : null;
}

function emptyAccount(note: string): UploadAccount {
  return { receivedBytes: 0, expandedBytes: 0, reports: [], notes: [note], milliseconds: 0 };
}
