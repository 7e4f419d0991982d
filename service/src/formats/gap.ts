import { memberOf, parseJson, toNumber } from "./json-values.js";
import { type TextReader, type TextReport, textFormat } from "./text-format.js";

/** Profiles of GAP: a JSON object a line; `S` begins a file, `R` is a line that can run, anything else one that did. */
export const gap = textFormat("gap", (report) => new GapReader(report));

class GapReader implements TextReader {
  readonly #report: TextReport;

  constructor(report: TextReport) {
    this.#report = report;
  }

  read(text: string): void {
    if (text.trim() === "") return;
    const entry = parseJson(Buffer.from(text), "a line");
    const [type, file] = [memberOf(entry, "Type"), memberOf(entry, "File")];
    const { lines } = this.#report;
    if (type === "S") lines.open(typeof file === "string" ? file : null);
    else if (typeof type === "string" && type !== "_")
      lines.add(toNumber(memberOf(entry, "Line")), type === "R" ? 0 : 1);
  }
}
