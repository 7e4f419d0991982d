import { MOST_PARTS } from "../report/column-hits.js";
import { type TextReader, type TextReport, textFormat } from "./text-format.js";

/** What `llvm-cov show` prints: names of files that end in a colon, then `line|count|source`. */
export const xcode = textFormat("xcode", (report) => new XcodeReader(report));

const ESCAPE = "\u001b";
/** The source between these was not run. */
const RED = `${ESCAPE}[0;41m`;
const PLAIN = `${ESCAPE}[0m`;
const COUNT = /^(\d+(?:\.\d+)?)([kKmMgG]?)E?$/;

class XcodeReader implements TextReader {
  readonly #report: TextReport;
  /** Older versions print the count before the line; null while that cannot be told. */
  #countFirst: boolean | null = null;
  #row = 0;

  constructor(report: TextReport) {
    this.#report = report;
  }

  read(text: string): void {
    const plain = withoutColours(text).trimEnd();
    if (plain.endsWith(":") && !plain.includes("|")) {
      this.#report.lines.open(plain.slice(0, -1).trim());
      this.#countFirst = null;
      this.#row = 0;
    } else if (plain.includes("|") && this.#report.lines.name !== null) this.#readCount(text);
  }

  #readCount(text: string): void {
    const bar = text.indexOf("|");
    const second = text.indexOf("|", bar + 1);
    if (second < 0) return;
    const [one, two] = [text.slice(0, bar), text.slice(bar + 1, second)].map((field) => withoutColours(field).trim());
    const source = text.slice(second + 1);
    this.#tellOrder(one, two);
    if (withoutColours(source).trim() === "}") return;
    const [count, line] = this.#countFirst === false ? [two, Number(one)] : [one, Number(two)];
    if (!(line > 0)) return;
    const red = redParts(source);
    if (red.length > 0) {
      if (this.#report.lines.add(line, 0)) this.#report.lines.columns(red);
    } else if (count !== "") this.#report.lines.add(line, hitsOf(count));
  }

  /** A file is printed from its first line on: the column that counts up is the line. */
  #tellOrder(first: string, second: string): void {
    const row = String(++this.#row);
    if (this.#countFirst !== null || (first === row && second === row)) return;
    this.#countFirst = first !== row;
  }
}

/** Where the source was not run, as parts with no hits. Columns do not count the escapes that part it. */
function redParts(source: string): number[] {
  const parts: number[] = [];
  let escapes = 0;
  for (let red = source.indexOf(RED); red >= 0 && parts.length < 3 * MOST_PARTS; ) {
    const start = red + RED.length;
    const end = source.indexOf(PLAIN, start);
    if (end < 0) break;
    escapes += RED.length;
    const text = source.slice(start, end);
    const indented = start + text.length - text.trimStart().length;
    if (end > indented) parts.push(indented - escapes, end - escapes, 0);
    escapes += PLAIN.length;
    red = source.indexOf(RED, end + PLAIN.length);
  }
  return parts;
}

function hitsOf(count: string): number {
  const found = COUNT.exec(count);
  if (found === null) return 1;
  const power = "kmg".indexOf(found[2].toLowerCase()) + 1;
  return Math.round(Number(found[1]) * (found[2] === "" ? 1 : 1000 ** power));
}

function withoutColours(text: string): string {
  return text.includes(ESCAPE)
    ? text
        .split(ESCAPE)
        .map((part, at) => (at === 0 ? part : part.replace(/^\[[\d;]*m/, "")))
        .join("")
    : text;
}
