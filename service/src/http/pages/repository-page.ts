import type { Commit, CoveragePoint } from "../../database/commits.js";
import type { Page } from "../../database/page.js";
import type { Repository } from "../../database/repositories.js";
import { gitHostTitle } from "../../git-hosts/names.js";
import { commitPath, ownerPath, repositoryPath } from "../addresses.js";
import { coverageChart } from "./chart.js";
import { formatCount, formatTime, plural, shortSha } from "./format.js";
import { type Html, html } from "./html.js";
import { type Crumb, layout } from "./layout.js";
import { chip, coverageBar, pager, percent, statCards, withParameter } from "./parts.js";
import { badgeGuide, type UploadGuideView, uploadGuide } from "./upload-guide.js";

export interface RepositoryView extends UploadGuideView {
  /** On its git host; null when the host's address is not known. */
  readonly hostUrl: string | null;
  /** Shown commits are of this branch; empty: of all. */
  readonly branch: string;
  readonly commits: readonly Commit[];
  readonly count: number;
  readonly page: Page;
  /** Reports of one branch, newest first. */
  readonly history: readonly CoveragePoint[];
  readonly address: URL;
}

export function repositoryCrumbs(repository: Repository): Crumb[] {
  return [
    { text: repository.owner, path: ownerPath(repository) },
    { text: repository.name, path: repositoryPath(repository) },
  ];
}

export function repositoryPage(view: RepositoryView): Html {
  const { repository, history } = view;
  const latest = history[0];
  return layout({
    title: `${repository.owner}/${repository.name}`,
    crumbs: repositoryCrumbs(repository),
    body: html`<div class="title"><h1>${repository.owner}/${repository.name}</h1>${
      view.hostUrl && html`<a href="${view.hostUrl}" rel="noreferrer">On ${gitHostTitle(repository.host)}</a>`
    }</div>
${latest?.totals && statCards(latest.totals)}
${trend(repository, history)}
<div class="guides">${uploadGuide(view)}${badgeGuide(view)}</div>
<h2>Commits</h2>
${
  view.branch !== "" &&
  html`<p>On branch ${chip(view.branch, "plain")} <a href="${withParameter(view.address, "branch", "")}">Show all branches</a></p>`
}
${commitTable(view)}`,
  });
}

function trend(repository: Repository, history: readonly CoveragePoint[]): Html {
  const points = history
    .flatMap(({ totals, sha, created_at }) =>
      totals?.coverage
        ? [
            {
              coverage: totals.coverage,
              label: `${shortSha(sha)}, ${created_at.toISOString().slice(0, 10)}`,
              path: commitPath(repository, sha),
            },
          ]
        : [],
    )
    .reverse();
  if (points.length === 0) return html``;
  const branch = history[0].branch;
  return html`<figure class="trend"><figcaption>Coverage of the last ${plural(points.length, "report")}${
    branch !== null && html` on ${branch}`
  }</figcaption>${coverageChart(points)}</figure>`;
}

function commitTable(view: RepositoryView): Html {
  if (view.count === 0)
    return html`<p class="notice">No commit has been uploaded${view.branch !== "" && " on this branch"} yet.</p>`;
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">Commit</th><th scope="col">Branch</th><th scope="col">Coverage</th><th scope="col" class="wide">Lines</th><th scope="col" class="number">Files</th><th scope="col">First upload</th></tr></thead>
<tbody>${view.commits.map((commit) => commitRow(view, commit))}</tbody>
</table></div>
${pager(view.page, view.count, view.address)}`;
}

function commitRow({ repository, address }: RepositoryView, commit: Commit): Html {
  const { totals, branch } = commit;
  return html`<tr>
<th scope="row"><a href="${commitPath(repository, commit.sha)}"><code>${shortSha(commit.sha)}</code></a> ${
    commit.pull_id !== null && html`<span class="muted">pull request ${commit.pull_id}</span>`
  } ${stateChip(commit)}</th>
<td>${branch !== null && html`<a href="${withParameter(address, "branch", branch)}">${branch}</a>`}</td>
<td>${percent(totals?.coverage ?? null)}</td>
<td>${totals && coverageBar(totals)}</td>
<td class="number">${totals && formatCount(totals.files)}</td>
<td>${formatTime(commit.created_at)}</td>
</tr>`;
}

function stateChip({ state, totals }: Commit): Html | null {
  if (state === "error") return chip("failed", "bad");
  if (state === "complete") return totals ? null : chip("no report needed", "plain");
  return totals ? chip("processing", "busy") : chip("no report yet", "plain");
}
