/**
 * What processes of one port say to each other of their metrics, by way of the one that started them: that one is asked
 * (`all?`), asks each (`own?`), hears of each (`own`) and tells what it heard (`all`).
 */
export type MetricsMessage =
  | { readonly metrics: "all?" | "own?"; readonly question: number }
  | { readonly metrics: "own"; readonly question: number; readonly own: object }
  | { readonly metrics: "all"; readonly question: number; readonly all: readonly object[] };

/** How long a process may take to tell its metrics, in milliseconds. One that takes longer is left out. */
export const PATIENCE = 2_000;
