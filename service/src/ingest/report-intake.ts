import { detectFormat, END_OF_RECORD } from "../formats/detect.js";
import { HEAD_BYTES } from "../formats/detection.js";
import {
  CorruptReportError,
  type CoverageSink,
  type ParserLimits,
  type ReportFormat,
  type ReportParser,
} from "../formats/parser.js";
import type { ParserOptions } from "../formats/parser-options.js";
import { withoutLeadingSpace } from "./leading-space.js";

/** Text that may still turn out to be a report, or the repository's file list, is kept up to this size. */
const UNDECIDED_BYTES = 64 * 1024 * 1024;
/** What was refused may still be a file list that begins oddly: it is kept up to this size. */
const REFUSED_BYTES = 4 * 1024 * 1024;
/** So much tells a byte order mark from the report's first character. */
const FIRST_BYTES = 4;

const EMPTY = "it is empty";
/** Characters of what was not recognised that its fault shows. */
const SHOWN = 40;

/** One report of an upload while its bytes come by: finds out its format, then feeds that format's parser. */
export class ReportIntake {
  format: ReportFormat | null = null;
  /** Why the report, or the rest of it, is not used; null when nothing is wrong. */
  fault: string | null = null;
  readonly #sink: CoverageSink;
  readonly #limits: ParserLimits;
  readonly #options: ParserOptions;
  #parser: ReportParser | null = null;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** Detection is tried again when there are this many bytes. */
  #awaitedBytes = FIRST_BYTES;
  /** Whether the byte order mark and white space at the start were removed. */
  #stripped = false;
  /** The last bytes before those that come next, where a record's end may begin. */
  #tail: Buffer = Buffer.alloc(0);

  constructor(
    readonly name: string | null,
    sink: CoverageSink,
    limits: ParserLimits,
    options: ParserOptions,
  ) {
    this.#sink = sink;
    this.#limits = limits;
    this.#options = options;
  }

  /** @throws LimitExceededError */
  write(chunk: Buffer): void {
    const parser = this.#parser;
    if (parser !== null) this.#guard(() => parser.write(chunk));
    else this.#keep(chunk);
  }

  /** @throws LimitExceededError */
  end(): void {
    if (this.fault === null && this.#parser === null) this.#decide(true);
    const parser = this.#parser;
    if (parser !== null) this.#guard(() => parser.end());
    // An upload may have thousands of reports: neither their parsers nor what was kept of them is needed any more.
    this.#parser = null;
    this.#kept = [];
    this.#tail = Buffer.alloc(0);
  }

  /** Whether nothing but white space came. */
  get isEmpty(): boolean {
    return this.fault === EMPTY;
  }

  /** What no format that is read was found for, before its `end`: it may be something else than a report. */
  unclaimed(): Buffer {
    return this.#parser === null ? Buffer.concat(this.#kept) : Buffer.alloc(0);
  }

  #keep(chunk: Buffer): void {
    const most = this.fault === null ? UNDECIDED_BYTES : REFUSED_BYTES;
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    if (this.fault === null) {
      if (this.#keptBytes >= this.#awaitedBytes || this.#recordEndsIn(chunk)) this.#decide(false);
      if (this.#keptBytes > most) this.fault = unknown(this.#kept[0]);
    }
    if (this.#keptBytes > most) {
      this.#kept = [];
      this.#keptBytes = 0;
    }
  }

  /** Whether an LCOV record ends in what came last, or where it meets what came before. */
  #recordEndsIn(chunk: Buffer): boolean {
    const seam = Buffer.concat([this.#tail, chunk.subarray(0, END_OF_RECORD.length)]);
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-END_OF_RECORD.length)]).subarray(-END_OF_RECORD.length);
    return chunk.includes(END_OF_RECORD) || seam.includes(END_OF_RECORD);
  }

  #decide(complete: boolean): void {
    let head = this.#kept.length === 1 ? this.#kept[0] : Buffer.concat(this.#kept);
    if (!this.#stripped) head = stripStart(head);
    this.#stripped = head.length > 0;
    this.#kept = [head];
    this.#keptBytes = head.length;
    if (head.length === 0) {
      if (complete) this.fault = EMPTY;
      return;
    }
    const detection = detectFormat(head, complete, this.name);
    if (detection.kind === "read") this.#parse(detection.format, head);
    else if (detection.kind === "unread")
      this.fault = `recognised as ${detection.name}, which this version does not read`;
    else if (detection.kind === "foreign") this.fault = detection.reason;
    else if (detection.kind === "unknown") this.fault = unknown(head);
    else this.#awaitedBytes = head.length < HEAD_BYTES ? Math.max(4096, 2 * head.length) : Number.POSITIVE_INFINITY;
  }

  #parse(format: ReportFormat, head: Buffer): void {
    this.format = format;
    const parser = format.parser(this.#sink, this.#limits, {
      reportName: this.name,
      options: this.#options,
    });
    this.#parser = parser;
    this.#kept = [];
    this.#guard(() => parser.write(head));
  }

  /** After a fault the rest of the report is passed over; what was read before it stays. */
  #guard(parse: () => void): void {
    if (this.fault !== null) return;
    try {
      parse();
    } catch (error) {
      if (!(error instanceof CorruptReportError)) throw error;
      this.fault = error.message;
    }
  }
}

function stripStart(bytes: Buffer): Buffer {
  return withoutLeadingSpace(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes);
}

function unknown(head: Buffer): string {
  const start = head.toString("utf8", 0, 4 * SHOWN).slice(0, SHOWN);
  return `not recognised as a coverage report: it begins with ${JSON.stringify(start)}`;
}
