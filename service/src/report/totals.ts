import { COMPLEXITY_FIELDS } from "./attached.js";
import { type FileCoverage, KIND_MASK, LineKind } from "./file-coverage.js";
import { LineStatus, statusOf } from "./line-value.js";

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

/** Totals while they are still being summed up. */
export type Counts = { -readonly [Field in Exclude<keyof Totals, "coverage">]: number };

export function noCounts(): Counts {
  return {
    files: 0,
    lines: 0,
    hits: 0,
    misses: 0,
    partials: 0,
    branches: 0,
    methods: 0,
    complexity: 0,
    complexityTotal: 0,
  };
}

/** Counts of one file; `files` is 1. */
export function countLines(coverage: FileCoverage): Counts {
  const { hits, totals, kinds } = coverage;
  const length = coverage.lines.length;
  let [hit, miss, partial, branches, methods] = [0, 0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const bits = kinds[i];
    if ((bits | totals[i]) === 0) {
      // Added, not branched upon: which lines are hit cannot be foreseen.
      hit += +(hits[i] > 0);
      miss += +(hits[i] === 0);
      continue;
    }
    const status = statusOf(hits[i], totals[i], bits);
    if (status === LineStatus.Hit) hit++;
    else if (status === LineStatus.Miss) miss++;
    else if (status === LineStatus.Partial) partial++;
    else continue;
    const kind = bits & KIND_MASK;
    if (kind === LineKind.Branch) branches++;
    else if (kind === LineKind.Method) methods++;
  }
  const counts = noCounts();
  counts.files = 1;
  counts.hits = hit;
  counts.misses = miss;
  counts.partials = partial;
  counts.lines = counts.hits + counts.misses + counts.partials;
  counts.branches = branches;
  counts.methods = methods;
  for (let i = 0; i < coverage.complexity.length; i += COMPLEXITY_FIELDS) {
    counts.complexity += coverage.complexity[i + 1];
    counts.complexityTotal += coverage.complexity[i + 2];
  }
  return counts;
}

export function addCounts(sum: Counts, counts: Readonly<Counts>): void {
  sum.files += counts.files;
  sum.lines += counts.lines;
  sum.hits += counts.hits;
  sum.misses += counts.misses;
  sum.partials += counts.partials;
  sum.branches += counts.branches;
  sum.methods += counts.methods;
  sum.complexity += counts.complexity;
  sum.complexityTotal += counts.complexityTotal;
}

export function toTotals(counts: Readonly<Counts>): Totals {
  return {
    files: counts.files,
    lines: counts.lines,
    hits: counts.hits,
    misses: counts.misses,
    partials: counts.partials,
    coverage: coverageOf(counts.hits, counts.lines),
    branches: counts.branches,
    methods: counts.methods,
    complexity: counts.complexity,
    complexityTotal: counts.complexityTotal,
  };
}

/** Totals of one file. */
export function fileTotals(coverage: FileCoverage): Totals {
  return toTotals(countLines(coverage));
}

/**
 * `hits / lines` in percent, rounded half to even at the fifth decimal: `"83.33333"`. Worked out on whole numbers,
 * so that no binary fraction decides the last digit.
 */
export function coverageOf(hits: number, lines: number): string | null {
  if (lines === 0) return null;
  if (hits === 0) return "0";
  if (hits === lines) return "100";
  const scaled = BigInt(hits) * 10_000_000n;
  const divisor = BigInt(lines);
  let rounded = scaled / divisor;
  const twice = (scaled % divisor) * 2n;
  if (twice > divisor || (twice === divisor && rounded % 2n === 1n)) rounded++;
  const digits = rounded.toString().padStart(6, "0");
  return `${digits.slice(0, -5)}.${digits.slice(-5)}`;
}
