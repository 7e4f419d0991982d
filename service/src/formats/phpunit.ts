import { LineKind } from "../report/file-coverage.js";
import { missedLines, NO_LINES, PhpSource } from "./phpunit-missed.js";
import { type XmlReader, type XmlReport, xmlFormat } from "./xml-format.js";
import type { XmlTag } from "./xml-tag.js";
import { ascii, numberOf } from "./xml-values.js";

/**
 * PHPUnit's own XML: a file for each source, with the lines that were run, and how many could have been. Which ones were
 * missed is told by the source that the report repeats, where the numbers add up.
 */
export const phpunit = xmlFormat("phpunit", (report) => new PhpUnitReader(report));

const [PROJECT, FILE, LINES, LINE] = ["project", "file", "lines", "line"].map(ascii);
const [METHOD, FUNCTION, COVERED, TOKEN] = ["method", "function", "covered", "token"].map(ascii);
const [NAME, PATH, HREF, NR, NO] = ["name", "path", "href", "nr", "no"].map(ascii);
const [START, END, EXECUTABLE, EXECUTED] = ["start", "end", "executable", "executed"].map(ascii);
/** No source file comes near it. */
const MOST_LINES = 200_000;

/** The lines of a function, both among them. */
interface Body {
  readonly start: number;
  readonly end: number;
}

/** A function, or what stands outside of all of them. */
interface Unit {
  /** Line that it begins at, and that stands for it when nothing else can. */
  readonly start: number;
  /** NaN: not told. */
  readonly end: number;
  readonly executable: number;
  readonly executed: number;
}

class PhpUnitReader implements XmlReader {
  readonly #report: XmlReport;
  #isIndex = false;
  #isOpen = false;
  #total: Unit | null = null;
  #functions: Unit[] = [];
  /** Number of tests that ran a line. */
  #run = new Map<number, number>();
  #source = new PhpSource();
  /** The line of the source, or the one that was run, which is open. */
  #line = 0;

  constructor(report: XmlReport) {
    this.#report = report;
  }

  open(tag: XmlTag): void {
    if (tag.is(PROJECT)) this.#isIndex = true;
    else if (tag.is(FILE)) this.#openFile(tag);
    else if (!this.#isOpen) return;
    else if (tag.is(TOKEN)) this.#addToken(tag);
    else if (tag.is(LINE)) this.#openLine(tag);
    else if (tag.is(COVERED)) this.#addRun();
    else if (tag.is(LINES)) this.#total = unitOf(tag, 1);
    else if ((tag.is(METHOD) || tag.is(FUNCTION)) && this.#functions.length < MOST_LINES) {
      const unit = unitOf(tag, numberOf(tag, START));
      if (unit !== null) this.#functions.push(unit);
    }
  }

  close(tag: XmlTag): void {
    if (tag.is(FILE)) this.#closeFile();
  }

  end(): void {
    this.#closeFile();
    if (!this.#isIndex) return;
    this.#report.sink.note(
      "it is the index of what PHPUnit's --coverage-xml writes: lines are in the other files of its folder",
    );
  }

  #openFile(tag: XmlTag): void {
    this.#closeFile();
    const { lines, fileName } = this.#report;
    if (tag.find(HREF) >= 0) return;
    const path = `${fileName(tag, PATH) ?? ""}/${fileName(tag, NAME) ?? ""}`;
    lines.open(path.replaceAll("\\", "/").replace(/^\/+/, ""));
    this.#isOpen = true;
  }

  #openLine(tag: XmlTag): void {
    const number = numberOf(tag, tag.find(NR) >= 0 ? NR : NO);
    this.#line = number > 0 && number <= MOST_LINES ? number : 0;
    if (tag.find(NR) >= 0 && this.#line > 0) this.#run.set(this.#line, 0);
  }

  #addRun(): void {
    const tests = this.#run.get(this.#line);
    if (tests !== undefined) this.#run.set(this.#line, tests + 1);
  }

  #addToken(tag: XmlTag): void {
    if (this.#line > 0) this.#source.add(this.#line, tag.value(NAME) ?? "");
  }

  #closeFile(): void {
    if (!this.#isOpen) return;
    const { lines } = this.#report;
    this.#addMissed();
    for (const [line, tests] of this.#run) lines.add(line, Math.max(1, tests));
    lines.close();
    this.#isOpen = false;
    this.#total = null;
    this.#functions = [];
    this.#run = new Map();
    this.#source = new PhpSource();
    this.#line = 0;
  }

  #addMissed(): void {
    const source = this.#source;
    const bodies: Body[] = [];
    let [executable, executed, last] = [0, 0, 0];
    for (const unit of this.#functions.sort((a, b) => a.start - b.start)) {
      // Those outside of classes are given without their end; one that overlaps another is no function.
      let body: Uint32Array = NO_LINES;
      if (unit.start > last) {
        last = unit.end > 0 ? Math.min(unit.end, source.lastLine) : source.endOf(unit.start, last);
        body = source.between(source.bodyOf(unit.start, last), last);
        if (last >= unit.start) bodies.push({ start: unit.start, end: last });
      }
      this.#addMissedOf(unit, body, LineKind.Method);
      executable += unit.executable;
      executed += unit.executed;
    }
    const total = this.#total;
    if (total === null || total.executable <= executable) return;
    const left = total.executable - executable;
    const outside = { ...total, executable: left, executed: Math.min(Math.max(0, total.executed - executed), left) };
    this.#addMissedOf(outside, outsideOf(bodies, source.lines), LineKind.Line);
  }

  #addMissedOf({ start, executable, executed }: Unit, within: Uint32Array, kind: LineKind): void {
    const { lines } = this.#report;
    const notRun = within.filter((line) => !this.#run.has(line));
    const missed = missedLines(notRun, executable - executed, this.#source);
    if (missed !== null) {
      for (const line of missed) lines.add(line, 0);
      return;
    }
    // Its first line says how many were run, and nothing else: beside a hit it would be one itself.
    this.#run.delete(start);
    if (lines.add(start, executed, executable, kind)) {
      lines.skipped.count(
        "function, or code outside of functions, whose first line stands for the lines that it missed, which PHPUnit's XML does not name: what --coverage-clover writes names them",
      );
    }
  }
}

function unitOf(tag: XmlTag, start: number): Unit | null {
  const [executable, executed] = [numberOf(tag, EXECUTABLE), numberOf(tag, EXECUTED)];
  const isUsable = start > 0 && start <= MOST_LINES && executable > 0 && executed >= 0 && executed <= executable;
  return isUsable ? { start, end: numberOf(tag, END), executable, executed } : null;
}

/** The lines that are in none of the bodies; both ascend, and bodies do not overlap. */
function outsideOf(bodies: readonly Body[], lines: Uint32Array): Uint32Array {
  let next = 0;
  return lines.filter((line) => {
    while (next < bodies.length && bodies[next].end < line) next++;
    return next === bodies.length || line < bodies[next].start;
  });
}
