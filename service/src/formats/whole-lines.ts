import { CorruptReportError } from "./parser.js";

const LF = 0x0a;

/** Cuts a stream of chunks at line ends, without copying more than the lines that chunks share. */
export class WholeLines {
  #begun: Buffer[] = [];
  #begunBytes = 0;
  readonly #lineBytes: number;
  readonly #take: (bytes: Buffer, start: number, end: number) => void;

  /** @param take receives whole lines, each with its line feed: `bytes[start..end)` */
  constructor(lineBytes: number, take: (bytes: Buffer, start: number, end: number) => void) {
    this.#lineBytes = lineBytes;
    this.#take = take;
  }

  /** @throws CorruptReportError when a line is longer than allowed */
  write(chunk: Buffer): void {
    const end = chunk.lastIndexOf(LF) + 1;
    if (end === 0) {
      this.#begin(chunk);
      return;
    }
    let start = 0;
    if (this.#begunBytes > 0) {
      start = chunk.indexOf(LF) + 1;
      this.#finish(chunk.subarray(0, start));
    }
    if (start < end) this.#take(chunk, start, end);
    if (end < chunk.length) this.#begin(chunk.subarray(end));
  }

  /** Takes a last line that has no line feed. */
  end(): void {
    if (this.#begunBytes > 0) this.#finish(Buffer.from([LF]));
  }

  #begin(bytes: Buffer): void {
    this.#begunBytes += bytes.length;
    if (this.#begunBytes > this.#lineBytes) {
      throw new CorruptReportError(
        `a line is longer than ${this.#lineBytes} bytes, the most that setup.limits.line_bytes allows`,
      );
    }
    // A copy, so that a few bytes do not keep a whole chunk alive.
    this.#begun.push(Buffer.from(bytes));
  }

  #finish(rest: Buffer): void {
    const line = Buffer.concat([...this.#begun, rest]);
    this.#begun = [];
    this.#begunBytes = 0;
    this.#take(line, 0, line.length);
  }
}
