import { startsWith } from "./bytes.js";
import { FileLines } from "./file-lines.js";
import { checkBlocks, GoBlocks, Scratch } from "./go-blocks.js";
import { NameReader } from "./names.js";
import {
  CorruptReportError,
  type CoverageSink,
  LimitExceededError,
  type ParserLimits,
  type ReportFormat,
  type ReportParser,
} from "./parser.js";
import type { PartialsOptions } from "./parser-options.js";
import { WholeLines } from "./whole-lines.js";

/** Go's cover profiles: `file:line.column,line.column statements count`. */
export const go: ReportFormat = {
  name: "go",
  parser: (sink, limits, { options }) => new GoParser(sink, limits, options.go),
};

const [LF, CR, SPACE, PERCENT, COMMA, DOT, COLON, ZERO] = [0x0a, 0x0d, 0x20, 0x25, 0x2c, 0x2e, 0x3a, 0x30];
const MODE = Buffer.from("mode:");
/** Different blocks of a profile, at 40 bytes each. Twice as many are kept before those that repeat are looked for. */
const MOST_BLOCKS = 4_000_000;

/**
 * Keeps the blocks of all files until the end: a profile of several packages names each block once a package, and what
 * part of a line was hit is known only when all have spoken. The same block is kept once.
 */
class GoParser implements ReportParser {
  readonly #sink: CoverageSink;
  readonly #limits: ParserLimits;
  readonly #options: PartialsOptions;
  readonly #lines: WholeLines;
  readonly #names: NameReader;
  readonly #scratch = new Scratch();
  readonly #files = new Map<string, GoBlocks>();
  readonly #mostBlocks: number;
  /** Blocks of all files but the one that is read. */
  #keptBlocks = 0;
  #line = 0;
  /** The file of the line before, and its name as bytes: most lines are of the same one. */
  #name: Buffer = Buffer.alloc(0);
  #nameWords = wordsOf(this.#name);
  #blocks: GoBlocks | null = null;
  /** The numbers of the line that is read. */
  readonly #fields = new Float64Array(6);

  constructor(sink: CoverageSink, limits: ParserLimits, options: PartialsOptions) {
    this.#sink = sink;
    this.#limits = limits;
    this.#options = options;
    this.#mostBlocks = Math.min(limits.lines, MOST_BLOCKS);
    this.#names = new NameReader(sink);
    this.#lines = new WholeLines(limits.lineBytes, (bytes, start, end) => this.#read(bytes, start, end));
  }

  write(chunk: Buffer): void {
    this.#lines.write(chunk);
  }

  end(): void {
    this.#lines.end();
    const lines = new FileLines(this.#sink, this.#limits);
    for (const [name, blocks] of this.#files) {
      lines.open(name);
      blocks.addTo(lines, this.#options);
    }
    lines.end();
  }

  /** Most lines are of the file of the line before, and in the usual form: these are read in one go. */
  #read(b: Buffer, start: number, end: number): void {
    const words = wordsOf(b);
    for (let p = start; p < end; ) {
      this.#line++;
      const read = this.#readUsual(b, words, p);
      if (read > 0) {
        p = read;
        continue;
      }
      const next = b.indexOf(LF, p) + 1;
      let last = next - 1;
      while (last > p && (b[last - 1] === SPACE || b[last - 1] === CR)) last--;
      if (last > p && b[last - 1] !== PERCENT && !startsWith(b, p, MODE)) this.#readBlock(b, p, last);
      p = next;
    }
  }

  /** @returns where the next line starts; 0: this one has to be looked at more closely */
  #readUsual(b: Buffer, words: DataView, start: number): number {
    const blocks = this.#blocks;
    const name = this.#name;
    const length = name.length;
    if (blocks === null || b[start + length] !== COLON) return 0;
    const whole = length - (length % WORD);
    for (let i = 0; i < whole; i += WORD) {
      if (words.getUint32(start + i) !== this.#nameWords.getUint32(i)) return 0;
    }
    for (let i = whole; i < length; i++) if (b[start + i] !== name[i]) return 0;
    const fields = this.#fields;
    let q = start + length;
    for (let field = 0; field < 6; field++) {
      if (b[q++] !== BEFORE[field]) return 0;
      const from = q;
      let value = 0;
      for (let digit = b[q] - ZERO; digit >= 0 && digit <= 9; digit = b[++q] - ZERO) value = value * 10 + digit;
      if (q === from || q - from > MOST_DIGITS) return 0;
      fields[field] = value;
    }
    if (b[q] !== LF) return 0;
    blocks.add(fields[0], fields[1], fields[2], fields[3], fields[5]);
    return q + 1;
  }

  /** From its end, since a name may contain anything: six numbers and what stands between them. */
  #readBlock(b: Buffer, start: number, end: number): void {
    const fields = this.#fields;
    let q = end;
    for (let field = 5; field >= 0; field--) {
      let value = 0;
      let factor = 1;
      const from = q;
      for (let digit = b[q - 1] - ZERO; q > start && digit >= 0 && digit <= 9; digit = b[q - 1] - ZERO) {
        value += digit * factor;
        factor *= 10;
        q--;
      }
      if (q === from || b[--q] !== BEFORE[field]) throw this.#corrupt(b, start, end);
      fields[field] = value;
    }
    if (q <= start) throw this.#corrupt(b, start, end);
    this.#fileOf(b, start, q).add(fields[0], fields[1], fields[2], fields[3], fields[5]);
  }

  #fileOf(b: Buffer, start: number, end: number): GoBlocks {
    if (this.#blocks !== null && end - start === this.#name.length && startsWith(b, start, this.#name))
      return this.#blocks;
    this.#name = Buffer.from(b.subarray(start, end));
    this.#nameWords = wordsOf(this.#name);
    this.#settle();
    const name = this.#names.read(this.#name);
    let blocks = this.#files.get(name);
    if (blocks === undefined) {
      if (this.#files.size >= this.#limits.files) {
        throw new LimitExceededError(
          `the report has more than ${this.#limits.files} files, the most that setup.limits.files allows`,
        );
      }
      blocks = new GoBlocks(this.#scratch, this.#mostBlocks);
      this.#files.set(name, blocks);
    }
    this.#keptBlocks -= blocks.count;
    this.#blocks = blocks;
    return blocks;
  }

  /** The file that is read is over, though it may be taken up again. */
  #settle(): void {
    if (this.#blocks === null) return;
    this.#blocks.settle();
    this.#keptBlocks += this.#blocks.count;
    if (this.#keptBlocks <= 2 * this.#mostBlocks) return;
    this.#keptBlocks = 0;
    for (const blocks of this.#files.values()) {
      blocks.unite();
      this.#keptBlocks += blocks.count;
    }
    checkBlocks(this.#keptBlocks, this.#mostBlocks);
  }

  #corrupt(b: Buffer, start: number, end: number): CorruptReportError {
    const shown = b.toString("utf8", start, Math.min(end, start + 100));
    this.#files.clear();
    return new CorruptReportError(`line ${this.#line} is no block of a Go cover profile: ${shown}`);
  }
}

/** Names are compared by so many bytes at a time. */
const WORD = 4;

function wordsOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** Numbers of so many digits are exact, and whole in the machine. */
const MOST_DIGITS = 9;

/** What stands before each of the six numbers. */
const BEFORE = [COLON, DOT, COMMA, DOT, SPACE, SPACE];
