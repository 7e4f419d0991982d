import { type CoverageSink, LimitExceededError, type ParserLimits } from "../formats/parser.js";
import type { ParserOptions } from "../formats/parser-options.js";
import type { FileCoverage } from "../report/file-coverage.js";
import { countLines } from "../report/totals.js";
import { IgnoredLineList } from "./ignored-lines.js";
import { Notes } from "./notes.js";
import { cleanNetwork } from "./path-cleaning.js";
import { PieceList } from "./pieces.js";
import { ReportIntake } from "./report-intake.js";
import type { SessionBlocks } from "./session-blocks.js";

/** Notes of one report, and of an upload as a whole, beyond this many say nothing new. */
const MOST_REPORT_NOTES = 20;
const MOST_UPLOAD_NOTES = 100;
/** Folders beyond this many are no help in finding files. */
const MOST_SOURCES = 100;
/** No folder and no report's name is as long: such a one is passed over, since a part of it would mean another. */
const LONGEST_NAME = 8192;
/** Characters of the reports' names, and of their sources and notes, that an upload may have. */
const MOST_NAME_CHARACTERS = 16 * 1024 * 1024;
const MOST_TEXT_CHARACTERS = 16 * 1024 * 1024;
/** More reports than any build makes: the account has an entry for each. */
const MOST_REPORTS = 20_000;
/** More files than any repository has. */
const MOST_PATHS = 2_000_000;
/** So often all reports together may name a file: all of these names are in memory when their paths are found. */
const MOST_PIECES = 2_000_000;

/** How many characters the reports of an upload keep together, of what they say beside coverage. */
interface Kept {
  names: number;
  texts: number;
}

/** A report of the upload, as far as it was read. */
export class ReadReport implements CoverageSink {
  readonly sources: string[] = [];
  readonly pieces = new PieceList();
  readonly intake: ReportIntake;
  readonly #blocks: SessionBlocks;
  readonly #limits: ParserLimits;
  readonly #kept: Kept;
  readonly #notes = new Notes(MOST_REPORT_NOTES);
  #lines = 0;
  #files = 0;
  #lastName: string | null = null;
  /** When it was made, by its own word; null: it does not say. */
  madeAt: number | null = null;

  /** @param kept is shared by the reports of an upload */
  constructor(name: string | null, blocks: SessionBlocks, limits: ParserLimits, options: ParserOptions, kept: Kept) {
    this.#blocks = blocks;
    this.#limits = limits;
    this.#kept = kept;
    this.intake = new ReportIntake(name, this, limits, options);
  }

  made(milliseconds: number): void {
    this.madeAt ??= milliseconds;
  }

