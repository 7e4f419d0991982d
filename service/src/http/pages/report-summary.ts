import type { Repository } from "../../database/repositories.js";
import type { ChangesSummary, PatchSummary, ReportSummary } from "../../report/summary.js";
import type { Totals } from "../../report/totals.js";
import { commitPath, filePath } from "../addresses.js";
import { formatCount, plural, shortSha } from "./format.js";
import { type Html, html } from "./html.js";
import { chip, coverageBar, percent } from "./parts.js";

/** What is told of a commit beside its totals: the patch, lines that changed though nobody edited them, flags, components. */
export function reportSummary(repository: Repository, sha: string, summary: ReportSummary): Html {
  const { patch, changes, flags, components } = summary;
  return html`${patch && patchSection(repository, sha, patch)}
${changes && changes.fileCount > 0 && changesSection(repository, sha, changes)}
${
  flags.length > 0 &&
  partsTable(
    "flag",
    flags.map(({ name, carriedForward, totals }) => ({
      name: html`${name} ${carriedForward && chip("carried forward", "plain")}`,
      totals,
    })),
  )
}
${components.length > 0 && partsTable("component", components)}`;
}

function patchSection(repository: Repository, sha: string, { base, totals, files, fileCount }: PatchSummary): Html {
  if (totals.lines === 0) {
    return html`<h2 id="patch">Patch</h2><p class="notice">No line that was added since ${link(repository, base)} can be covered.</p>`;
  }
  return html`<h2 id="patch">Patch ${percent(totals.coverage)}</h2>
<p>Of ${plural(totals.lines, "line")} added since ${link(repository, base)}, ${formatCount(totals.hits)} covered, ${formatCount(totals.partials)} partial, ${formatCount(totals.misses)} missed.</p>
${partsTable(
  "file",
  files.map(({ path, totals: ofFile }) => ({
    name: html`<a href="${filePath(repository, sha, path)}">${path}</a>`,
    totals: ofFile,
  })),
  fileCount,
  false,
)}`;
}

function changesSection(repository: Repository, sha: string, { base, files, fileCount }: ChangesSummary): Html {
  return html`<h2 id="changes">${plural(fileCount, "file")} with indirect changes</h2>
<p>Lines whose coverage is another than on ${link(repository, base)}, though nobody edited them.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">File</th><th scope="col" class="number">Covered</th><th scope="col" class="number">Partial</th><th scope="col" class="number">Missed</th></tr></thead>
<tbody>${files.map(
    ({ path, kind, hits, partials, misses }) => html`<tr>
<th scope="row" class="path">${kind === "deleted" ? path : html`<a href="${filePath(repository, sha, path)}">${path}</a>`} ${kind === "new" && chip("new in the report", "plain")}${kind === "deleted" && chip("gone from the report", "bad")}</th>
<td class="number">${kind === "changed" && signed(hits)}</td><td class="number">${kind === "changed" && signed(partials)}</td><td class="number">${kind === "changed" && signed(misses)}</td>
</tr>`,
  )}</tbody>
</table></div>${rest(fileCount - files.length)}`;
}

interface Part {
  readonly name: Html | string;
  readonly totals: Totals;
}

function partsTable(
  what: "flag" | "component" | "file",
  parts: readonly Part[],
  count = parts.length,
  titled = true,
): Html {
  return html`${titled && html`<h2 id="${what}s">${plural(count, what)}</h2>`}
<div class="scroll"><table>
<thead><tr><th scope="col">${what[0].toUpperCase() + what.slice(1)}</th><th scope="col">Coverage</th><th scope="col" class="wide">Covered, partial, missed</th><th scope="col" class="number">Lines</th><th scope="col" class="number">Missed</th></tr></thead>
<tbody>${parts.map(
    ({ name, totals }) => html`<tr>
<th scope="row" class="path">${name}</th><td>${percent(totals.coverage)}</td><td>${coverageBar(totals)}</td>
<td class="number">${formatCount(totals.lines)}</td><td class="number">${formatCount(totals.misses)}</td>
</tr>`,
  )}</tbody>
</table></div>${rest(count - parts.length)}`;
}

function rest(count: number): Html {
  return html`${count > 0 && html`<p class="muted">and ${plural(count, "other")}</p>`}`;
}

function link(repository: Repository, sha: string): Html {
  return html`<a href="${commitPath(repository, sha)}"><code>${shortSha(sha)}</code></a>`;
}

function signed(count: number): string {
  return count > 0 ? `+${formatCount(count)}` : formatCount(count);
}
