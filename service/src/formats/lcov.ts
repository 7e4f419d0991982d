import { CoverageBuilder, MAX_LINE } from "../report/coverage-builder.js";
import type { FileCoverage } from "../report/file-coverage.js";
import { LineSorter } from "../report/merge.js";
import { startsWith } from "./bytes.js";
import { LcovBranches } from "./lcov-branches.js";
import { LineSet } from "./line-set.js";
import { NameReader, SkipNotes } from "./names.js";
import { type CoverageSink, checkFileSize, type ParserLimits, type ReportFormat, type ReportParser } from "./parser.js";
import { WholeLines } from "./whole-lines.js";

/** LCOV tracefiles: `SF`, `DA`, `FN` and `BRDA` records; all others are passed over. */
export const lcov: ReportFormat = {
  name: "lcov",
  parser: (sink, limits, { options }) => new LcovParser(sink, limits, options.lcov.partialsAsHits),
};

const LF = 0x0a;
const CR = 0x0d;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
/** As what becomes of any other byte by exclusive or with `ZERO`, which makes digits their value: more than 9. */
const NO_DIGIT = 0xff;
const COLON = 0x3a;
const [A, B, D, F, N, R, S] = [0x41, 0x42, 0x44, 0x46, 0x4e, 0x52, 0x53];
const LOWER_E = 0x65;
const RECORD_END = Buffer.from("end_of_record");
/** Bytes of `DA:1,1` with its line feed: no record that is counted has fewer. */
const SHORTEST_COUNT = 7;

class LcovParser implements ReportParser {
  readonly #sink: CoverageSink;
  readonly #limits: ParserLimits;
  readonly #partialsAsHits: boolean;
  readonly #lines: WholeLines;
  readonly #names: NameReader;
  readonly #skipped = new SkipNotes();

  readonly #counts = new CoverageBuilder();
  readonly #branches = new LcovBranches();
  readonly #sorter = new LineSorter();
  readonly #functionLines = new LineSet();
  readonly #skippedLines = new LineSet();

  /** null outside of a record: what comes there belongs to no file. */
  #name: string | null = null;
  #isJavaScript = false;
  #isTypeScript = false;
  #isCpp = false;

  constructor(sink: CoverageSink, limits: ParserLimits, partialsAsHits: boolean) {
    this.#sink = sink;
    this.#limits = limits;
    this.#partialsAsHits = partialsAsHits;
    this.#names = new NameReader(sink);
    this.#lines = new WholeLines(limits.lineBytes, (bytes, start, end) => this.#read(bytes, start, end));
  }

  write(chunk: Buffer): void {
    this.#lines.write(chunk);
  }

  end(): void {
    this.#lines.end();
    if (this.#name !== null) {
      this.#sink.note(`the report ends within the record of ${this.#name}: end_of_record is missing`);
      this.#flush();
    }
    this.#skipped.flush(this.#sink);
  }

