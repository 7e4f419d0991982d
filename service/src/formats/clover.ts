import { LineKind } from "../report/file-coverage.js";
import { type CloverElements, UsualClover } from "./clover-usual.js";
import { tellDate } from "./report-date.js";
import { type XmlReader, type XmlReport, xmlFormat } from "./xml-format.js";
import type { XmlTag } from "./xml-tag.js";
import { ascii, numberAt, numberOf } from "./xml-values.js";

/** Clover XML, as OpenClover, PHPUnit and Istanbul write it. */
export const clover = xmlFormat("clover", (report) => new CloverReader(report));

const [COVERAGE, GENERATED] = ["coverage", "generated"].map(ascii);
const [FILE, METRICS, LINE] = ["file", "metrics", "line"].map(ascii);
const [PATH, NAME, LOC, NUM, COUNT, TYPE] = ["path", "name", "loc", "num", "count", "type"].map(ascii);
const [TRUE_COUNT, FALSE_COUNT, COMPLEXITY] = ["truecount", "falsecount", "complexity"].map(ascii);
const [COND, METHOD] = ["cond", "method"].map(ascii);

interface Line {
  readonly line: number;
  readonly hits: number;
  readonly total: number;
  readonly kind: LineKind;
  readonly complexity: number;
}

class CloverReader implements XmlReader, CloverElements {
  readonly usual = new UsualClover(this);
  readonly #report: XmlReport;
  #isPhp = false;
  /** Lines of a PHP file, of which the number of lines comes last. */
  #held: Line[] = [];
  #lastLine = Number.POSITIVE_INFINITY;

  constructor(report: XmlReport) {
    this.#report = report;
  }

  open(tag: XmlTag): void {
    if (tag.is(LINE)) this.#addLine(tag);
    else if (tag.is(FILE)) this.#openFile(tag);
    else if (this.#isPhp && tag.is(METRICS)) this.#readMetrics(tag);
    else if (tag.is(COVERAGE)) tellDate(this.#report.sink, tag, GENERATED);
  }

  close(tag: XmlTag): void {
    if (tag.is(FILE)) this.#closeFile();
  }

  end(): void {
    this.#closeFile();
  }

  #openFile(tag: XmlTag): void {
    this.#closeFile();
    const { lines, fileName } = this.#report;
    const name = fileName(tag, PATH) || fileName(tag, NAME);
    if (name === null) lines.skipped.count("file without a name");
    this.#isPhp = name?.endsWith(".php") ?? false;
    const isForeign = name?.includes("{") || (this.#isPhp && /(?:^|\/)vendor\//.test(name ?? ""));
    if (isForeign) lines.skipped.count("file of a dependency, or whose name is a template");
    lines.open(isForeign || tag.empty ? null : name);
  }

  /** A PHP file may end before the last line that is reported for it. */
  #readMetrics(tag: XmlTag): void {
    const loc = numberOf(tag, LOC);
    if (loc > 0 && this.#lastLine === Number.POSITIVE_INFINITY) this.#lastLine = loc;
  }

  #closeFile(): void {
    for (const { line, hits, total, kind, complexity } of this.#held) {
      if (line <= this.#lastLine) this.#addNow(line, hits, total, kind, complexity);
    }
    this.#held = [];
    this.#lastLine = Number.POSITIVE_INFINITY;
    const { lines } = this.#report;
    // A file without lines says nothing.
    if (lines.length === 0) lines.forget();
    else lines.close();
  }

  #addLine(tag: XmlTag): void {
    let [line, count, whenTrue, whenFalse, complexity] = [Number.NaN, Number.NaN, 0, 0, Number.NaN];
    let type = -1;
    for (let index = 0; index < tag.count; index++) {
      if (tag.attributeIs(index, NUM)) line = numberAt(tag, index);
      else if (tag.attributeIs(index, TYPE)) type = index;
      else if (tag.attributeIs(index, COUNT)) count = numberAt(tag, index);
      else if (tag.attributeIs(index, TRUE_COUNT)) whenTrue = numberAt(tag, index);
      else if (tag.attributeIs(index, FALSE_COUNT)) whenFalse = numberAt(tag, index);
      else if (tag.attributeIs(index, COMPLEXITY)) complexity = numberAt(tag, index);
    }
    if (type >= 0 && tag.valueIs(type, COND)) this.condition(line, whenTrue, whenFalse);
    else if (type >= 0 && tag.valueIs(type, METHOD)) this.#add(line, count, 0, LineKind.Method, complexity);
    else this.statement(line, count);
  }

  condition(line: number, whenTrue: number, whenFalse: number): void {
    this.#add(line, (whenTrue > 0 ? 1 : 0) + (whenFalse > 0 ? 1 : 0), 2, LineKind.Branch, Number.NaN);
  }

  statement(line: number, count: number): void {
    this.#add(line, count, 0, LineKind.Line, Number.NaN);
  }

  #hold(line: Line): void {
    if (this.#held.length < MOST_HELD) this.#held.push(line);
    else this.#report.lines.skipped.count("line too many for a PHP file");
  }

  #add(line: number, hits: number, total: number, kind: LineKind, complexity: number): void {
    if (this.#isPhp) this.#hold({ line, hits, total, kind, complexity });
    else this.#addNow(line, hits, total, kind, complexity);
  }

  #addNow(line: number, hits: number, total: number, kind: LineKind, complexity: number): void {
    const { lines } = this.#report;
    if (lines.add(line, hits, total, kind) && kind === LineKind.Method && complexity >= 0) {
      lines.complexity(complexity, 0);
    }
  }
}

/** Lines of one PHP file that wait for its end. */
const MOST_HELD = 200_000;
