import { CoverageBuilder, MAX_LINE } from "../report/coverage-builder.js";
import type { FileCoverage } from "../report/file-coverage.js";
import { LineKind } from "../report/file-coverage.js";
import { sortAndMerge } from "../report/merge.js";
import { LineConditions } from "./cobertura-conditions.js";
import { NameReader, SkipNotes } from "./names.js";
import { type CoverageSink, checkFileSize, type ParserLimits, type ReportFormat, type ReportParser } from "./parser.js";
import { type XmlHandler, XmlScanner } from "./xml-scanner.js";
import type { XmlTag } from "./xml-tag.js";
import { ascii, numberAt, numberOf } from "./xml-values.js";

/** Cobertura XML, and scoverage's own XML, which adds `<statement>` to the same classes. */
export const cobertura: ReportFormat = {
  name: "cobertura",
  parser: (sink, limits) => new CoberturaParser(sink, limits),
};

const [CLASS, LINE, CONDITION, STATEMENT, SOURCE] = ["class", "line", "condition", "statement", "source"].map(ascii);
const [NUMBER, HITS, BRANCH, FILENAME] = ["number", "hits", "branch", "filename"].map(ascii);
const [CONDITION_COVERAGE, MISSING_BRANCHES] = ["condition-coverage", "missing-branches"].map(ascii);
const [TRUE, FULL] = ["true", "100%"].map(ascii);
const [TYPE, COVERAGE, METHOD, IGNORED, INVOCATIONS] = [
  "type",
  "coverage",
  "method",
  "ignored",
  "invocation-count",
].map(ascii);

class CoberturaParser implements ReportParser, XmlHandler {
  readonly #sink: CoverageSink;
  readonly #limits: ParserLimits;
  readonly #scanner: XmlScanner;
  readonly #names: NameReader;
  readonly #skipped = new SkipNotes();
  readonly #lines = new CoverageBuilder();
  readonly #spare = [new CoverageBuilder(), new CoverageBuilder()] as const;

  /** File of the class that is open; null outside of classes and in classes without a file. */
  #name: string | null = null;
  /** The line that is open, of which conditions may still come; 0: none. */
  #line = 0;
  #hits = 0;
  readonly #branches = new LineConditions();
  #listed: Uint8Array | null = null;

  constructor(sink: CoverageSink, limits: ParserLimits) {
    this.#sink = sink;
    this.#limits = limits;
    this.#names = new NameReader(sink);
    this.#scanner = new XmlScanner(this, limits);
  }

  write(chunk: Buffer): void {
    this.#scanner.write(chunk);
  }

  end(): void {
    const missing = this.#scanner.end();
    this.#endClass();
    if (missing !== null) this.#sink.note(`${missing}: what came until then was read`);
    this.#skipped.flush(this.#sink);
  }

