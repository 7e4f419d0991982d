import type { Page } from "../../database/page.js";
import type { Repository } from "../../database/repositories.js";
import type { StoredFile } from "../../report/stored-report.js";
import { filePath } from "../addresses.js";
import { formatCount, plural } from "./format.js";
import { type Html, html } from "./html.js";
import { coverageBar, pager, percent, searchBox, withParameter } from "./parts.js";

export const FILE_ORDERS = ["path", "coverage", "missed", "lines"] as const;
export type FileOrder = (typeof FILE_ORDERS)[number];

export interface FileListView {
  readonly repository: Repository;
  readonly sha: string;
  readonly files: readonly StoredFile[];
  /** Part of the path. */
  readonly search: string;
  readonly order: FileOrder;
  readonly page: Page;
  readonly address: URL;
}

/** What needs attention comes first: low coverage, many missed lines, long files. */
const COMPARE: Record<FileOrder, ((left: StoredFile, right: StoredFile) => number) | null> = {
  path: null,
  coverage: (left, right) => coverageOf(left) - coverageOf(right) || uncovered(right) - uncovered(left),
  missed: (left, right) => uncovered(right) - uncovered(left),
  lines: (left, right) => right.totals.lines - left.totals.lines,
};

const HEADINGS: Record<FileOrder, string> = { path: "File", coverage: "Coverage", missed: "Missed", lines: "Lines" };

/** The files of a report, found by part of their path, in the wanted order, a page at a time. */
export function fileList(view: FileListView): Html {
  const { files, search, order, page } = view;
  const found = search === "" ? files : files.filter((file) => file.path.toLowerCase().includes(search.toLowerCase()));
  const compare = COMPARE[order];
  const sorted = compare ? [...found].sort(compare) : found;
  const shown = sorted.slice((page.number - 1) * page.size, page.number * page.size);
  return html`<div class="title"><h2>${plural(found.length, "file")}${search !== "" && ` with “${search}”`}</h2>${searchBox("Find a file", search, { sort: order === "path" ? "" : order })}</div>
<div class="scroll"><table>
<thead><tr>${heading(view, "path")}${heading(view, "coverage")}<th scope="col" class="wide">Covered, partial, missed</th>${heading(view, "lines")}<th scope="col" class="number">Partial</th>${heading(view, "missed")}</tr></thead>
<tbody>${shown.map((file) => row(view, file))}</tbody>
</table></div>
${pager(page, found.length, view.address)}`;
}

function heading({ order, address }: FileListView, column: FileOrder): Html {
  const link = withParameter(
    new URL(withParameter(address, "page", ""), address),
    "sort",
    column === "path" ? "" : column,
  );
  const sorted = order === column;
  const direction = column === "path" || column === "coverage" ? "ascending" : "descending";
  return html`<th scope="col" class="${column === "lines" || column === "missed" ? "number" : ""}" aria-sort="${sorted ? direction : "none"}"><a href="${link}">${HEADINGS[column]}${sorted && (direction === "ascending" ? " ↑" : " ↓")}</a></th>`;
}

function row({ repository, sha }: FileListView, { path, totals }: StoredFile): Html {
  return html`<tr>
<th scope="row" class="path"><a href="${filePath(repository, sha, path)}">${path}</a></th>
<td>${percent(totals.coverage)}</td>
<td>${coverageBar(totals)}</td>
<td class="number">${formatCount(totals.lines)}</td>
<td class="number">${formatCount(totals.partials)}</td>
<td class="number">${formatCount(totals.misses)}</td>
</tr>`;
}

function coverageOf({ totals }: StoredFile): number {
  return totals.lines === 0 ? 1 : totals.hits / totals.lines;
}

function uncovered({ totals }: StoredFile): number {
  return totals.misses + totals.partials;
}
