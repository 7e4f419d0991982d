import { LineKind } from "../report/file-coverage.js";
import { branchKind, isTaken } from "./gcov-branches.js";
import { type TextReader, type TextReport, textFormat } from "./text-format.js";

/** What GCC's and LLVM's gcov write: `count:line:source`, and the branches of a line below it. */
export const gcov = textFormat("gcov", (report) => new GcovReader(report));

/** Nothing but the count of no code stands before it: in the source of a line it may stand, too. */
const SOURCE = /^[\s:-]*0:Source:/;
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
  /** The line last seen, whose branches may follow. Its number is 0 when it is left out, or there is none. */
  #line = 0;
  #hits = 0;
  #kind = LineKind.Line;
  #source = "";
  /** null: not looked at yet. */
  #countsBranches: boolean | null = null;
  #branches = 0;
  #taken = 0;

  constructor(report: TextReport) {
    this.#report = report;
  }

  read(text: string): void {
    if (text.startsWith("branch ")) this.#addBranch(text);
    else if (!/^(?:call|unconditional) /.test(text)) this.#readNext(text);
  }

  end(): void {
    this.#addLine();
  }

  #readNext(text: string): void {
    this.#addLine();
    const opening = SOURCE.exec(text);
    if (opening !== null) this.#open(text.slice(opening[0].length).trim());
    else if (text.includes("LCOV_EXCL_START")) this.#isExcluded = true;
    else if (/LCOV_EXCL_(?:STOP|END)/.test(text)) this.#isExcluded = false;
    else if (this.#isExcluded || text.includes("LCOV_EXCL_LINE")) return;
    else if (text.startsWith("function ")) this.#isFunction = true;
    else this.#readCount(text);
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
    const hits = hitsOf((this.#isSwift ? second : first).trim(), source);
    if (hits < 0) return;
    this.#line = Number(this.#isSwift ? first : second);
    this.#hits = hits;
    this.#kind = this.#isFunction ? LineKind.Method : LineKind.Line;
    this.#source = source;
    this.#countsBranches = null;
    this.#isFunction = false;
  }

  #addBranch(text: string): void {
    if (this.#line === 0) return;
    this.#countsBranches ??= this.#report.options.gcov.branchDetection[branchKind(this.#source)];
    if (!this.#countsBranches) return;
    this.#branches++;
    if (isTaken(text)) this.#taken++;
  }

  #addLine(): void {
    const { lines } = this.#report;
    if (this.#line !== 0) {
      if (this.#branches === 0) lines.add(this.#line, this.#hits, 0, this.#kind);
      else lines.add(this.#line, this.#taken, this.#branches, this.#kind || LineKind.Branch);
    }
    this.#line = 0;
    this.#branches = 0;
    this.#taken = 0;
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
