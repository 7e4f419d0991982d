import { CoverageBuilder, MAX_BRANCHES, MAX_LINE } from "../report/coverage-builder.js";
import { LineFlag, LineKind } from "../report/file-coverage.js";
import { LineSorter } from "../report/merge.js";
import type { LineMarks } from "./line-marks.js";
import { SkipNotes } from "./names.js";
import { type CoverageSink, checkFileSize, type ParserLimits } from "./parser.js";

/** No statement spans more lines: an end further away is a producer's slip. */
export const MOST_SPANNED = 100_000;
const UNUSABLE_NUMBER = "line without a usable number";

/** The lines of one file after the other, in whatever order the report names them; those that are unusable are counted. */
export class FileLines {
  readonly skipped = new SkipNotes();
  readonly #sink: CoverageSink;
  readonly #limits: ParserLimits;
  readonly #lines = new CoverageBuilder();
  readonly #sorter = new LineSorter();
  #name: string | null = null;
  #otherNames: readonly string[] = [];
  /** Length up to which the file is known not to be too long. */
  #checkedAt = 0;

  constructor(sink: CoverageSink, limits: ParserLimits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  /** The file that is open. */
  get name(): string | null {
    return this.#name;
  }

  get length(): number {
    return this.#lines.length;
  }

  /** Begins a file; null, or an empty name: what follows belongs to no file. */
  open(name: string | null, otherNames: readonly string[] = []): void {
    this.close();
    this.#name = name === "" ? null : name;
    this.#otherNames = otherNames;
  }

  /** Hands out the file that is open, if any. */
  close(): void {
    const lines = this.#lines;
    if (this.#name !== null) this.#sink.file(this.#name, this.#sorter.sorted(lines).view(), this.#otherNames);
    this.#name = null;
    this.#checkedAt = 0;
    lines.clear();
  }

  /** Lets the file that is open go. */
  forget(): void {
    this.#name = null;
    this.#checkedAt = 0;
    this.#lines.clear();
  }

  /** Hands out what is open, and notes what was left out. */
  end(): void {
    this.close();
    this.skipped.flush(this.#sink);
  }

  /**
   * Adds a count, of which -1 sets the line aside, or `hits` of `total` branches taken.
   * @returns whether it was usable
   */
  add(line: number, hits: number, total = 0, bits: LineKind | number = LineKind.Line): boolean {
    if (this.#name === null) return false;
    if (!(line > 0 && line <= MAX_LINE && Number.isInteger(line))) {
      this.skipped.count(UNUSABLE_NUMBER);
      return false;
    }
    if (!(hits > -Infinity && hits < Infinity && total >= 0 && total <= MAX_BRANCHES && Number.isInteger(total))) {
      this.skipped.count("line without a usable count");
      return false;
    }
    const taken = hits > 0 ? Math.trunc(hits) : hits === -1 && total === 0 ? -1 : 0;
    this.#lines.add(line, total > 0 && taken > total ? total : taken, total, bits);
    if (this.#lines.length > this.#checkedAt) this.#check();
    return true;
  }

  #check(): void {
    checkFileSize(this.#name, this.#lines.length, this.#limits);
    this.#checkedAt = Math.min(this.#lines.length + 1000, this.#limits.lines);
  }

  /** Adds the same plain count for each of so many lines. */
  addAll(numbers: Float64Array, count: number, hits: number): void {
    if (this.#name === null) return;
    const lines = this.#lines;
    lines.reserve(count);
    const { lineNumbers, lineHits } = lines;
    let at = lines.length;
    let previous = at > 0 ? lineNumbers[at - 1] : 0;
    let { ascending } = lines;
    for (let i = 0; i < count; i++) {
      const line = numbers[i];
      if (!(line > 0 && line <= MAX_LINE)) {
        this.skipped.count(UNUSABLE_NUMBER);
        continue;
      }
      if (line <= previous) ascending = false;
      previous = line;
      lineNumbers[at] = line;
      lineHits[at++] = hits;
    }
    lines.extend(at, ascending);
    if (at > this.#checkedAt) this.#check();
  }

  /** Adds the lines that are marked, each with its plain count, and forgets the marks. */
  addMarked(marks: LineMarks): void {
    const lines = this.#lines;
    lines.reserve(marks.added + 1);
    const first = lines.length;
    const end = marks.drain(lines.lineNumbers, lines.lineHits, first);
    lines.extend(end, lines.ascending && first === 0);
    if (end > this.#checkedAt) this.#check();
  }

  /** Adds a plain count for each of the lines `start` to `end`, which are known to be usable. */
  addRun(start: number, end: number, hits: number): void {
    if (this.#name === null) return;
    this.#lines.addRun(start, end, hits);
    if (this.#lines.length > this.#checkedAt) this.#check();
  }

  /** Adds the same value for each line of a span. */
  addSpan(start: number, end: number, hits: number, total = 0, bits: LineKind | number = LineKind.Line): void {
    if (this.#name === null) return;
    // Beyond 2^53 one line more is the same number: counting would not end.
    const isCountable = Math.abs(start) <= MAX_LINE && end - start <= MOST_SPANNED;
    if (!isCountable) this.skipped.count("statement without a usable first and last line");
    else for (let line = start; line <= Math.max(start, end); line++) this.add(line, hits, total, bits);
  }

  /** Adds lines that are covered in part, nobody knows by how much. */
  addPartialSpan(start: number, end: number, kind = LineKind.Line): void {
    this.addSpan(start, end, 1, 0, kind | LineFlag.Partial);
  }

  /** Adds a line that its author set aside. */
  addSkipped(line: number): void {
    this.add(line, -1);
  }

  /** Adds a line about which nothing is known. */
  addNoData(line: number): void {
    this.add(line, 0, 0, LineKind.Line | LineFlag.NoData);
  }

  /** Gives the line added last the list of its branches not taken, if they are known. */
  missing(ids: Uint8Array | null): void {
    if (ids !== null) this.#lines.missing(ids);
  }

  /** Gives the line added last its complexity. */
  complexity(covered: number, total: number): void {
    if (covered >= 0 && total >= 0 && covered <= MAX_BRANCHES && total <= MAX_BRANCHES) {
      this.#lines.complexity(Math.trunc(covered), Math.trunc(total));
    }
  }

  /** Gives the line added last the hits of its columns: `start, end, hits` of each part. */
  columns(parts: readonly number[]): void {
    if (parts.every((field) => field >= 0 && field <= Number.MAX_SAFE_INTEGER && Number.isInteger(field))) {
      this.#lines.columns(parts);
    }
  }
}