  file(name: string, coverage: FileCoverage, otherNames: readonly string[] = []): void {
    // Where a report names a file again and again without a line of it, the first time says it all.
    if (name === this.#lastName && coverage.lines.length === 0) return;
    this.#lines += coverage.lines.length;
    if (name !== this.#lastName) this.#files++;
    this.#lastName = name;
    if (this.#lines > this.#limits.lines) {
      throw new LimitExceededError(
        `the report has more than ${this.#limits.lines} lines, the most that setup.limits.lines allows`,
      );
    }
    if (this.#files > this.#limits.files) {
      throw new LimitExceededError(
        `the report has more than ${this.#limits.files} files, the most that setup.limits.files allows`,
      );
    }
    if (this.#blocks.count >= MOST_PIECES) {
      throw new LimitExceededError(`its reports name files more than ${MOST_PIECES} times, the most allowed`);
    }
    const place = this.#blocks.put(name, otherNames.length === 0, coverage);
    this.pieces.add({ name, otherNames, counts: countLines(coverage), place });
  }

  source(folder: string): void {
    if (this.sources.length >= MOST_SOURCES || this.#kept.texts > MOST_TEXT_CHARACTERS) return;
    if (folder.length > LONGEST_NAME) return;
    this.#kept.texts += folder.length;
    this.sources.push(folder);
  }

  get notes(): readonly string[] {
    return this.#notes.texts;
  }

  /** Something skipped or repaired. Long before the upload's reports have too many of them, accounts list no more. */
  note(message: string): void {
    if (this.#kept.texts <= MOST_TEXT_CHARACTERS) this.#kept.texts += this.#notes.add(message);
  }

  /** Nothing that was read of it counts. */
  takeBack(why: string): void {
    this.pieces.clear();
    this.madeAt = null;
    this.#notes.clear();
    this.note(why);
  }
}

/** What an upload consists of, gathered while its body is read. */
export class UploadContents {
  readonly reports: ReadReport[] = [];
  readonly ignored = new IgnoredLineList();
  readonly #notes = new Notes(MOST_UPLOAD_NOTES);
  readonly #kept: Kept = { names: 0, texts: 0 };
  /** The repository's files, null when the client sent no list. */
  network: string[] | null = null;
  readonly #blocks: SessionBlocks;
  readonly #limits: ParserLimits;
  readonly #options: ParserOptions;

  constructor(blocks: SessionBlocks, limits: ParserLimits, options: ParserOptions) {
    this.#blocks = blocks;
    this.#limits = limits;
    this.#options = options;
  }

  /** A new report, whose intake is to be written to; `close` or `discard` follows. @throws LimitExceededError */
  open(name: string | null): ReadReport {
    if (this.reports.length >= MOST_REPORTS) {
      throw new LimitExceededError(`the upload has more than ${MOST_REPORTS} reports, the most allowed`);
    }
    const isTooLong = name !== null && name.length > LONGEST_NAME;
    const usable = isTooLong ? null : name;
    this.#kept.names += usable?.length ?? 0;
    if (this.#kept.names > MOST_NAME_CHARACTERS) {
      throw new LimitExceededError(
        `the names of the upload's reports have more than ${MOST_NAME_CHARACTERS} characters together, the most allowed`,
      );
    }
    const report = new ReadReport(usable, this.#blocks, this.#limits, this.#options, this.#kept);
    if (isTooLong) report.note(`its name is longer than ${LONGEST_NAME} characters: it was read as if it had none`);
    this.reports.push(report);
    return report;
  }

  get notes(): readonly string[] {
    return this.#notes.texts;
  }

  /** Something of the upload as a whole that was skipped or repaired. */
  note(text: string): void {
    this.#notes.add(text);
  }

  /**
   * Completes a report, also one of which the rest never came.
   * @param damage why nothing that was read of it counts, null when it does
   * @throws LimitExceededError
   */
  close(report: ReadReport, damage: string | null = null): void {
    report.intake.end();
    const { fault, isEmpty } = report.intake;
    if (damage !== null) report.takeBack(damage);
    else if (fault !== null && !(isEmpty && report.notes.length > 0)) report.note(fault);
    else if (report.pieces.isEmpty && report.notes.length === 0) report.note("it names no file that has coverage");
  }

  /** To be called now and then: lets what was read be written. */
  settle(): Promise<void> {
    return this.#blocks.settle();
  }

  /** It was no report after all. */
  discard(report: ReadReport): void {
    this.reports.splice(this.reports.lastIndexOf(report), 1);
  }

  addNetworkText(text: Buffer): void {
    this.addNetwork(linesOf(text.toString()));
  }

  addNetwork(lines: Iterable<string>): void {
    for (const path of cleanNetwork(lines)) {
      this.network ??= [];
      if (this.network.length >= MOST_PATHS) {
        this.note(`the list of the repository's files is longer than ${MOST_PATHS}: the rest was passed over`);
        return;
      }
      this.network.push(path);
    }
  }
}

function* linesOf(text: string): Generator<string> {
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
    yield text.slice(start, end);
    start = end + 1;
  }
  yield text.slice(start);
}
