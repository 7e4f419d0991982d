import type { FileCoverage } from "../report/file-coverage.js";
import type { ParserOptions } from "./parser-options.js";

/** What a parser makes of a report, called as the bytes come by. */
export interface CoverageSink {
  /**
   * Coverage of one file as the report names it. The columns may be views of the parser's own buffers: they are
   * valid until the call returns. A file may come several times; the pieces are merged.
   * @param otherNames what it may be called instead, asked for in this order when the repository has no `name`
   */
  file(name: string, coverage: FileCoverage, otherNames?: readonly string[]): void;
  /** A folder that the report's file names may be relative to (Cobertura's `<source>`). */
  source(folder: string): void;
  /** When the report was made, by its own word, in milliseconds since 1970: one that is too old is refused. */
  made(milliseconds: number): void;
  /** Something left out or repaired, for the upload's account: "12 lines with number 0 skipped". */
  note(message: string): void;
}

/**
 * A report format: bytes in, files out. Streaming: nothing but the current file is kept; formats whose files are scattered
 * over the report, or named elsewhere, keep what they must, within limits.
 */
export interface ReportParser {
  /** @throws CorruptReportError when the rest cannot be made sense of */
  write(chunk: Buffer): void;
  /** Flushes what is open. @throws CorruptReportError */
  end(): void;
}

export interface ReportFormat {
  /** The name that accounts and `inspect` show: "lcov", "cobertura". */
  readonly name: string;
  parser(sink: CoverageSink, limits: ParserLimits, context: ReportContext): ReportParser;
}

/** What a parser knows beside the report's bytes. */
export interface ReportContext {
  /** Of the report's own file, null when the client gave none. */
  readonly reportName: string | null;
  readonly options: ParserOptions;
}

export interface ParserLimits {
  /** Longest line or XML token, in bytes. @default 16 MiB */
  readonly lineBytes: number;
  /** Deepest nesting of elements. @default 256 */
  readonly depth: number;
  /** Most lines of coverage in one report. @default 60 million */
  readonly lines: number;
  /** Most files in one report. @default 200,000 */
  readonly files: number;
}

/**
 * Most lines, and records of LCOV's branches, that a report may give one file. Parsers keep a file in memory until it is
 * complete; no source file comes near it.
 */
const MOST_OF_A_FILE = 4_000_000;

/** @throws LimitExceededError when a file has more lines than are kept in memory */
export function checkFileSize(name: string | null, lines: number, limits: ParserLimits): void {
  const most = Math.min(limits.lines, MOST_OF_A_FILE);
  if (lines > most)
    throw new LimitExceededError(`${name} alone has more than ${most} lines, the most that setup.limits.lines allows`);
}

/** The report cannot be read: its message says what, where (byte or line) and why, for the person who sent it. */
export class CorruptReportError extends Error {
  override readonly name = "CorruptReportError";
}

/** The upload is larger than the service's settings allow: its message says which limit, and how far it reaches. */
export class LimitExceededError extends Error {
  override readonly name = "LimitExceededError";
}
