import { FileTable } from "./file-table.js";
import { type XmlReader, type XmlReport, xmlFormat } from "./xml-format.js";
import type { XmlTag } from "./xml-tag.js";
import { ascii, numberOf } from "./xml-values.js";

/** Detailed XML of JetBrains dotCover. Its plain XML has totals alone. */
export const jetbrains = xmlFormat("jetbrains", (report) => new JetBrainsReader(report));

const [FILE, STATEMENT, INDEX, NAME] = ["File", "Statement", "Index", "Name"].map(ascii);
const [FILE_INDEX, LINE, END_LINE, COVERED] = ["FileIndex", "Line", "EndLine", "Covered"].map(ascii);
const [COLUMN, END_COLUMN] = ["Column", "EndColumn"].map(ascii);

class JetBrainsReader implements XmlReader {
  readonly #report: XmlReport;
  readonly #files: FileTable;
  #statements = 0;

  constructor(report: XmlReport) {
    this.#report = report;
    this.#files = new FileTable(report.limits);
  }

  open(tag: XmlTag): void {
    if (tag.is(STATEMENT)) this.#addStatement(tag);
    else if (tag.is(FILE)) this.#files.add(tag.value(INDEX), this.#report.fileName(tag, NAME));
  }

  end(): void {
    if (this.#statements > 0) return;
    this.#report.sink.note("it has totals but no statements: ask dotCover for its detailed XML (DetailedXML)");
  }

  #addStatement(tag: XmlTag): void {
    this.#statements++;
    const file = this.#files.nameOf(tag.value(FILE_INDEX));
    const { lines } = this.#report;
    if (file === undefined) {
      lines.skipped.count("statement of a file that is not listed");
      return;
    }
    if (lines.name !== file) lines.open(file);
    const line = numberOf(tag, LINE);
    const hits = tag.value(COVERED)?.toLowerCase() === "true" ? 1 : 0;
    // Of a statement of several lines the first one is counted.
    if (!lines.add(line, hits) || line !== numberOf(tag, END_LINE)) return;
    const [start, end] = [numberOf(tag, COLUMN), numberOf(tag, END_COLUMN)];
    if (end > start) lines.columns([start, end, hits]);
  }
}
