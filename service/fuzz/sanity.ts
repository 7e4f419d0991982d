import { isDeepStrictEqual } from "node:util";
import { ByteWriter } from "#service/report/byte-writer.js";
import { MAX_LINE } from "#service/report/coverage-builder.js";
import { readFileBlock, writeFileBlock } from "#service/report/file-block.js";
import { type FileCoverage, KIND_MASK, LineFlag, LineKind } from "#service/report/file-coverage.js";
import type { StoredReport } from "#service/report/stored-report.js";
import { addCounts, type Counts, countLines, noCounts, toTotals } from "#service/report/totals.js";

const MOST_STORED = Number.MAX_SAFE_INTEGER - 1;

/** Something that no input may make of a report. */
export class InsaneError extends Error {
  override readonly name = "InsaneError";
}

/** @throws InsaneError unless it is coverage as `FileCoverage` promises it, which is stored and read back the same */
export function checkCoverage(coverage: FileCoverage): void {
  // A report may name a hundred thousand files without a line: looking at each as at all others would take longer than reading.
  if (coverage.lines.length === 0) return;
  checkLines(coverage);
  checkCounts(countLines(coverage));
  const block = new ByteWriter();
  writeFileBlock(coverage, block);
  const stored = columnsOf(readFileBlock(block.written()));
  for (const [name, column] of Object.entries(columnsOf(coverage))) {
    if (!bytesOf(column).equals(bytesOf(stored[name]))) {
      throw new InsaneError(`the ${name} that are stored read back as something else`);
    }
  }
}

type Column = Uint8Array | Uint32Array | Float64Array;

/** What there is to a file. Numbers beyond what is counted exactly are stored as the most that is, -0 is stored as 0. */
function columnsOf({ missing, hits, columns, ...others }: FileCoverage): Readonly<Record<string, Column>> {
  const stored = (numbers: Float64Array) => numbers.map((number) => Math.min(number, MOST_STORED) + 0);
  return {
    ...others,
    hits: stored(hits),
    columns: stored(columns),
    "ends of missing branches": missing.ends,
    "missing branches": missing.bytes,
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: Column): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function checkLines({ lines, hits, totals, kinds }: FileCoverage): void {
  for (let i = 0, previous = 0; i < lines.length; previous = lines[i++]) {
    const says = () => `line ${lines[i]} with ${hits[i]} hits, ${totals[i]} branches and kind ${kinds[i]}`;
    if (!(lines[i] > previous && lines[i] <= MAX_LINE)) throw new InsaneError(`${says()} comes after line ${previous}`);
    const [least, most] = totals[i] > 0 ? [0, totals[i]] : [-1, Number.MAX_VALUE];
    const sane = Number.isInteger(hits[i]) && hits[i] >= least && hits[i] <= most;
    const kind = kinds[i] & KIND_MASK;
    if (!sane || kind > LineKind.Method || (totals[i] > 0 && kinds[i] & LineFlag.Partial))
      throw new InsaneError(says());
  }
}

function checkCounts(counts: Readonly<Counts>): void {
  const { lines, hits, misses, partials, branches, methods } = counts;
  const safe = Object.values(counts).every((count) => Number.isSafeInteger(count) && count >= 0);
  if (!safe || hits + misses + partials !== lines || branches + methods > lines) {
    throw new InsaneError(`the totals are ${JSON.stringify(counts)}`);
  }
}

/** @throws InsaneError unless each of its files is sane, their paths ascend, and its totals are theirs summed up */
export async function checkStoredReport(report: StoredReport): Promise<void> {
  const sum = noCounts();
  let previous: Buffer | null = null;
  for (const entry of report.entries()) {
    const coverage = await report.coverage(entry);
    checkCoverage(coverage);
    if (!coverage.hits.every(Number.isSafeInteger)) throw new InsaneError(`${entry.path} has hits that are not exact`);
    if (previous !== null && previous.compare(entry.path) >= 0) {
      throw new InsaneError(`${entry.path} comes after ${previous}`);
    }
    if (!isDeepStrictEqual({ ...entry.counts }, countLines(coverage))) {
      throw new InsaneError(`the counts of ${entry.path} are not those of its lines: ${JSON.stringify(entry.counts)}`);
    }
    addCounts(sum, entry.counts);
    previous = entry.path;
  }
  checkCounts(sum);
  if (!isDeepStrictEqual(report.totals, toTotals(sum))) {
    throw new InsaneError(
      `the report's totals are ${JSON.stringify(report.totals)}, its files' ${JSON.stringify(sum)}`,
    );
  }
}
