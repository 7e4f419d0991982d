import { type XmlReader, type XmlReport, xmlFormat } from "./xml-format.js";
import type { XmlTag } from "./xml-tag.js";
import { ascii, numberOf } from "./xml-values.js";

/** XML of Mono's coverage profiler. */
export const mono = xmlFormat("mono", (report) => new MonoReader(report));

const [METHOD, STATEMENT, FILENAME, LINE, COUNTER] = ["method", "statement", "filename", "line", "counter"].map(ascii);

class MonoReader implements XmlReader {
  readonly #report: XmlReport;

  constructor(report: XmlReport) {
    this.#report = report;
  }

  open(tag: XmlTag): void {
    const { lines, fileName } = this.#report;
    if (tag.is(STATEMENT)) lines.add(numberOf(tag, LINE), numberOf(tag, COUNTER));
    else if (tag.is(METHOD)) {
      const name = fileName(tag, FILENAME);
      if (name !== lines.name) lines.open(name);
    }
  }
}
