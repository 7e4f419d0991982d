import { CoverageBuilder } from "./coverage-builder.js";
import type { FileCoverage } from "./file-coverage.js";
import { isRuby, isUnloaded } from "./file-merger.js";
import { mergeFiles } from "./merge.js";
import { type Counts, countLines } from "./totals.js";

/** Pieces that follow each other, merged. */
interface Run {
  readonly coverage: FileCoverage;
  /** What it lies in; null: in its own columns. */
  readonly builder: CoverageBuilder | null;
}

/**
 * Merges the pieces of a file that one upload has, of which there may be a hundred thousand, in the order in which they
 * are added. Neighbours of like length are merged first: a long piece is not copied for each short one behind it.
 */
export class PieceMerger {
  /** Each is more than twice as long as the one that follows it. */
  readonly #runs: Run[] = [];
  readonly #spare: CoverageBuilder[] = [];
  #ruby = false;
  /** Counts of the last piece of a file of Ruby's, null when one came that was hit. */
  #unloaded: Counts | null = null;

  /** Begins a new file. */
  start(path: Buffer): void {
    this.#clear();
    this.#ruby = isRuby(path);
    this.#unloaded = null;
  }

  /** @param coverage in columns that stay as they are until the next file */
  add(coverage: FileCoverage): void {
    if (this.#ruby && !this.#isLoaded(coverage)) return;
    const runs = this.#runs;
    runs.push({ coverage, builder: null });
    while (runs.length > 1 && lengthOf(runs[runs.length - 2]) <= 2 * lengthOf(runs[runs.length - 1])) this.#mergeLast();
  }

  /** All pieces, valid until the next file. */
  merged(): FileCoverage {
    while (this.#runs.length > 1) this.#mergeLast();
    if (this.#runs.length === 0) throw new RangeError("nothing was added");
    return this.#runs[0].coverage;
  }

  /**
   * A list of a file that was never loaded (see `isUnloaded`) gives way to what comes behind it, unless that is a list
   * alike, and is left out behind what was hit.
   */
  #isLoaded(coverage: FileCoverage): boolean {
    const counts = countLines(coverage);
    const isHit = counts.lines > counts.misses;
    if (this.#runs.length > 0 && this.#unloaded === null) return isHit;
    if (this.#unloaded !== null && isUnloaded(this.#unloaded, counts)) this.#clear();
    this.#unloaded = isHit ? null : counts;
    return true;
  }

  #mergeLast(): void {
    const second = this.#runs.pop();
    const first = this.#runs.pop();
    if (first === undefined || second === undefined) throw new RangeError("there are not two to merge");
    const builder = this.#spare.pop() ?? new CoverageBuilder();
    builder.clear();
    mergeFiles(first.coverage, second.coverage, builder);
    this.#release(first);
    this.#release(second);
    this.#runs.push({ coverage: builder.view(), builder });
  }

  #clear(): void {
    for (const run of this.#runs.splice(0)) this.#release(run);
  }

  #release({ builder }: Run): void {
    if (builder !== null) this.#spare.push(builder);
  }
}

function lengthOf({ coverage }: Run): number {
  return coverage.lines.length + 1;
}
