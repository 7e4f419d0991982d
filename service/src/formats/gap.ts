import { memberOf, parseJson, toNumber } from "./json-values.js";
import { CorruptReportError } from "./parser.js";
import { type TextReader, type TextReport, textFormat } from "./text-format.js";

/**
 * Profiles of GAP: a JSON object a line. `S` begins a file, `R` is a line that was read, anything else one that ran.
 * A line that runs later stands among those of other files: it tells its file by a number.
 */
export const gap = textFormat("gap", (report) => new GapReader(report));

/** More than the lines of any file that people write. */
const MOST_LINES = 1_000_000;
/** Bytes of all files and their names: a line takes one. */
const MOST_BYTES = 64 * 1024 * 1024;

enum Mark {
  None = 0,
  Read = 1,
  Run = 2,
}

interface MarkedFile {
  readonly name: string;
  /** A `Mark` for each line. */
  marks: Uint8Array;
}

class GapReader implements TextReader {
  readonly #report: TextReport;
  readonly #files: MarkedFile[] = [];
  /** By the numbers that lines tell: one that is given anew is of the later file from there on. */
  readonly #byId = new Map<unknown, MarkedFile>();
  #last: MarkedFile | undefined;
  #bytes = 0;

  constructor(report: TextReport) {
    this.#report = report;
  }

  read(text: string): void {
    if (text.trim() === "") return;
    const entry = parseJson(Buffer.from(text), "a line");
    const type = memberOf(entry, "Type");
    const id = memberOf(entry, "FileId");
    if (type === "S") this.#open(memberOf(entry, "File"), id);
    else if (typeof type === "string" && type !== "_") {
      const file = id === undefined ? this.#last : this.#byId.get(id);
      if (file !== undefined) this.#mark(file, toNumber(memberOf(entry, "Line")), type === "R" ? Mark.Read : Mark.Run);
    }
  }

  end(): void {
    const { lines } = this.#report;
    for (const { name, marks } of this.#files) {
      lines.open(name);
      for (const [line, mark] of marks.entries()) if (mark !== Mark.None) lines.add(line, mark === Mark.Run ? 1 : 0);
      lines.close();
    }
  }

  #open(name: unknown, id: unknown): void {
    this.#last = typeof name === "string" ? { name, marks: new Uint8Array(256) } : undefined;
    if (this.#last === undefined) return;
    this.#reserve(this.#last.name.length + this.#last.marks.length);
    this.#files.push(this.#last);
    if (id !== undefined) this.#byId.set(id, this.#last);
  }

  /** What GAP reads from no file has the line 0. */
  #mark(file: MarkedFile, line: number, mark: Mark): void {
    if (line === 0) return;
    if (!(line > 0 && line < MOST_LINES && Number.isInteger(line))) {
      this.#report.lines.skipped.count("line without a usable number");
      return;
    }
    if (line >= file.marks.length) {
      const larger = new Uint8Array(Math.max(line + 1, 2 * file.marks.length));
      this.#reserve(larger.length - file.marks.length);
      larger.set(file.marks);
      file.marks = larger;
    }
    if (mark > file.marks[line]) file.marks[line] = mark;
  }

  #reserve(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MOST_BYTES) {
      throw new CorruptReportError(`its files have more than ${MOST_BYTES} lines together, the most that are read`);
    }
  }
}
