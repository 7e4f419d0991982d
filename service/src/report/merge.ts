import { type CoverageBuilder, copyLine, firstKind } from "./coverage-builder.js";
import { type FileCoverage, LineFlag } from "./file-coverage.js";
import { LineMerger } from "./line-merger.js";

const NOT_PLAIN = LineFlag.Partial | LineFlag.NoData | LineFlag.KnowsMissing;
/** Sort keys are `line * 2^26 + index`, which a double holds exactly while both stay below 2^26. */
const INDEX_SPAN = 2 ** 26;

const merger = new LineMerger();

/** Merges `second` into `first` line by line into an empty builder; `second` is the later one (see `LineMerger`). */
export function mergeFiles(first: FileCoverage, second: FileCoverage, into: CoverageBuilder): void {
  const a = first.lines;
  const b = second.lines;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] < b[j]) copyLine(into, first, i++);
    else if (a[i] > b[j]) copyLine(into, second, j++);
    else mergeLine(first, i++, second, j++, into);
  }
  while (i < a.length) copyLine(into, first, i++);
  while (j < b.length) copyLine(into, second, j++);
}

function mergeLine(first: FileCoverage, i: number, second: FileCoverage, j: number, into: CoverageBuilder): void {
  const hits = first.hits[i];
  const otherHits = second.hits[j];
  const bits = first.kinds[i];
  const otherBits = second.kinds[j];
  const plain = ((bits | otherBits) & NOT_PLAIN) === 0 && first.totals[i] === 0 && second.totals[j] === 0;
  if (plain && hits >= 0 && otherHits >= 0) {
    into.add(first.lines[i], hits > otherHits ? hits : otherHits, 0, firstKind(bits, otherBits));
    return;
  }
  merger.load(first, i);
  merger.merge(second, j);
  merger.store(into);
}

/**
 * Brings entries that were added in any order, with duplicates, into the order of their lines, merging duplicates in
 * the order in which they came.
 */
export function sortAndMerge(unordered: FileCoverage, into: CoverageBuilder): void {
  const { lines } = unordered;
  const keys = new Float64Array(lines.length);
  for (let i = 0; i < keys.length; i++) keys[i] = lines[i] * INDEX_SPAN + i;
  keys.sort();
  for (let k = 0; k < keys.length; ) {
    const line = Math.floor(keys[k] / INDEX_SPAN);
    const index = keys[k] - line * INDEX_SPAN;
    const next = k + 1;
    if (next === keys.length || keys[next] >= (line + 1) * INDEX_SPAN) {
      copyLine(into, unordered, index);
      k = next;
    } else {
      k = mergeDuplicates(unordered, keys, k, line, into);
    }
  }
}

function mergeDuplicates(
  from: FileCoverage,
  keys: Float64Array,
  at: number,
  line: number,
  into: CoverageBuilder,
): number {
  const end = (line + 1) * INDEX_SPAN;
  const base = line * INDEX_SPAN;
  merger.load(from, keys[at] - base);
  let k = at + 1;
  for (; k < keys.length && keys[k] < end; k++) merger.merge(from, keys[k] - base);
  merger.store(into);
  return k;
}