  open(tag: XmlTag): void {
    // By length first: most elements are lines, and nothing is asked of those that are not known.
    switch (tag.nameEnd - tag.nameStart) {
      case LINE.length:
        if (this.#name !== null && tag.is(LINE)) this.#openLine(tag);
        break;
      case CONDITION.length:
        if (this.#line > 0 && tag.is(CONDITION)) this.#addCondition(tag);
        else if (this.#name !== null && tag.is(STATEMENT)) this.#addStatement(tag);
        break;
      case CLASS.length:
        if (tag.is(CLASS)) this.#openClass(tag);
        break;
      case SOURCE.length:
        if (tag.is(SOURCE)) this.#scanner.captureText();
        break;
    }
  }

  close(tag: XmlTag): void {
    if (this.#line > 0 && tag.is(LINE)) this.#endLine();
    else if (this.#name !== null && tag.is(CLASS)) this.#endClass();
  }

  text(text: string): void {
    const folder = text.trim();
    if (folder !== "") this.#sink.source(folder);
  }

  #openClass(tag: XmlTag): void {
    this.#endClass();
    const index = tag.find(FILENAME);
    if (index < 0 || tag.valueEnd(index) === tag.valueStart(index)) this.#skipped.count("class without a file name");
    else if (!tag.empty) this.#name = this.#names.read(tag.valueBytes(index));
  }

  #endClass(): void {
    this.#endLine();
    if (this.#name === null) return;
    this.#sink.file(this.#name, this.#coverage());
    this.#name = null;
    this.#lines.clear();
  }

  #coverage(): FileCoverage {
    const lines = this.#lines;
    return (lines.ascending ? lines : sortAndMerge(lines.view(), ...this.#spare)).view();
  }

  #openLine(tag: XmlTag): void {
    this.#endLine();
    let line = -1;
    let hits = Number.NaN;
    let isBranch = false;
    let conditions = -1;
    this.#listed = null;
    for (let index = 0; index < tag.count; index++) {
      // By length first: every line has several attributes, and there are millions of lines.
      switch (tag.attributeLength(index)) {
        case HITS.length:
          if (tag.attributeIs(index, HITS)) hits = numberAt(tag, index);
          break;
        case NUMBER.length:
          if (tag.attributeIs(index, NUMBER)) line = numberAt(tag, index);
          else if (tag.attributeIs(index, BRANCH)) isBranch = isTrue(tag, index);
          break;
        case CONDITION_COVERAGE.length:
          if (tag.attributeIs(index, CONDITION_COVERAGE)) conditions = index;
          break;
        case MISSING_BRANCHES.length:
          if (tag.attributeIs(index, MISSING_BRANCHES)) this.#listed = tag.valueBytes(index);
          break;
      }
    }
    if (!(line > 0 && line <= MAX_LINE && Number.isInteger(line))) {
      this.#skipped.count("line without a usable number");
      return;
    }
    const branches = this.#branches;
    branches.clear();
    if (isBranch && conditions >= 0) branches.readRatio(tag, conditions);
    if (branches.total === 0 && Number.isNaN(hits)) {
      this.#skipped.count("line without a usable number of hits");
      return;
    }
    if (tag.empty && branches.total === 0) {
      this.#add(line, hits, 0, LineKind.Line);
      return;
    }
    this.#line = line;
    this.#hits = hits;
    if (tag.empty) this.#endLine();
  }

  #endLine(): void {
    if (this.#line === 0) return;
    const branches = this.#branches;
    if (branches.total === 0) {
      this.#add(this.#line, this.#hits, 0, LineKind.Line);
    } else {
      this.#add(this.#line, branches.taken, branches.total, LineKind.Branch);
      const ids = branches.missing(this.#listed);
      if (ids !== null) this.#lines.missing(ids);
    }
    this.#line = 0;
  }

  #addCondition(tag: XmlTag): void {
    const coverage = tag.find(COVERAGE);
    if (coverage < 0 || !tag.valueIs(coverage, FULL)) this.#branches.addMissing(tag, tag.find(NUMBER), tag.find(TYPE));
  }

  #addStatement(tag: XmlTag): void {
    if (tag.value(IGNORED) === "true") return;
    const line = numberOf(tag, LINE);
    const hits = numberOf(tag, INVOCATIONS);
    if (!(line > 0 && line <= MAX_LINE && Number.isInteger(line)) || Number.isNaN(hits)) {
      this.#skipped.count("statement without a usable line or count");
      return;
    }
    const isBranch = tag.value(BRANCH) === "true";
    this.#add(line, hits, 0, isBranch ? LineKind.Branch : tag.value(METHOD) ? LineKind.Method : LineKind.Line);
  }

  #add(line: number, hits: number, total: number, kind: LineKind): void {
    this.#lines.add(line, hits < -1 ? 0 : Math.trunc(hits), total, kind);
    checkFileSize(this.#name, this.#lines.length, this.#limits);
  }
}

/** `true` in any case. */
function isTrue(tag: XmlTag, index: number): boolean {
  const start = tag.valueStart(index);
  if (tag.valueEnd(index) - start !== TRUE.length) return false;
  for (let i = 0; i < TRUE.length; i++) if ((tag.bytes[start + i] | 0x20) !== TRUE[i]) return false;
  return true;
}
