import type { Commit } from "../../database/commits.js";
import type { Repository } from "../../database/repositories.js";
import type { Upload } from "../../database/uploads.js";
import { gitHostTitle } from "../../git-hosts/names.js";
import { commitPath, repositoryPath } from "../addresses.js";
import { type FileListView, fileList } from "./file-list.js";
import { formatTime, plural, shortSha } from "./format.js";
import { type Html, html } from "./html.js";
import { type Crumb, layout } from "./layout.js";
import { statCards } from "./parts.js";
import { reportSummary } from "./report-summary.js";
import { repositoryCrumbs } from "./repository-page.js";
import { uploadList } from "./upload-list.js";

const REFRESH_SECONDS = 3;

export interface CommitView {
  readonly repository: Repository;
  readonly commit: Commit;
  readonly uploads: readonly Upload[];
  /** Null while the commit has no report. */
  readonly files: FileListView | null;
  readonly hostUrl: string | null;
}

export function commitCrumbs(repository: Repository, sha: string): Crumb[] {
  return [...repositoryCrumbs(repository), { text: shortSha(sha), path: commitPath(repository, sha) }];
}

export function commitPage(view: CommitView): Html {
  const { repository, commit, uploads, files } = view;
  const pending = uploads.filter((upload) => upload.state === "uploaded" || upload.state === "processed").length;
  return layout({
    title: `${shortSha(commit.sha)} · ${repository.owner}/${repository.name}`,
    crumbs: commitCrumbs(repository, commit.sha),
    refreshSeconds: pending > 0 ? REFRESH_SECONDS : undefined,
    body: html`<h1>Commit <code>${shortSha(commit.sha)}</code></h1>
${about(view)}
${pending > 0 && html`<p class="notice busy" role="status">Processing ${plural(pending, "upload")} of ${uploads.length}… This page loads itself again.</p>`}
${files && commit.totals && statCards(commit.totals)}
${!files && pending === 0 && html`<p class="notice">${withoutReport(commit, uploads)}</p>`}
${commit.summary && reportSummary(repository, commit.sha, commit.summary)}
${files && fileList(files)}
${
  uploads.length > 0 &&
  html`<h2 id="uploads">${plural(uploads.length, "upload")}</h2>
${uploadList(repository, uploads)}`
}`,
  });
}

function about({ repository, commit, hostUrl }: CommitView): Html {
  const { sha, branch, pull_id: pull, parent_sha: parent, message } = commit;
  const branchPath = `${repositoryPath(repository)}?branch=${encodeURIComponent(branch ?? "")}`;
  return html`${message !== null && html`<p>${message}</p>`}
<dl class="facts">
<div><dt>Commit</dt><dd><code>${sha}</code>${hostUrl && html` <a href="${hostUrl}" rel="noreferrer">on ${gitHostTitle(repository.host)}</a>`}</dd></div>
${branch !== null && html`<div><dt>Branch</dt><dd><a href="${branchPath}">${branch}</a></dd></div>`}
${pull !== null && html`<div><dt>Pull request</dt><dd>${pull}</dd></div>`}
${parent !== null && html`<div><dt>Parent</dt><dd><a href="${commitPath(repository, parent)}"><code>${shortSha(parent)}</code></a></dd></div>`}
<div><dt>First upload</dt><dd>${formatTime(commit.created_at)}</dd></div>
</dl>`;
}

function withoutReport(commit: Commit, uploads: readonly Upload[]): string {
  if (commit.state === "complete" && uploads.length === 0) {
    return "An empty upload was recorded: nothing in this commit needs coverage.";
  }
  if (uploads.length === 0) return "Nothing has been uploaded for this commit yet.";
  if (uploads.every((upload) => upload.state === "error")) {
    return "None of the uploads could be used. What became of each stands below.";
  }
  return "The uploads were started, but their bodies have not come yet.";
}
