import type { Commit } from "../../database/commits.js";
import type { Repository } from "../../database/repositories.js";
import type { Upload } from "../../database/uploads.js";
import type { FileCoverage } from "../../report/file-coverage.js";
import { LineStatus, lineStatus } from "../../report/line-value.js";
import { floorPercent } from "../../report/percent.js";
import type { FileEntry } from "../../report/stored-report.js";
import type { ReportSummary } from "../../report/summary.js";
import { type Totals, toTotals } from "../../report/totals.js";
import { downloadPath } from "../addresses.js";

/** The shapes of REST v2. What the service does not know is null; counts that it does not keep are 0. */

export function totalsAnswer(totals: Totals, sessions: number) {
  return {
    files: totals.files,
    lines: totals.lines,
    hits: totals.hits,
    misses: totals.misses,
    partials: totals.partials,
    coverage: totals.coverage === null ? null : Number(floorPercent(totals.coverage, 2)),
    branches: totals.branches,
    methods: totals.methods,
    messages: 0,
    sessions,
    complexity: totals.complexity,
    complexity_total: totals.complexityTotal,
    complexity_ratio:
      totals.complexityTotal === 0 ? 0 : Math.floor((totals.complexity / totals.complexityTotal) * 10_000) / 100,
    diff: null,
  };
}

export function ownerAnswer({ host, owner }: Pick<Repository, "host" | "owner">) {
  return { service: host, username: owner, name: owner };
}

export function repositoryAnswer(repository: Repository, totals: ReturnType<typeof totalsAnswer> | null) {
  return {
    name: repository.name,
    private: repository.private,
    updatestamp: repository.updated_at.toISOString(),
    author: ownerAnswer(repository),
    language: null,
    branch: repository.default_branch,
    active: true,
    activated: true,
    totals,
  };
}

export function commitAnswer(commit: Commit, sessions: number) {
  return {
    commitid: commit.sha,
    message: commit.message,
    timestamp: commit.created_at.toISOString(),
    ci_passed: null,
    author: null,
    branch: commit.branch,
    totals: commit.totals && totalsAnswer(commit.totals, sessions),
    state: commit.state,
    parent: commit.parent_sha,
    pullid: commit.pull_id,
  };
}

/** What is told beside REST v2's fields. */
export function summaryAnswer({ flags, components, patch, changes }: ReportSummary) {
  return {
    flags: flags.map(({ name, sessions, carriedForward, totals }) => ({
      name,
      carried_forward: carriedForward,
      totals: totalsAnswer(totals, sessions),
    })),
    components: components.map(({ id, name, totals }) => ({ component_id: id, name, totals: totalsAnswer(totals, 0) })),
    patch: patch && {
      base: patch.base,
      totals: totalsAnswer(patch.totals, 0),
      file_count: patch.fileCount,
      files: patch.files.map(({ path, totals }) => ({ name: path, totals: totalsAnswer(totals, 0) })),
    },
    indirect_changes: changes && { base: changes.base, file_count: changes.fileCount, files: changes.files },
  };
}

export function uploadAnswer(repository: Repository, upload: Upload, publicUrl: string) {
  return {
    external_id: upload.external_id,
    created_at: upload.created_at.toISOString(),
    storage_path: publicUrl + downloadPath(repository, upload.external_id),
    flags: upload.flags,
    provider: upload.provider,
    build_code: upload.build,
    name: upload.name,
    job_code: upload.job,
    ci_url: upload.build_url,
    state: upload.state,
    env: upload.env,
    upload_type: upload.carried_from === null ? "uploaded" : "carriedforward",
    upload_extras: upload.carried_from === null ? {} : { carriedforward_from: upload.carried_from },
    totals: upload.totals && totalsAnswer(upload.totals, 1),
    error: upload.error,
    account: upload.account,
  };
}

export function fileAnswer(entry: FileEntry) {
  return { name: entry.path.toString(), totals: totalsAnswer(toTotals(entry.counts), 0) };
}

/** `[line, 0]` hit, `[line, 1]` missed, `[line, 2]` partial; lines that do not count are left out. */
export function lineCoverage(coverage: FileCoverage): [line: number, status: 0 | 1 | 2][] {
  const lines: [number, 0 | 1 | 2][] = [];
  for (let index = 0; index < coverage.lines.length; index++) {
    const status = lineStatus(coverage, index);
    if (status === LineStatus.Hit) lines.push([coverage.lines[index], 0]);
    else if (status === LineStatus.Miss) lines.push([coverage.lines[index], 1]);
    else if (status === LineStatus.Partial) lines.push([coverage.lines[index], 2]);
  }
  return lines;
}
