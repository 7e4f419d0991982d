import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import {
  type CommitToMerge,
  findCommitToMerge,
  forgetCarried,
  processAgain,
  type SessionToMerge,
  swapReport,
} from "../database/jobs.js";
import { mergeReports } from "../report/merge-reports.js";
import { writeStoredReport } from "../report/stored-report-writer.js";
import type { Totals } from "../report/totals.js";
import { replacedBy } from "../repository-yaml/carryforward.js";
import { countsInTotals } from "../repository-yaml/flags.js";
import type { RepositoryYamlFile } from "../repository-yaml/schema/repository-yaml-file.js";
import type { Service } from "../service.js";
import { settleCarried } from "./carry-forward.js";
import { yamlOfCommit } from "./commit-yaml.js";
import { logFields } from "./process-upload.js";
import { fetchReports, UnreadableReportError } from "./report-files.js";
import { summarizeCommit } from "./summarize-commit.js";
import { withTemporaryFolder } from "./temporary-folder.js";

/** How often a merge may find that another one was faster, before it is left to the queue's next attempt. */
const MOST_LOST_RACES = 5;
/** For so many milliseconds after an upload came, sessions wait to be merged together with it. */
const EXPECTED_FOR = 60_000;

type MergeResult = "merged" | "lost" | "unreadable";

const MESSAGES: Record<MergeResult, string> = {
  merged: "sessions merged",
  lost: "another merge was faster",
  unreadable: "a session's report cannot be read: it is made again",
};

/**
 * Merges the processed sessions of a commit into its report, until none is left; then sums the report up.
 *
 * The report is a new object each time. It becomes the commit's by a compare-and-set on `report_version`, in the
 * transaction that also marks its sessions as merged; so of two merges at once one loses, deletes its object and
 * starts over from what the other left. A merge that stops anywhere has changed nothing, but for an object that
 * nobody refers to.
 */
