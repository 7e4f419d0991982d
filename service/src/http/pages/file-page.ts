import type { Page } from "../../database/page.js";
import type { Repository } from "../../database/repositories.js";
import type { FileCoverage } from "../../report/file-coverage.js";
import { LineStatus, lineStatus, lineValue, missingBranches } from "../../report/line-value.js";
import { fileTotals } from "../../report/totals.js";
import { filePath } from "../addresses.js";
import { commitCrumbs } from "./commit-page.js";
import { formatCount, shortSha } from "./format.js";
import { type Html, html } from "./html.js";
import { layout } from "./layout.js";
import { lineRanges } from "./line-ranges.js";
import { pager, statCards, withParameter } from "./parts.js";

export interface FileView {
  readonly repository: Repository;
  readonly sha: string;
  readonly path: string;
  readonly coverage: FileCoverage;
  readonly page: Page;
  readonly address: URL;
}

const STATUSES: Record<LineStatus, { readonly name: string; readonly mark: string; readonly text: string }> = {
  [LineStatus.Hit]: { name: "hit", mark: "✓", text: "covered" },
  [LineStatus.Partial]: { name: "partial", mark: "◐", text: "partial" },
  [LineStatus.Miss]: { name: "miss", mark: "✗", text: "missed" },
  [LineStatus.Skipped]: { name: "rest", mark: "·", text: "skipped" },
  [LineStatus.None]: { name: "rest", mark: "·", text: "without data" },
};

const LEGEND = [LineStatus.Hit, LineStatus.Partial, LineStatus.Miss, LineStatus.Skipped];
const MOST_RANGES = 200;

export function filePage(view: FileView): Html {
  const { repository, sha, path, coverage, page, address } = view;
  const first = (page.number - 1) * page.size;
  const last = Math.min(coverage.lines.length, first + page.size);
  const indexes = Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset);
  return layout({
    title: `${path} · ${shortSha(sha)}`,
    crumbs: [...commitCrumbs(repository, sha), { text: path, path: filePath(repository, sha, path) }],
    body: html`<h1 class="path">${path}</h1>
${statCards(fileTotals(coverage), "file")}
${summary(view, LineStatus.Miss, "Missed lines")}
${summary(view, LineStatus.Partial, "Partial lines")}
<h2>Lines</h2>
<p class="muted">Line numbers with hits, or branches taken of all. Lines that are not here hold no code that counts. The source text is not shown: this service does not read repositories.</p>
<ul class="legend">${LEGEND.map((status) => html`<li class="${STATUSES[status].name}"><b>${STATUSES[status].mark}</b> ${STATUSES[status].text}</li>`)}</ul>
<ol class="lines">${indexes.map((index) => line(coverage, index))}</ol>
${pager(page, coverage.lines.length, address)}`,
  });
}

/** The lines of one status at a glance. */
function summary(view: FileView, status: LineStatus, title: string): Html {
  const { lines } = view.coverage;
  const indexes = Array.from(lines.keys()).filter((index) => lineStatus(view.coverage, index) === status);
  if (indexes.length === 0) return html``;
  const ranges = lineRanges(indexes.map((index) => lines[index]));
  const rest = ranges.length - MOST_RANGES;
  const links = ranges
    .slice(0, MOST_RANGES)
    .map(
      ({ first, last }) =>
        html`<a class="${STATUSES[status].name}" href="${lineAddress(view, first)}">${first === last ? first : `${first}–${last}`}</a> `,
    );
  return html`<h2>${title}</h2>
<p class="ranges">${links}${rest > 0 && html`<span class="muted">and ${formatCount(rest)} more</span>`}</p>`;
}

/** Of a line that may be on another page of a long file. */
function lineAddress({ coverage, page, address }: FileView, number: number): string {
  const target = Math.floor(coverage.lines.indexOf(number) / page.size) + 1;
  return `${target === page.number ? "" : withParameter(address, "page", String(target))}#L${number}`;
}

function line(coverage: FileCoverage, index: number): Html {
  const number = coverage.lines[index];
  const status = lineStatus(coverage, index);
  const { name, mark, text } = STATUSES[status];
  const missing = status === LineStatus.Partial ? (missingBranches(coverage, index) ?? []) : [];
  return html`<li class="${name}" id="L${number}"><a href="#L${number}">${number}</a> <b aria-label="${text}">${mark}</b> ${shown(coverage, index)}${
    missing.length > 0 &&
    html`<small>not taken: ${missing.slice(0, 20).join(", ")}${missing.length > 20 && " …"}</small>`
  }</li>`;
}

function shown(coverage: FileCoverage, index: number): string {
  const value = lineValue(coverage, index);
  if (value === null || value === -1) return "";
  if (value === true) return "in part";
  return typeof value === "number" ? `${formatCount(value)}×` : value;
}
