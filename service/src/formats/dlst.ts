import { type TextReader, type TextReport, textFormat } from "./text-format.js";

/** Listings of D: `count|source`, and a last line `FILE is 95% covered`. */
export const dlst = textFormat("dlst", (report) => new DlstReader(report));

const MOST_LINES = 1_000_000;

class DlstReader implements TextReader {
  readonly #report: TextReport;
  readonly #counts: (readonly [line: number, hits: number])[] = [];
  #line = 0;
  #last = "";

  constructor(report: TextReport) {
    this.#report = report;
  }

  read(text: string): void {
    this.#line++;
    if (text.trim() !== "") this.#last = text.trim();
    const count = /^\s*(\d+)\s*\|/.exec(text)?.[1];
    if (count !== undefined && this.#counts.length < MOST_LINES) this.#counts.push([this.#line, Number(count)]);
  }

  end(): void {
    const { lines, reportName } = this.#report;
    const named = /^(?:source )?(.+?) (?:is \d+% covered|has no code)$/.exec(this.#last)?.[1];
    const ofReport = reportName?.endsWith(".lst") ? `${reportName.slice(0, -".lst".length)}.d` : undefined;
    const [name, ...others] = [ofReport, named].filter((known) => known !== undefined);
    if (name === undefined) lines.skipped.count("listing that does not tell its file");
    lines.open(name ?? null, others);
    for (const [line, hits] of this.#counts) lines.add(line, hits);
    lines.close();
  }
}
