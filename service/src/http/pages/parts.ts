import type { UploadState } from "../../database/schema.js";
import { floorPercent } from "../../report/percent.js";
import type { Totals } from "../../report/totals.js";
import { coverageColor } from "../badges/color.js";
import { formatCount } from "./format.js";
import { type Html, html } from "./html.js";

/** "83.33%" behind a dot in the badge's colour, or a dash. */
export function percent(coverage: string | null): Html {
  if (coverage === null) return html`<span class="none">–</span>`;
  const color = coverageColor(Number(coverage));
  return html`<span class="percent"><svg class="dot" viewBox="0 0 8 8" aria-hidden="true"><circle cx="4" cy="4" r="4" fill="${color}"/></svg>${floorPercent(coverage, 2)}%</span>`;
}

type LineCounts = Pick<Totals, "lines" | "hits" | "partials" | "misses">;

/** Covered, partial and missed lines as shares of a bar. */
export function coverageBar({ lines, hits, partials, misses }: LineCounts): Html {
  const label = `${formatCount(hits)} covered, ${formatCount(partials)} partial, ${formatCount(misses)} missed`;
  const share = (count: number) => (lines === 0 ? 0 : Math.round((count / lines) * 10_000) / 100);
  const [covered, partial] = [share(hits), share(partials)];
  return html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="${label}"><title>${label}</title><rect class="rest" width="100" height="8"/>${
    lines > 0 && html`<rect class="miss" width="100" height="8"/>`
  }<rect class="partial" x="${covered}" width="${partial}" height="8"/><rect class="hit" width="${covered}" height="8"/></svg>`;
}

/** The number of files is left out for a single file. */
export function statCards(totals: Totals, of: "report" | "file" = "report"): Html {
  const cards: [label: string, value: Html | string][] = [
    ["Coverage", percent(totals.coverage)],
    ...(of === "report" ? [["Files", formatCount(totals.files)] satisfies [string, string]] : []),
    ["Lines", formatCount(totals.lines)],
    ["Covered", formatCount(totals.hits)],
    ["Partial", formatCount(totals.partials)],
    ["Missed", formatCount(totals.misses)],
  ];
  return html`<dl class="cards">${cards.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
${coverageBar(totals)}`;
}

const UPLOAD_STATES: Record<UploadState, { readonly text: string; readonly tone: "good" | "bad" | "busy" }> = {
  started: { text: "waiting for its body", tone: "busy" },
  uploaded: { text: "waiting to be processed", tone: "busy" },
  processed: { text: "being merged", tone: "busy" },
  merged: { text: "in the report", tone: "good" },
  error: { text: "failed", tone: "bad" },
};

export function uploadState(state: UploadState): Html {
  const { text, tone } = UPLOAD_STATES[state];
  return chip(text, tone);
}

export function chip(text: string, tone: "good" | "bad" | "busy" | "plain"): Html {
  return html`<span class="chip ${tone}">${text}</span>`;
}

/** Links to the pages before and after; nothing when all fits on one. */
export function pager(page: { readonly number: number; readonly size: number }, count: number, address: URL): Html {
  const pages = Math.max(1, Math.ceil(count / page.size));
  if (pages === 1) return html``;
  const link = (number: number, text: string, rel: string) =>
    html`<a rel="${rel}" href="${withParameter(address, "page", String(number))}">${text}</a>`;
  return html`<nav class="pager" aria-label="Pages">${
    page.number > 1 && link(Math.min(page.number - 1, pages), "← Previous", "prev")
  }<span>Page ${formatCount(page.number)} of ${formatCount(pages)}</span>${
    page.number < pages && link(page.number + 1, "Next →", "next")
  }</nav>`;
}

/** Path and query of an address with one parameter changed, or left out when `value` is empty. */
export function withParameter(address: URL, name: string, value: string): string {
  const other = new URL(address);
  if (value === "") other.searchParams.delete(name);
  else other.searchParams.set(name, value);
  return other.pathname + other.search;
}

export function searchBox(label: string, value: string, keep: Readonly<Record<string, string>> = {}): Html {
  const kept = Object.entries(keep).filter(([, kept]) => kept !== "");
  return html`<form class="search" role="search" method="get">${kept.map(
    ([name, kept]) => html`<input type="hidden" name="${name}" value="${kept}">`,
  )}<input type="search" name="q" value="${value}" aria-label="${label}" placeholder="${label}" maxlength="200"><button>Search</button></form>`;
}
