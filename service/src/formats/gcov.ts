import { LineKind } from "../report/file-coverage.js";
import { type TextReader, type TextReport, textFormat } from "./text-format.js";

/** What GCC's and LLVM's gcov write: `count:line:source`. Branches are not read: they are the compiler's. */
export const gcov = textFormat("gcov", (report) => new GcovReader(report));

const SOURCE = "0:Source:";
const FIELDS = /^([^:]*):([^:]*):(.*)$/;
const BRACE = /^[{}](?:\s*\/\/.*)?$/;
/** Counts may say that some blocks were not run (`5*`), or be short (`1.5k`). */
const COUNT = /^(\d+(?:\.\d+)?)([kMGTPEZY]?)\*?$/;
const POWERS = "kMGTPEZY";

class GcovReader implements TextReader {
  readonly #report: TextReport;
  #isSwift = false;
  #isExcluded = false;
  #isFunction = false;

  constructor(report: TextReport) {
    this.#report = report;
  }

  read(text: string): void {
    if (text.includes(SOURCE)) this.#open(text.slice(text.indexOf(SOURCE) + SOURCE.length).trim());
    else if (text.includes("LCOV_EXCL_START")) this.#isExcluded = true;
    else if (/LCOV_EXCL_(?:STOP|END)/.test(text)) this.#isExcluded = false;
    else if (this.#isExcluded || text.includes("LCOV_EXCL_LINE")) return;
    else if (text.startsWith("function ")) this.#isFunction = true;
    else if (!/^(?:branch|call|unconditional) /.test(text)) this.#readCount(text);
  }

  /** With the folder of the report's own name, if that is the file's beside which it lies. */
  #open(source: string): void {
    const name = source.replace(/^[./]+/, "");
    const { lines, reportName } = this.#report;
    if (reportName?.endsWith(`${name}.gcov`)) lines.open(reportName.slice(0, -".gcov".length), [name]);
    else lines.open(name);
    this.#isSwift = name.endsWith(".swift");
    this.#isExcluded = false;
    this.#isFunction = false;
  }

  #readCount(text: string): void {
    const fields = FIELDS.exec(text);
    if (fields === null) return;
    const [, first, second, data] = fields;
    const source = data.trim();
    if (BRACE.test(source) || source.startsWith("@implementation")) return;
    const count = (this.#isSwift ? second : first).trim();
    const hits = hitsOf(count, source);
    if (hits < 0) return;
    const line = Number(this.#isSwift ? first : second);
    if (line === 0) return;
    this.#report.lines.add(line, hits, 0, this.#isFunction ? LineKind.Method : LineKind.Line);
    this.#isFunction = false;
  }
}

/** -1: the line is no code. */
function hitsOf(count: string, source: string): number {
  // What is inlined everywhere was never compiled by itself.
  if (/^#+\*?$/.test(count)) return /^(?:inline|static)/.test(source) ? -1 : 0;
  if (/^[=$%]+\*?$/.test(count)) return 0;
  const found = COUNT.exec(count);
  if (found === null) return -1;
  return Math.round(Number(found[1]) * 1000 ** (found[2] === "" ? 0 : POWERS.indexOf(found[2]) + 1));
}
