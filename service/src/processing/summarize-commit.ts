import { differenceOf, indirectChanges } from "../comparison/indirect-changes.js";
import { patchOf } from "../comparison/patch.js";
import { filesOf } from "../comparison/report-files.js";
import {
  type CommitToSummarize,
  findCommitToSummarize,
  forgetComparisons,
  storeSummary,
} from "../database/summaries.js";
import { StoredReportError } from "../report/byte-reader.js";
import { filteredTotals, type PartFilter } from "../report/filtered-totals.js";
import type { StoredReport } from "../report/stored-report.js";
import type { ChangedFile, ReportSummary } from "../report/summary.js";
import { components } from "../repository-yaml/components.js";
import { flagFilter, flagRules, type ReportFilter } from "../repository-yaml/flags.js";
import type { RepositoryYamlFile } from "../repository-yaml/schema/repository-yaml-file.js";
import type { Service } from "../service.js";
import { openDiff } from "./commit-diff.js";
import { yamlOfCommit } from "./commit-yaml.js";
import { fetchReports, UnreadableReportError } from "./report-files.js";
import { withTemporaryFolder } from "./temporary-folder.js";

/** Files of a patch or of changes that a summary lists. */
const MOST_FILES = 500;

/**
 * Works out what is told of a commit beside its totals, once all of its uploads are merged: of flags, of components, of
 * the lines that its diff adds, and of those that changed in coverage without being edited.
 */
export async function summarizeCommit(service: Service, commitId: number): Promise<void> {
  const commit = await findCommitToSummarize(service.db, commitId);
  if (!commit) return;
  const yaml = await yamlOfCommit(service, commitId, commit.origin);
  if (!(await storeSummary(service.db, commit, await summaryOf(service, commit, yaml)))) {
    await service.queue.add("merge-commit", { commitId, sha: commit.origin.sha });
    return;
  }
  for (const { id, sha } of await forgetComparisons(service.db, commitId)) {
    await service.queue.add("merge-commit", { commitId: id, sha });
  }
}

async function summaryOf(
  service: Service,
  commit: CommitToSummarize,
  yaml: RepositoryYamlFile,
): Promise<ReportSummary> {
  return withTemporaryFolder(service.settings.dataDir, async (folder) => ({
    reportVersion: commit.reportVersion,
    baseVersion: commit.diff?.baseVersion ?? null,
    ...(await orWithout(service, commit, NO_PARTS, () => partsOf(service, commit, yaml, folder))),
    ...(await orWithout(service, commit, NO_COMPARISON, () => comparisonOf(service, commit, folder))),
  }));
}

/**
 * What can be told, without what needs a report that is gone or damaged. Where a merge replaced it meanwhile, the summary is not
 * kept anyway; a session's that the store has lost is not read again before the commit has news.
 */
async function orWithout<T>(
  { log }: Service,
  { origin }: CommitToSummarize,
  nothing: T,
  tell: () => Promise<T>,
): Promise<T> {
  try {
    return await tell();
  } catch (error) {
    // Blocks are also taken apart where nobody knows of which report they are.
    if (!(error instanceof UnreadableReportError || error instanceof StoredReportError)) throw error;
    log.warn({ sha: origin.sha, stage: "summary", err: error }, "summed up without a report that cannot be read");
    return nothing;
  }
}

type Parts = Pick<ReportSummary, "flags" | "components">;
const NO_PARTS: Parts = { flags: [], components: [] };

async function partsOf(
  { objects }: Service,
  { sessions }: CommitToSummarize,
  yaml: RepositoryYamlFile,
  folder: string,
): Promise<Parts> {
  const flags = [...new Set(sessions.flatMap((session) => session.flags))].sort().flatMap((name) => {
    const having = sessions.filter((session) => session.flags.includes(name));
    if (having.length < (flagRules(yaml, name).afterUploads ?? 0)) return [];
    const carriedForward = having.every((session) => session.carriedForward);
    return [{ name, sessions: having.length, carriedForward, filter: flagFilter(yaml, name) }];
  });
  const named = components(yaml);
  const filters = [...flags.map(({ filter }) => filter), ...named].map(
    (filter: ReportFilter): PartFilter => ({
      includesPath: (path) => filter.paths.includes(path),
      includesSession: (index) => filter.includesSession(sessions[index].flags),
    }),
  );
  if (filters.length === 0) return NO_PARTS;
  const reports = await fetchReports(
    objects,
    sessions.map(({ sessionKey }) => sessionKey),
    folder,
  );
  const totals = await filteredTotals(reports.opened, filters).finally(() => reports.close());
  return {
    flags: flags.map(({ filter: _, ...flag }, index) => ({ ...flag, totals: totals[index] })),
    components: named.map(({ id, name }, index) => ({ id, name, totals: totals[flags.length + index] })),
  };
}

type Comparison = Pick<ReportSummary, "patch" | "changes">;
const NO_COMPARISON: Comparison = { patch: null, changes: null };

async function comparisonOf({ objects }: Service, commit: CommitToSummarize, folder: string): Promise<Comparison> {
  const { diff, reportKey } = commit;
  const files = diff && (await openDiff(objects, diff));
  if (!diff || !files) return NO_COMPARISON;
  const keys = [reportKey, ...(diff.baseReportKey === null ? [] : [diff.baseReportKey])];
  const reports = await fetchReports(objects, keys, folder);
  try {
    const [head, base] = reports.opened;
    const patch = await patchOf(filesOf(head), files);
    const touched = Array.from(patch.files, ([path, totals]) => ({ path, totals }));
    return {
      patch: {
        base: diff.base,
        totals: patch.totals,
        files: touched.slice(0, MOST_FILES),
        fileCount: touched.length,
      },
      changes: base ? { base: diff.base, ...(await changesOf(base, head, files)) } : null,
    };
  } finally {
    await reports.close();
  }
}

async function changesOf(base: StoredReport, head: StoredReport, diff: Parameters<typeof indirectChanges>[2]) {
  const files: ChangedFile[] = [];
  let fileCount = 0;
  for await (const change of indirectChanges(filesOf(base), filesOf(head), diff)) {
    if (fileCount++ >= MOST_FILES) continue;
    const { path, kind } = change;
    const difference = kind === "changed" ? differenceOf(change.lines) : { hits: 0, misses: 0, partials: 0 };
    files.push({ path, kind, ...difference });
  }
  return { files, fileCount };
}