export async function mergeCommit(service: Service, { commitId }: { readonly commitId: number }): Promise<void> {
  for (let lostRaces = 0; lostRaces < MOST_LOST_RACES; ) {
    let commit = await findCommit(service, commitId);
    if (!commit) return;
    if (!hasNews(commit)) return summarizeCommit(service, commitId);
    if (isBetterLater(commit)) return;
    const yaml = await yamlOfCommit(service, commitId, commit.origin);
    if (!commit.carryDecided) {
      await settleCarried(service, commitId, yaml);
      commit = (await findCommit(service, commitId)) ?? commit;
    }
    const started = performance.now();
    const result = await mergeOnce(service, commitId, commit, yaml);
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

function findCommit({ db }: Service, commitId: number): Promise<CommitToMerge | null> {
  return findCommitToMerge(db, commitId, new Date(Date.now() - EXPECTED_FOR));
}

function hasNews({ sessions }: CommitToMerge): boolean {
  return sessions.some(({ merged }) => !merged);
}

/**
 * Merging one by one what the jobs of a build send at once would read every session again and again. So a merge waits
 * as long as more is coming, unless it takes in at least as much as was merged before; what comes asks for another one.
 */
function isBetterLater({ sessions, expected }: CommitToMerge): boolean {
  const merged = sessions.filter((session) => session.merged).length;
  return expected > 0 && sessions.length - merged < merged;
}

/** Which sessions make the commit's report. */
interface MergePlan {
  /** All of them, in their order. */
  readonly sessions: readonly SessionToMerge[];
  /** Whether the report that there is stands for the merged ones among them. */
  readonly continues: boolean;
  /** Sessions that were carried forward, for which an upload stands now. */
  readonly replaced: readonly SessionToMerge[];
}

function planMerge({ sessions }: CommitToMerge, yaml: RepositoryYamlFile): MergePlan {
  const carried = sessions
    .filter(({ carriedForward }) => carriedForward)
    .map((session) => ({ ...session, name: null }));
  const uploaded = sessions.filter(({ carriedForward }) => !carriedForward);
  const numbers = new Set(uploaded.flatMap(({ flags }) => replacedBy(yaml, flags, carried)));
  const replaced = sessions.filter(({ session }) => numbers.has(session));
  return {
    sessions: sessions.filter((session) => !numbers.has(session.session) && countsInTotals(yaml, session.flags)),
    continues: replaced.every(({ merged }) => !merged),
    replaced,
  };
}

async function mergeOnce(
  service: Service,
  commitId: number,
  commit: CommitToMerge,
  yaml: RepositoryYamlFile,
): Promise<MergeResult> {
  const reportKey = `commits/${commitId}/report-${commit.reportVersion + 1}-${randomUUID()}`;
  const plan = planMerge(commit, yaml);
  let totals: Totals;
  try {
    totals = await storeMerged(service, commit.reportKey, plan, reportKey);
  } catch (error) {
    if (!(error instanceof UnreadableReportError)) throw error;
    const lost = commit.sessions.find(({ sessionKey }) => sessionKey === error.key);
    if (!lost) throw error;
    await makeAgain(service, commit, lost);
    return "unreadable";
  }
  const replacedIds = plan.replaced.map(({ uploadId }) => uploadId);
  const won = await swapReport(service.db, commitId, {
    fromVersion: commit.reportVersion,
    reportKey,
    totals,
    uploadIds: commit.sessions.filter(({ merged }) => !merged).map(({ uploadId }) => uploadId),
    replacedIds,
  });
  const unused = won ? [commit.reportKey, ...plan.replaced.map(({ sessionKey }) => sessionKey)] : [reportKey];
  for (const key of unused) if (key !== null) await service.objects.delete(key);
  return won ? "merged" : "lost";
}

/** What was carried forward cannot be made again from a body of this commit. */
async function makeAgain({ db, queue }: Service, { origin }: CommitToMerge, lost: SessionToMerge): Promise<void> {
  if (lost.carriedForward) return forgetCarried(db, [lost.uploadId]);
  await processAgain(db, lost);
  await queue.add("process-upload", { uploadId: lost.uploadId, sha: origin.sha });
}

/**
 * Stores the merged report under the key. The commit's report stands for the sessions that are merged into it, where all
 * new ones come after these; else, or when it cannot be read, every session's own report is merged anew.
 *
 * @throws UnreadableReportError
 */
async function storeMerged(
  service: Service,
  reportSoFar: string | null,
  { sessions, continues }: MergePlan,
  reportKey: string,
): Promise<Totals> {
  const all = sessions.map(({ sessionKey }) => sessionKey);
  const added = continues ? sessionsAfterReport(sessions) : null;
  if (reportSoFar === null || added === null) return mergeInto(service, reportKey, all);
  try {
    return await mergeInto(service, reportKey, [reportSoFar, ...added]);
  } catch (error) {
    if (!(error instanceof UnreadableReportError && error.key === reportSoFar)) throw error;
    return mergeInto(service, reportKey, all);
  }
}

async function mergeInto(
  { objects, settings }: Service,
  reportKey: string,
  sourceKeys: readonly string[],
): Promise<Totals> {
  return withTemporaryFolder(settings.dataDir, async (folder) => {
    const reports = await fetchReports(objects, sourceKeys, folder);
    try {
      const { file, totals } = await writeStoredReport(join(folder, "merged"), (writer) =>
        mergeReports(reports.opened, writer),
      );
      await objects.put(reportKey, createReadStream(file));
      return totals;
    } finally {
      await reports.close();
    }
  });
}

/** Keys of the sessions to be merged, or null when one of them belongs before a merged one. */
function sessionsAfterReport(sessions: readonly SessionToMerge[]): readonly string[] | null {
  const first = sessions.findIndex(({ merged }) => !merged);
  if (first < 0) return [];
  const rest = sessions.slice(first);
  return rest.some(({ merged }) => merged) ? null : rest.map(({ sessionKey }) => sessionKey);
}
