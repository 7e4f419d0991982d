import { type XmlReader, type XmlReport, xmlFormat } from "./xml-format.js";
import type { XmlTag } from "./xml-tag.js";

/** Values of a record by the names of its elements; the first one of each name counts. */
export type XmlFields = ReadonlyMap<string, string>;

/**
 * A format whose data are the texts of elements below a record: `<statement><line>3</line>…</statement>`.
 * @param read takes each record, with its element's name
 */
export function recordFormat(
  name: string,
  recordNames: readonly string[],
  makeRead: (report: XmlReport) => { read(record: string, fields: XmlFields): void; end?(): void },
): ReturnType<typeof xmlFormat> {
  return xmlFormat(name, (report) => new RecordReader(report, new Set(recordNames), makeRead(report)));
}

/** More elements than any record has, and longer texts: they are numbers, names and ids. */
const MOST_FIELDS = 100;
const MOST_CHARACTERS = 16 * 1024;

class RecordReader implements XmlReader {
  readonly #fields = new Map<string, string>();
  #record: string | null = null;
  #field = "";

  constructor(
    readonly report: XmlReport,
    readonly records: ReadonlySet<string>,
    readonly reader: { read(record: string, fields: XmlFields): void; end?(): void },
  ) {}

  open(tag: XmlTag): void {
    const { name } = tag;
    if (this.records.has(name)) {
      this.#record = tag.empty ? null : name;
      this.#fields.clear();
    } else if (this.#record !== null) {
      this.#field = name;
      this.report.captureText();
    }
  }

  text(text: string): void {
    const isWanted = this.#fields.size < MOST_FIELDS && !this.#fields.has(this.#field);
    if (isWanted && text.length <= MOST_CHARACTERS) this.#fields.set(this.#field, text.trim());
  }

  close(tag: XmlTag): void {
    if (this.#record === null || tag.name !== this.#record) return;
    this.reader.read(this.#record, this.#fields);
    this.#record = null;
  }

  end(): void {
    this.reader.end?.();
  }
}
