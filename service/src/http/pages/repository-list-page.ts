import type { CoveragePoint } from "../../database/commits.js";
import type { Page } from "../../database/page.js";
import type { Repository } from "../../database/repositories.js";
import { gitHostTitle } from "../../git-hosts/names.js";
import { ownerPath, repositoryPath } from "../addresses.js";
import { sparkline } from "./chart.js";
import { formatTime, plural } from "./format.js";
import { type Html, html } from "./html.js";
import { type Crumb, layout } from "./layout.js";
import { coverageBar, pager, percent, searchBox } from "./parts.js";
import { firstUploadGuide } from "./upload-guide.js";

export interface RepositoryListView {
  /** Null: the repositories of all owners. */
  readonly owner: Pick<Repository, "host" | "owner"> | null;
  readonly search: string;
  readonly repositories: readonly Repository[];
  readonly count: number;
  readonly page: Page;
  /** Newest first. */
  readonly history: ReadonlyMap<number, readonly CoveragePoint[]>;
  readonly address: URL;
}

export function repositoryListPage(view: RepositoryListView): Html {
  const title = view.owner ? view.owner.owner : "Repositories";
  const crumbs: Crumb[] = view.owner ? [{ text: view.owner.owner, path: ownerPath(view.owner) }] : [];
  const nothingYet = view.count === 0 && view.search === "" && !view.owner;
  return layout({
    title,
    crumbs,
    body: html`<div class="title"><h1>${title}</h1>${!nothingYet && searchBox("Find a repository", view.search)}</div>
${nothingYet ? firstUploadGuide(view.address.origin) : listOf(view)}`,
  });
}

function listOf(view: RepositoryListView): Html {
  if (view.count === 0) return html`<p class="notice">No repository matches “${view.search}”.</p>`;
  return html`<p class="muted">${plural(view.count, "repository", "repositories")}, those with the newest uploads first</p>
<div class="scroll"><table>
<thead><tr><th scope="col">Repository</th><th scope="col">Coverage</th><th scope="col" class="wide">Lines</th><th scope="col">Trend</th><th scope="col">Last upload</th></tr></thead>
<tbody>${view.repositories.map((repository) => row(repository, view.history.get(repository.id) ?? []))}</tbody>
</table></div>
${pager(view.page, view.count, view.address)}`;
}

function row(repository: Repository, history: readonly CoveragePoint[]): Html {
  const totals = history[0]?.totals ?? null;
  const values = history.flatMap((point) => (point.totals?.coverage ? [Number(point.totals.coverage)] : [])).reverse();
  return html`<tr>
<th scope="row"><a href="${repositoryPath(repository)}">${repository.owner}/<b>${repository.name}</b></a> <span class="muted">${gitHostTitle(repository.host)}</span></th>
<td>${percent(totals?.coverage ?? null)}</td>
<td>${totals && coverageBar(totals)}</td>
<td>${sparkline(values)}</td>
<td>${formatTime(repository.updated_at)}</td>
</tr>`;
}