  /**
   * The usual forms of DA and BRDA are read here, byte by byte; whatever looks different goes the slow way. Counts are
   * written straight into the columns: a call for each of them would take as long as reading it.
   */
  #read(b: Buffer, start: number, end: number): void {
    const counts = this.#counts;
    counts.reserve(Math.ceil((end - start) / SHORTEST_COUNT));
    let lines = counts.lineNumbers;
    let hits = counts.lineHits;
    let length = counts.length;
    let { ascending } = counts;
    let previous = length > 0 ? lines[length - 1] : 0;
    let isOpen = this.#name !== null;
    for (let p = start; p < end; ) {
      const first = b[p];
      if (first === D && b[p + 1] === A && b[p + 2] === COLON) {
        let q = p + 3;
        let line = 0;
        let digit = b[q] ^ ZERO;
        if (digit !== 0 && digit <= 9) {
          do {
            line = line * 10 + digit;
            digit = b[++q] ^ ZERO;
          } while (digit <= 9);
          digit = b[q] === COMMA ? b[++q] ^ ZERO : NO_DIGIT;
          if (digit <= 9 && line <= MAX_LINE) {
            let count = 0;
            do {
              count = count * 10 + digit;
              digit = b[++q] ^ ZERO;
            } while (digit <= 9);
            const after = b[q];
            if (count < Infinity && (after === LF || after === COMMA || (after === CR && b[q + 1] === LF))) {
              if (isOpen) {
                if (line <= previous) ascending = false;
                previous = line;
                lines[length] = line;
                hits[length++] = count;
              }
              p = after === LF ? q + 1 : b.indexOf(LF, q) + 1;
              continue;
            }
          }
        }
      } else if (first === B && b[p + 1] === R && b[p + 2] === D && b[p + 3] === A && b[p + 4] === COLON) {
        p = this.#readBranch(b, p + 5);
        continue;
      }
      let next = p + 1;
      while (b[next - 1] !== LF) next++;
      if (first === F && b[p + 1] === N && b[p + 2] === COLON) this.#readFunction(b, p + 3);
      else if (first === D || first === S || first === LOWER_E) {
        counts.extend(length, ascending);
        this.#readOther(b, p, next);
        ({ length, ascending } = counts);
        [lines, hits] = [counts.lineNumbers, counts.lineHits];
        previous = length > 0 ? lines[length - 1] : 0;
        isOpen = this.#name !== null;
      }
      p = next;
    }
    counts.extend(length, ascending);
    checkFileSize(this.#name, counts.length + this.#branches.length, this.#limits);
  }

