import { floorPercent } from "../../report/percent.js";
import { html } from "../pages/html.js";
import { type ColorRange, coverageColor } from "./color.js";

export type Precision = 0 | 1 | 2;

const LABEL = "coverage";
const UNKNOWN = "unknown";
const UNKNOWN_COLOR = "#9f9f9f";
const PADDING = 6;

/** What the badge says: "83%", or "unknown" without coverage. */
export function badgeText(coverage: string | null, precision: Precision): string {
  return coverage === null ? UNKNOWN : `${floorPercent(coverage, precision)}%`;
}

/** The badge as a picture, 20 pixels high. */
export function badgeSvg(coverage: string | null, precision: Precision, range?: ColorRange): string {
  const text = badgeText(coverage, precision);
  const color = coverage === null ? UNKNOWN_COLOR : coverageColor(Number(coverage), range);
  const left = textWidth(LABEL) + 2 * PADDING;
  const right = textWidth(text) + 2 * PADDING;
  const width = left + right;
  const middle = left + right / 2;
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${LABEL}: ${text}">
<title>${LABEL}: ${text}</title>
<linearGradient id="shade" x2="0" y2="100%"><stop offset="0" stop-color="#bbb" stop-opacity=".1"/><stop offset="1" stop-opacity=".1"/></linearGradient>
<clipPath id="round"><rect width="${width}" height="20" rx="3"/></clipPath>
<g clip-path="url(#round)"><rect width="${left}" height="20" fill="#555"/><rect x="${left}" width="${right}" height="20" fill="${color}"/><rect width="${width}" height="20" fill="url(#shade)"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
<text x="${left / 2}" y="15" fill="#010101" fill-opacity=".3" aria-hidden="true">${LABEL}</text><text x="${left / 2}" y="14">${LABEL}</text>
<text x="${middle}" y="15" fill="#010101" fill-opacity=".3" aria-hidden="true">${text}</text><text x="${middle}" y="14">${text}</text>
</g></svg>
`.text;
}

/** Pixels in Verdana at size 11; letters differ little enough that one width serves them all. */
function textWidth(text: string): number {
  const widths: Readonly<Record<string, number>> = { "%": 12, ".": 4 };
  return [...text].reduce((sum, character) => sum + (widths[character] ?? 7), 0);
}
