/** Red to green. */
const STOPS = ["#e05d44", "#fe7d37", "#dfb317", "#a4a61d", "#97ca00", "#44cc11"];
const STEPS = 100;

/** Coverage up to `low` is red, from `high` on green; between them are 99 more colours. */
export interface ColorRange {
  readonly low: number;
  readonly high: number;
}

export const DEFAULT_RANGE: ColorRange = { low: 70, high: 100 };

/** The colour that stands for a coverage in percent. */
export function coverageColor(percent: number, { low, high }: ColorRange = DEFAULT_RANGE): string {
  if (percent >= high) return STOPS[STOPS.length - 1];
  if (percent <= low) return STOPS[0];
  const step = Math.floor(((percent - low) / (high - low)) * STEPS);
  const position = (step / STEPS) * (STOPS.length - 1);
  const stop = Math.floor(position);
  return blend(STOPS[stop], STOPS[stop + 1], position - stop);
}

function blend(from: string, to: string, share: number): string {
  const channels = [1, 3, 5].map((at) => {
    const start = Number.parseInt(from.slice(at, at + 2), 16);
    const end = Number.parseInt(to.slice(at, at + 2), 16);
    return Math.round(start + (end - start) * share)
      .toString(16)
      .padStart(2, "0");
  });
  return `#${channels.join("")}`;
}
