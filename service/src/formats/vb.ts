import { FileTable, LONGEST_ID } from "./file-table.js";
import { type XmlReader, type XmlReport, xmlFormat } from "./xml-format.js";
import type { XmlTag } from "./xml-tag.js";
import { ascii, numberOf } from "./xml-values.js";

/** XML of Microsoft's code coverage: `<results>` with modules, ranges and source files. */
export const vb = xmlFormat("vb", (report) => new VbReader(report));

const [MODULE, RANGE, SOURCE_FILE] = ["module", "range", "source_file"].map(ascii);
const [ID, PATH, SOURCE_ID, COVERED] = ["id", "path", "source_id", "covered"].map(ascii);
const [START_LINE, END_LINE] = ["start_line", "end_line"].map(ascii);
/** Ranges of one module that wait for the list of its files. */
const MOST_RANGES = 500_000;

interface Range {
  readonly source: string;
  readonly start: number;
  readonly end: number;
  /** null: in part. */
  readonly isCovered: boolean | null;
}

class VbReader implements XmlReader {
  readonly #report: XmlReport;
  readonly #files: FileTable;
  #ranges: Range[] = [];

  constructor(report: XmlReport) {
    this.#report = report;
    this.#files = new FileTable(report.limits);
  }

  open(tag: XmlTag): void {
    if (tag.is(RANGE)) this.#addRange(tag);
    else if (tag.is(SOURCE_FILE)) this.#files.add(tag.value(ID), this.#report.fileName(tag, PATH));
    else if (tag.is(MODULE)) this.#endModule();
  }

  close(tag: XmlTag): void {
    if (tag.is(MODULE)) this.#endModule();
  }

  end(): void {
    this.#endModule();
  }

  #addRange(tag: XmlTag): void {
    if (this.#ranges.length >= MOST_RANGES) {
      this.#report.lines.skipped.count("range too many for a module");
      return;
    }
    const [source, covered] = [tag.value(SOURCE_ID) ?? "", tag.value(COVERED)];
    if (source.length > LONGEST_ID) return;
    const isCovered = covered === "yes" ? true : covered === "no" ? false : null;
    this.#ranges.push({ source, start: numberOf(tag, START_LINE), end: numberOf(tag, END_LINE), isCovered });
  }

  #endModule(): void {
    const { lines } = this.#report;
    for (const { source, start, end, isCovered } of this.#ranges) {
      const file = this.#files.nameOf(source);
      if (file === undefined) continue;
      if (lines.name !== file) lines.open(file);
      if (isCovered === null) lines.addPartialSpan(start, end);
      else lines.addSpan(start, end, Number(isCovered));
    }
    this.#files.clear();
    this.#ranges = [];
  }
}
