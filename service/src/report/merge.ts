import { CoverageBuilder, copyLine, firstKind } from "./coverage-builder.js";
import { ATTACHED, type FileCoverage, LineFlag } from "./file-coverage.js";
import { LineMerger } from "./line-merger.js";

const NOT_PLAIN = LineFlag.Partial | LineFlag.NoData | ATTACHED;

const merger = new LineMerger();

/** Merges `second` into `first` line by line into an empty builder; `second` is the later one (see `LineMerger`). */
export function mergeFiles(first: FileCoverage, second: FileCoverage, into: CoverageBuilder): void {
  mergeRanges(first, 0, first.lines.length, second, 0, second.lines.length, into);
}

/**
 * Brings entries that were added in any order, with duplicates, into the order of their lines, merging duplicates in
 * the order in which they came. Ascending runs are merged pairwise: most reports have few of them.
 * @param spare a builder for intermediate results
 * @returns the one of the two builders that holds the result
 */
export function sortAndMerge(unordered: FileCoverage, into: CoverageBuilder, spare: CoverageBuilder): CoverageBuilder {
  let from = unordered;
  let runs = ascendingRuns(unordered.lines);
  let [target, other] = [into, spare];
  for (;;) {
    target.clear();
    const merged = [0];
    for (let r = 0; r + 1 < runs.length; r += 2) {
      const [start, middle] = [runs[r], runs[r + 1]];
      const end = runs[Math.min(r + 2, runs.length - 1)];
      mergeRanges(from, start, middle, from, middle, end, target);
      merged.push(target.length);
    }
    if (merged.length <= 2) return target;
    from = target.view();
    runs = merged;
    [target, other] = [other, target];
  }
}

/** Brings the lines of one file after the other into their order, in builders that serve all of them. */
export class LineSorter {
  readonly #builders = [new CoverageBuilder(), new CoverageBuilder(), new CoverageBuilder()] as const;

  /** @returns `lines` when they ascend, else one that is valid until the next call; it may be sorted again itself */
  sorted(lines: CoverageBuilder): CoverageBuilder {
    if (lines.ascending) return lines;
    const [first, second] = this.#builders.filter((builder) => builder !== lines);
    return sortAndMerge(lines.view(), first, second);
  }
}

/** Where runs of ascending lines start, and the end of the last one. */
function ascendingRuns(lines: Uint32Array): number[] {
  const runs = [0];
  for (let i = 1; i < lines.length; i++) if (lines[i] <= lines[i - 1]) runs.push(i);
  runs.push(lines.length);
  return runs;
}

function mergeRanges(
  first: FileCoverage,
  start: number,
  end: number,
  second: FileCoverage,
  secondStart: number,
  secondEnd: number,
  into: CoverageBuilder,
): void {
  const a = first.lines;
  const b = second.lines;
  into.reserve(end - start + secondEnd - secondStart);
  const columns = [into.lineNumbers, into.lineHits, into.lineTotals, into.lineKinds] as const;
  const [lines, hits, totals, kinds] = columns;
  let at = into.length;
  if (at > 0 && startsBelow(first, start, end, lines[at - 1])) into.ascending = false;
  if (at > 0 && startsBelow(second, secondStart, secondEnd, lines[at - 1])) into.ascending = false;
  let i = start;
  let j = secondStart;
  // Lines are written straight into the columns: a call for each of millions would take longer than all else.
  while (i < end && j < secondEnd) {
    const isSame = a[i] === b[j];
    const isFirst = a[i] < b[j];
    const from = isFirst ? first : second;
    const index = isFirst ? i : j;
    if (isSame || from.kinds[index] & ATTACHED) {
      into.length = at;
      if (isSame) mergeLine(first, i++, second, j++, into);
      else if (isFirst) copyLine(into, first, i++);
      else copyLine(into, second, j++);
      at = into.length;
      continue;
    }
    lines[at] = from.lines[index];
    hits[at] = from.hits[index];
    totals[at] = from.totals[index];
    kinds[at++] = from.kinds[index];
    if (isFirst) i++;
    else j++;
  }
  into.length = at;
  for (; i < end; i++) copyLine(into, first, i);
  for (; j < secondEnd; j++) copyLine(into, second, j);
}

function startsBelow({ lines }: FileCoverage, start: number, end: number, line: number): boolean {
  return start < end && lines[start] <= line;
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
