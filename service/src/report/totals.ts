/** Totals of a file or a report, by the rules of Codecov: partials count as not covered. */
export interface Totals {
  readonly files: number;
  readonly lines: number;
  readonly hits: number;
  readonly misses: number;
  readonly partials: number;
  /** `hits / lines` in percent with 5 decimals, `"100"` or `"0"` when exact, `null` without lines. */
  readonly coverage: string | null;
  /** Lines of kind branch. */
  readonly branches: number;
  /** Lines of kind method. */
  readonly methods: number;
  readonly complexity: number;
  readonly complexityTotal: number;
}
