import { CoverageBuilder } from "../report/coverage-builder.js";
import type { FileCoverage } from "../report/file-coverage.js";
import { LineKind } from "../report/file-coverage.js";
import { LineSorter } from "../report/merge.js";
import { LineConditions } from "./cobertura-conditions.js";
import { checkFileSize, type ParserLimits } from "./parser.js";
import type { ParserOptions } from "./parser-options.js";

/** The lines of one class after the other. */
export class CoberturaLines {
  /** File of the class that is open; null outside of classes and in classes without a file. */
  name: string | null = null;
  /** Branches of the line that is open. */
  readonly branches = new LineConditions();
  /** What the line that is open lists as `missing-branches`. */
  listed: Uint8Array | null = null;
  /** The line that is open, of which conditions may still come; 0: none. */
  #line = 0;
  #hits = 0;
  readonly #lines = new CoverageBuilder();
  readonly #sorter = new LineSorter();
  readonly #limits: ParserLimits;
  readonly #options: ParserOptions["cobertura"];

  constructor(limits: ParserLimits, options: ParserOptions["cobertura"]) {
    this.#limits = limits;
    this.#options = options;
  }

  get isLineOpen(): boolean {
    return this.#line > 0;
  }

  /** Adds a line without branches. */
  add(line: number, hits: number, kind = LineKind.Line): void {
    this.#lines.add(line, hits < -1 ? 0 : Math.trunc(hits), 0, kind);
    checkFileSize(this.name, this.#lines.length, this.#limits);
  }

  /** Opens a line; its branches are those in `branches`, and its hits count when it has none. */
  beginLine(line: number, hits: number): void {
    this.#line = line;
    this.#hits = hits;
  }

  endLine(): void {
    if (this.#line === 0) return;
    if (this.branches.total === 0) this.add(this.#line, this.#hits);
    else this.#addBranches();
    this.#line = 0;
  }

  /** Coverage of what was added, valid until `clear`. */
  coverage(): FileCoverage {
    return this.#sorter.sorted(this.#lines).view();
  }

  clear(): void {
    this.#line = 0;
    this.#lines.clear();
  }

  #addBranches(): void {
    const { taken, total } = this.branches;
    if (this.#options.partialsAsHits && taken > 0) {
      this.add(this.#line, 1);
      return;
    }
    this.#lines.add(this.#line, taken, total, LineKind.Branch);
    checkFileSize(this.name, this.#lines.length, this.#limits);
    this.branches.addIds(this.#lines, this.listed, this.#options.handleMissingConditions);
  }
}
