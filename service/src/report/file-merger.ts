import { CoverageBuilder } from "./coverage-builder.js";
import type { FileCoverage } from "./file-coverage.js";
import { mergeFiles } from "./merge.js";
import { type Counts, countLines } from "./totals.js";

/**
 * Merges what several sessions say about a file, in the order in which they are added. Works in two buffers that it fills
 * in turns.
 */
export class FileMerger {
  #ruby = false;
  #merged: FileCoverage | null = null;
  #counts: Counts | null = null;
  #buffers: readonly [CoverageBuilder, CoverageBuilder] = [new CoverageBuilder(), new CoverageBuilder()];

  /** Begins a new file. */
  start(path: Buffer): void {
    this.#ruby = isRuby(path);
    this.#merged = null;
    this.#counts = null;
  }

  add(coverage: FileCoverage): void {
    if (this.#merged === null) {
      this.#replace(coverage, null);
      return;
    }
    if (this.#ruby) {
      const counts = countLines(coverage);
      const ours = this.counts;
      if (isUnloaded(ours, counts)) {
        this.#replace(coverage, counts);
        return;
      }
      if (isUnloaded(counts, ours)) return;
    }
    const [buffer, other] = this.#buffers;
    this.#buffers = [other, buffer];
    buffer.clear();
    mergeFiles(this.#merged, coverage, buffer);
    this.#replace(buffer.view(), null);
  }

  /** Valid until two more files were added. */
  get coverage(): FileCoverage {
    if (this.#merged === null) throw new RangeError("nothing was added");
    return this.#merged;
  }

  get counts(): Counts {
    this.#counts ??= countLines(this.coverage);
    return this.#counts;
  }

  #replace(coverage: FileCoverage, counts: Counts | null): void {
    this.#merged = coverage;
    this.#counts = counts;
  }
}

export function isRuby(path: Buffer): boolean {
  return path.length > 3 && path.subarray(-3).toString("latin1") === ".rb";
}

/**
 * Ruby's tools list files that were never loaded as all missed, often with other lines than when they are loaded: such
 * a list gives way to one that knows better, instead of being merged with it.
 */
export function isUnloaded(counts: Counts, other: Counts): boolean {
  return counts.lines === counts.misses && (other.lines !== counts.lines || other.misses !== counts.misses);
}