  #readOther(b: Buffer, p: number, next: number): void {
    if (b[p] === D && b[p + 1] === A && b[p + 2] === COLON) {
      this.#readOddCount(b.toString("latin1", p + 3, next).trim());
    } else if (b[p] === S && b[p + 1] === F && b[p + 2] === COLON) this.#open(trimmed(b, p + 3, next));
    else if (startsWith(b, p, RECORD_END)) this.#flush();
  }

  /** `DA` with a count such as `1e3`, `-1` or `=`, or with no usable line number. */
  #readOddCount(content: string): void {
    if (this.#name === null) return;
    const [line, count] = content.split(",", 2).map((field) => field.trim());
    const hits = count === undefined || !NUMBER.test(count) ? Number.NaN : Math.trunc(Number(count));
    if (!POSITIVE.test(line) || Number(line) > MAX_LINE) this.#skipped.count("DA record without a usable line number");
    else if (!Number.isFinite(hits)) this.#skipped.count("DA record without a usable count");
    else this.#counts.add(Number(line), Math.max(0, hits), 0, 0);
  }

  /** @returns where the next line starts */
  #readBranch(b: Buffer, start: number): number {
    let q = start;
    let line = 0;
    let digit = b[q] ^ ZERO;
    // Leading zeros are nobody's, but coverage.py has branches on line 0.
    if (this.#name === null || this.#isJavaScript || digit === 0) return b.indexOf(LF, q) + 1;
    for (; digit <= 9; digit = b[++q] ^ ZERO) line = line * 10 + digit;
    if (b[q] !== COMMA || line === 0 || line > MAX_LINE) {
      this.#skipped.count("BRDA record without a usable line number");
      return b.indexOf(LF, q) + 1;
    }
    const idStart = q + 1;
    let block = 0;
    let branch = 0;
    digit = b[++q] ^ ZERO;
    for (; digit <= 9; digit = b[++q] ^ ZERO) block = block * 10 + digit;
    const branchStart = q + 1;
    if (b[q] === COMMA && canonical(b, idStart, q)) {
      digit = b[++q] ^ ZERO;
      for (; digit <= 9; digit = b[++q] ^ ZERO) branch = branch * 10 + digit;
      if (b[q] === COMMA && canonical(b, branchStart, q)) {
        const taken = b[q + 1];
        const after = b[q + 2];
        const single = after === LF || (after === CR && b[q + 3] === LF);
        if (single || (taken > ZERO && taken <= ZERO + 9)) {
          if (line !== 1 || !this.#isTypeScript) {
            this.#branches.addNumeric(line, block, branch, !(single && (taken === MINUS || taken === ZERO)));
          }
          return single ? (after === LF ? q + 3 : q + 4) : b.indexOf(LF, q) + 1;
        }
      }
    }
    return this.#readOddBranch(b, idStart, line);
  }

  /** `BRDA` with ids that are not plain numbers: `e0` (exceptions) or an expression, which may contain commas. */
  #readOddBranch(b: Buffer, idStart: number, line: number): number {
    const end = b.indexOf(LF, idStart);
    const content = b.toString("utf8", idStart, end).trim();
    const blockEnd = content.indexOf(",");
    const branchEnd = content.lastIndexOf(",");
    if (blockEnd < 0 || branchEnd === blockEnd) {
      this.#skipped.count("BRDA record with too few fields");
    } else if (line !== 1 || !this.#isTypeScript) {
      const block = content.slice(0, blockEnd);
      const branch = content.slice(blockEnd + 1, branchEnd).replaceAll(",", ";");
      const isTaken = !/^[-0]$/.test(content.slice(branchEnd + 1));
      // The same branch may stand in another record in the usual form.
      if (CANONICAL.test(block) && CANONICAL.test(branch)) {
        this.#branches.addNumeric(line, Number(block), Number(branch), isTaken);
      } else this.#branches.addNamed(line, `${block}:${branch}`, isTaken);
    }
    return end + 1;
  }

  #readFunction(b: Buffer, start: number): void {
    let line = 0;
    let q = start;
    for (let digit = b[q] ^ ZERO; digit <= 9; digit = b[++q] ^ ZERO) line = line * 10 + digit;
    if (b[q] !== COMMA || this.#name === null || this.#isJavaScript) return;
    const mangled = this.#isCpp && b[q + 1] === 0x5f && (b[q + 2] === 0x5a || b[q + 2] === 0x47);
    if (line <= MAX_LINE) (mangled ? this.#skippedLines : this.#functionLines).add(line);
  }

  #open(name: Buffer): void {
    if (this.#name !== null) this.#flush();
    this.#name = this.#names.read(name);
    this.#isJavaScript = this.#name.endsWith(".js");
    this.#isTypeScript = this.#name.endsWith(".ts");
    this.#isCpp = this.#name.endsWith(".cpp");
  }

  #flush(): void {
    if (this.#name === null) return;
    this.#sink.file(this.#name, this.#coverage());
    this.#name = null;
    this.#counts.clear();
    this.#branches.clear();
    this.#functionLines.clear();
    this.#skippedLines.clear();
  }

  #coverage(): FileCoverage {
    let counts = this.#sorter.sorted(this.#counts);
    const branches = this.#branches;
    if (branches.length > 0) {
      if (!this.#skippedLines.isEmpty) branches.drop(this.#skippedLines);
      while (!branches.fold(counts, this.#functionLines, this.#partialsAsHits)) {
        branches.addUncounted(counts);
        counts = this.#sorter.sorted(counts);
      }
    }
    return counts.view();
  }
}

const CANONICAL = /^(?:0|[1-9]\d{0,14})$/;
const POSITIVE = /^[1-9]\d*$/;
const NUMBER = /^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i;

/** A number written so that it reads back the same: no leading zero, not empty. */
function canonical(b: Buffer, start: number, end: number): boolean {
  return end > start && end - start <= 15 && (b[start] !== ZERO || end === start + 1);
}

function trimmed(b: Buffer, start: number, end: number): Buffer {
  let from = start;
  let to = end;
  while (to > from && b[to - 1] <= 0x20) to--;
  while (from < to && b[from] <= 0x20) from++;
  return b.subarray(from, to);
}
