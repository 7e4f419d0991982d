/**
 * Coverage in percent with `decimals` digits, rounded down: 99.999 never shows as 100. Worked on the decimal text, so
 * that no binary fraction decides the last digit.
 *
 * @param coverage as in `Totals`: `"83.33333"`
 */
export function floorPercent(coverage: string, decimals: 0 | 1 | 2): string {
  const [whole, fraction = ""] = coverage.split(".");
  return decimals === 0 ? whole : `${whole}.${fraction.slice(0, decimals).padEnd(decimals, "0")}`;
}
