import { floorPercent } from "../../report/percent.js";
import { plural } from "./format.js";
import { type Html, html } from "./html.js";

export interface ChartPoint {
  /** As in `Totals`. */
  readonly coverage: string;
  readonly label: string;
  readonly path: string;
}

const WIDTH = 960;
const HEIGHT = 240;
const LEFT = 48;
const RIGHT = 16;
const TOP = 14;
const BOTTOM = 16;

/** Coverage over commits, oldest first. The table of commits beside it says the same to those who cannot see it. */
export function coverageChart(points: readonly ChartPoint[]): Html {
  const values = points.map((point) => Number(point.coverage));
  const { low, high, step } = scale(values);
  const x = (index: number) =>
    round(LEFT + (points.length === 1 ? 0.5 : index / (points.length - 1)) * (WIDTH - LEFT - RIGHT));
  const y = (value: number) => round(TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM));
  const line = values.map((value, index) => `${x(index)},${y(value)}`).join(" ");
  const area = `${x(0)},${HEIGHT - BOTTOM} ${line} ${x(points.length - 1)},${HEIGHT - BOTTOM}`;
  const first = floorPercent(points[0].coverage, 2);
  const last = floorPercent(points[points.length - 1].coverage, 2);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Coverage over ${plural(points.length, "commit")}, from ${first}% to ${last}%">
${ticks(low, high, step).map(
  (tick) =>
    html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}"/><text class="tick" x="${LEFT - 8}" y="${y(tick) + 4}">${tick}%</text>`,
)}
<polygon class="area" points="${area}"/>
<polyline class="line" points="${line}"/>
${points.map(
  (point, index) =>
    html`<a href="${point.path}"><circle class="point" cx="${x(index)}" cy="${y(values[index])}" r="4"/><title>${point.label}: ${floorPercent(point.coverage, 2)}%</title></a>`,
)}
</svg>`;
}

/** The same without axes, small enough for a row of a table. */
export function sparkline(values: readonly number[]): Html {
  if (values.length < 2) return html`<span class="none">–</span>`;
  const { low, high } = scale(values);
  const points = values.map((value, index) => {
    const x = round(2 + (index / (values.length - 1)) * 96);
    return `${x},${round(2 + ((high - value) / (high - low)) * 20)}`;
  });
  const change = values[values.length - 1] - values[0];
  const label = `${change >= 0 ? "up" : "down"} ${Math.abs(change).toFixed(2)} points over ${plural(values.length, "commit")}`;
  return html`<svg class="spark" viewBox="0 0 100 24" role="img" aria-label="${label}"><title>${label}</title><polyline class="line" points="${points.join(" ")}"/></svg>`;
}

/** Round bounds within 0 to 100 that leave the line some room, and the distance between grid lines. */
function scale(values: readonly number[]): { readonly low: number; readonly high: number; readonly step: number } {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = [1, 2, 5, 10, 20, 25].find((candidate) => most - least <= candidate * 4) ?? 25;
  const low = Math.max(0, Math.floor(least / step) * step);
  const high = Math.min(100, Math.ceil(most / step) * step);
  if (low < high) return { low, high, step };
  return low === 0 ? { low, high: step, step } : { low: low - step, high, step };
}

function ticks(low: number, high: number, step: number): number[] {
  const all: number[] = [];
  for (let tick = low; tick <= high; tick += step) all.push(tick);
  return all;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
