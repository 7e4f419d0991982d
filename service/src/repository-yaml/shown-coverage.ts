import { SITE_DEFAULTS } from "./effective-yaml.js";
import { type Range, readRange } from "./grammars.js";
import type { RepositoryYamlFile } from "./schema/repository-yaml-file.js";

/** How a percentage of coverage is shown. */
export interface Shown {
  readonly precision: number;
  readonly round: "down" | "up" | "nearest";
  readonly range: Range;
}

export function shownCoverage({ coverage = {} }: RepositoryYamlFile): Shown {
  const { precision, round, range } = { ...SITE_DEFAULTS.coverage, ...coverage };
  return { precision, round, range: readRange(range) };
}

/**
 * `hits / lines` in percent as it is shown: `"66.66"`. Worked out on whole numbers, so that no binary fraction decides
 * the last digit.
 */
export function shownPercent(
  hits: number,
  lines: number,
  { precision, round }: Pick<Shown, "precision" | "round">,
): string | null {
  if (lines === 0) return null;
  const scaled = BigInt(hits) * 100n * 10n ** BigInt(precision);
  const divisor = BigInt(lines);
  let value = scaled / divisor;
  const rest = (scaled % divisor) * 2n;
  const up = round === "up" ? rest > 0n : rest > divisor || (rest === divisor && value % 2n === 1n);
  if (round !== "down" && up) value++;
  const digits = value.toString().padStart(precision + 1, "0");
  return precision === 0 ? digits : `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}
