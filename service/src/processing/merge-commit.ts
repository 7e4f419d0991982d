import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import {
  type CommitToMerge,
  findCommitToMerge,
  processAgain,
  type SessionToMerge,
  swapReport,
} from "../database/jobs.js";
import { mergeReports } from "../report/merge-reports.js";
import { StoredReportWriter } from "../report/stored-report-writer.js";
import type { Totals } from "../report/totals.js";
import type { Service } from "../service.js";
import { logFields } from "./process-upload.js";
import { fetchReports, UnreadableReportError } from "./report-files.js";
import { withTemporaryFolder } from "./temporary-folder.js";

/** How often a merge may find that another one was faster, before it is left to the queue's next attempt. */
const MOST_LOST_RACES = 5;

type MergeResult = "merged" | "lost" | "unreadable";

const MESSAGES: Record<MergeResult, string> = {
  merged: "sessions merged",
  lost: "another merge was faster",
  unreadable: "a session's report cannot be read: it is made again",
};

/**
 * Merges the processed sessions of a commit into its report, until none is left.
 *
 * The report is a new object each time. It becomes the commit's by a compare-and-set on `report_version`, in the
 * transaction that also marks its sessions as merged; so of two merges at once one loses, deletes its object and
 * starts over from what the other left. A merge that stops anywhere has changed nothing, but for an object that
 * nobody refers to.
 */
export async function mergeCommit(service: Service, { commitId }: { readonly commitId: number }): Promise<void> {
  for (let lostRaces = 0; lostRaces < MOST_LOST_RACES; ) {
    const commit = await findCommitToMerge(service.db, commitId);
    if (!commit?.sessions.some(({ merged }) => !merged)) return;
    const started = performance.now();
    const result = await mergeOnce(service, commitId, commit);
    if (result === "lost") lostRaces++;
    const milliseconds = Math.round(performance.now() - started);
    const log = service.log.child({ ...logFields(commit.origin), stage: "merge" });
    const sessions = commit.sessions.filter(({ merged }) => !merged).map(({ session }) => session);
    log.info({ result, sessions, version: commit.reportVersion + 1, milliseconds }, MESSAGES[result]);
    service.metrics.increment("merges", { result });
    service.metrics.timing("merge_duration", milliseconds, { result });
  }
  throw new Error(`the report of commit ${commitId} changed ${MOST_LOST_RACES} times while it was merged`);
}

async function mergeOnce(service: Service, commitId: number, commit: CommitToMerge): Promise<MergeResult> {
  const reportKey = `commits/${commitId}/report-${commit.reportVersion + 1}-${randomUUID()}`;
  let totals: Totals;
  try {
    totals = await writeReport(service, commit, reportKey);
  } catch (error) {
    if (!(error instanceof UnreadableReportError)) throw error;
    const lost = commit.sessions.find(({ sessionKey }) => sessionKey === error.key);
    if (!lost) throw error;
    await processAgain(service.db, lost.uploadId);
    await service.queue.add("process-upload", { uploadId: lost.uploadId, sha: commit.origin.sha });
    return "unreadable";
  }
  const uploadIds = commit.sessions.filter(({ merged }) => !merged).map(({ uploadId }) => uploadId);
  const won = await swapReport(service.db, commitId, {
    fromVersion: commit.reportVersion,
    reportKey,
    totals,
    uploadIds,
  });
  const unused = won ? commit.reportKey : reportKey;
  if (unused !== null) await service.objects.delete(unused);
  return won ? "merged" : "lost";
}

/** Stores the merged report under the key. */
async function writeReport(service: Service, commit: CommitToMerge, reportKey: string): Promise<Totals> {
  return withTemporaryFolder(service.settings.dataDir, async (folder) => {
    const reports = await fetchSources(service, commit, folder);
    try {
      const writer = await StoredReportWriter.create(join(folder, "merged"));
      await mergeReports(reports.opened, writer);
      const { totals } = await writer.finish();
      await service.objects.put(reportKey, createReadStream(writer.file));
      return totals;
    } finally {
      await reports.close();
    }
  });
}

/**
 * The commit's report stands for the sessions that are merged into it, where all new ones come after these; else, or
 * when it cannot be read, every session's own report is merged anew.
 */
async function fetchSources({ objects }: Service, commit: CommitToMerge, folder: string) {
  const all = commit.sessions.map(({ sessionKey }) => sessionKey);
  const added = sessionsAfterReport(commit.sessions);
  if (commit.reportKey === null || added === null) return fetchReports(objects, all, folder);
  try {
    return await fetchReports(objects, [commit.reportKey, ...added], folder);
  } catch (error) {
    if (error instanceof UnreadableReportError && error.key === commit.reportKey) {
      return fetchReports(objects, all, folder);
    }
    throw error;
  }
}

/** Keys of the sessions to be merged, or null when one of them belongs before a merged one. */
function sessionsAfterReport(sessions: readonly SessionToMerge[]): readonly string[] | null {
  const first = sessions.findIndex(({ merged }) => !merged);
  const rest = sessions.slice(first);
  return rest.some(({ merged }) => merged) ? null : rest.map(({ sessionKey }) => sessionKey);
}
