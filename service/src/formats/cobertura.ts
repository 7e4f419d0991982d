import { MAX_LINE } from "../report/coverage-builder.js";
import { LineKind } from "../report/file-coverage.js";
import { CoberturaLines } from "./cobertura-lines.js";
import { UsualLines } from "./cobertura-usual.js";
import { NameReader, SkipNotes } from "./names.js";
import type { CoverageSink, ParserLimits, ReportFormat, ReportParser } from "./parser.js";
import type { ParserOptions } from "./parser-options.js";
import { tellDate } from "./report-date.js";
import { type XmlHandler, XmlScanner } from "./xml-scanner.js";
import type { XmlTag } from "./xml-tag.js";
import { ascii, numberAt, numberOf } from "./xml-values.js";

/** Cobertura XML, and scoverage's own XML, which adds `<statement>` to the same classes. */
export const cobertura: ReportFormat = {
  name: "cobertura",
  parser: (sink, limits, { options }) => new CoberturaParser(sink, limits, options.cobertura),
};

const [CLASS, LINE, CONDITION, STATEMENT, SOURCE] = ["class", "line", "condition", "statement", "source"].map(ascii);
const [NUMBER, HITS, BRANCH, FILENAME] = ["number", "hits", "branch", "filename"].map(ascii);
const [CONDITION_COVERAGE, MISSING_BRANCHES] = ["condition-coverage", "missing-branches"].map(ascii);
const [COVERAGE_ROOT, SCOVERAGE_ROOT, TIMESTAMP] = ["coverage", "scoverage", "timestamp"].map(ascii);
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
  readonly #scanner: XmlScanner;
  readonly #names: NameReader;
  readonly #skipped = new SkipNotes();
  readonly #lines: CoberturaLines;

  constructor(sink: CoverageSink, limits: ParserLimits, options: ParserOptions["cobertura"]) {
    this.#sink = sink;
    this.#names = new NameReader(sink);
    this.#lines = new CoberturaLines(limits, options);
    this.#scanner = new XmlScanner(this, limits, new UsualLines(this.#lines));
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
        if (this.#lines.name !== null && tag.is(LINE)) this.#openLine(tag);
        break;
      case CONDITION.length:
        if (this.#lines.isLineOpen && tag.is(CONDITION)) this.#addCondition(tag);
        else if (this.#lines.name !== null && tag.is(STATEMENT)) this.#addStatement(tag);
        else if (tag.is(SCOVERAGE_ROOT)) tellDate(this.#sink, tag, TIMESTAMP);
        break;
      case COVERAGE_ROOT.length:
        if (tag.is(COVERAGE_ROOT)) tellDate(this.#sink, tag, TIMESTAMP);
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
    if (this.#lines.isLineOpen && tag.is(LINE)) this.#lines.endLine();
    else if (this.#lines.name !== null && tag.is(CLASS)) this.#endClass();
  }

  text(text: string): void {
    const folder = text.trim();
    if (folder !== "") this.#sink.source(folder);
  }

  #openClass(tag: XmlTag): void {
    this.#endClass();
    const index = tag.find(FILENAME);
    if (index < 0 || tag.valueEnd(index) === tag.valueStart(index)) this.#skipped.count("class without a file name");
    else if (!tag.empty) this.#lines.name = this.#names.read(tag.valueBytes(index));
  }

  #endClass(): void {
    const lines = this.#lines;
    lines.endLine();
    if (lines.name === null) return;
    this.#sink.file(lines.name, lines.coverage());
    lines.name = null;
    lines.clear();
  }

  #openLine(tag: XmlTag): void {
    const lines = this.#lines;
    lines.endLine();
    lines.listed = null;
    let line = -1;
    let hits = Number.NaN;
    let isBranch = false;
    let ratio = -1;
    for (let index = 0; index < tag.count; index++) {
      if (tag.attributeIs(index, HITS)) hits = numberAt(tag, index);
      else if (tag.attributeIs(index, NUMBER)) line = numberAt(tag, index);
      else if (tag.attributeIs(index, BRANCH)) isBranch = isTrue(tag, index);
      else if (tag.attributeIs(index, CONDITION_COVERAGE)) ratio = index;
      else if (tag.attributeIs(index, MISSING_BRANCHES)) lines.listed = tag.valueBytes(index);
    }
    if (!isLine(line)) {
      this.#skipped.count("line without a usable number");
      return;
    }
    const { branches } = lines;
    branches.clear();
    if (isBranch && ratio >= 0) branches.readRatio(tag.bytes, tag.valueStart(ratio), tag.valueEnd(ratio));
    if (branches.total === 0 && Number.isNaN(hits)) {
      this.#skipped.count("line without a usable number of hits");
      return;
    }
    lines.beginLine(line, hits);
    if (tag.empty) lines.endLine();
  }

  #addCondition(tag: XmlTag): void {
    const coverage = tag.find(COVERAGE);
    if (coverage >= 0 && tag.valueIs(coverage, FULL)) return;
    const [number, type] = [tag.find(NUMBER), tag.find(TYPE)];
    this.#lines.branches.addMissing(
      tag.bytes,
      number < 0 ? 0 : tag.valueStart(number),
      number < 0 ? 0 : tag.valueEnd(number),
      type < 0 ? 0 : tag.valueStart(type),
      type < 0 ? 0 : tag.valueEnd(type),
    );
  }

  #addStatement(tag: XmlTag): void {
    if (tag.value(IGNORED) === "true") return;
    const line = numberOf(tag, LINE);
    const hits = numberOf(tag, INVOCATIONS);
    if (!isLine(line) || Number.isNaN(hits)) {
      this.#skipped.count("statement without a usable line or count");
      return;
    }
    const isBranch = tag.value(BRANCH) === "true";
    this.#lines.add(line, hits, isBranch ? LineKind.Branch : tag.value(METHOD) ? LineKind.Method : LineKind.Line);
  }
}

function isLine(line: number): boolean {
  return line > 0 && line <= MAX_LINE && Number.isInteger(line);
}

/** `true` in any case. */
function isTrue(tag: XmlTag, index: number): boolean {
  const start = tag.valueStart(index);
  if (tag.valueEnd(index) - start !== TRUE.length) return false;
  for (let i = 0; i < TRUE.length; i++) if ((tag.bytes[start + i] | 0x20) !== TRUE[i]) return false;
  return true;
}
