import { type FileCoverage, LineFlag } from "./file-coverage.js";
import { FileMerger } from "./file-merger.js";
import { type FileOfReports, inPathOrder } from "./path-order.js";
import type { StoredReport } from "./stored-report.js";
import { addCounts, type Counts, noCounts, type Totals, toTotals } from "./totals.js";

/** A part of a commit's report: some of its files, as some of its sessions saw them. */
export interface PartFilter {
  includesPath(path: string): boolean;
  /** @param index the session's place among the reports */
  includesSession(index: number): boolean;
}

/**
 * Totals of parts of a commit's report, in one walk over the reports of its sessions. As on Codecov, a line of several
 * sessions is worked out again from their values alone, without the lists of branches that each of them missed.
 */
export async function filteredTotals(
  sessions: readonly StoredReport[],
  filters: readonly PartFilter[],
): Promise<readonly Totals[]> {
  const sums = filters.map(noCounts);
  const merger = new FileMerger();
  for (const file of inPathOrder(sessions)) {
    const path = file.path.toString();
    const known = new Map<string, Counts>();
    for (const [index, filter] of filters.entries()) {
      if (!filter.includesPath(path)) continue;
      const present = file.present.filter((part) => filter.includesSession(part.index));
      if (present.length === 0) continue;
      // Components and flags often have the same sessions.
      const key = present.map((part) => part.index).join();
      const counts = known.get(key) ?? (await countsOf({ ...file, present }, merger));
      known.set(key, counts);
      addCounts(sums[index], counts);
    }
  }
  return sums.map(toTotals);
}

async function countsOf({ path, present }: FileOfReports, merger: FileMerger): Promise<Counts> {
  if (present.length === 1) return { ...present[0].entry.counts };
  merger.start(path);
  for (const { report, entry } of present) merger.add(withoutMissing(await report.coverage(entry)));
  return merger.counts;
}

function withoutMissing(coverage: FileCoverage): FileCoverage {
  return {
    ...coverage,
    kinds: coverage.kinds.map((bits) => bits & ~LineFlag.KnowsMissing),
    missing: { ends: new Uint32Array(0), bytes: new Uint8Array(0) },
  };
}
