import { posix } from "node:path";
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
    const said = /^(?:source )?(.+?) (?:is \d+% covered|has no code)$/.exec(this.#last)?.[1];
    const [name, ...others] = namesOf(reportName, said);
    if (name === undefined) lines.skipped.count("listing that does not tell its file");
    lines.open(name ?? null, others);
    for (const [line, hits] of this.#counts) lines.add(line, hits);
    lines.close();
  }
}

/**
 * `area.lst` is of `area.d`. D names the listing of `src/area.d` `src-area.lst`: then what the listing says of itself
 * comes first.
 */
function namesOf(reportName: string | null, said: string | undefined): readonly string[] {
  const ofReport = reportName?.endsWith(".lst") ? reportName.replace(/(?:\.d)?\.lst$/, ".d") : undefined;
  const flattened = said?.replace(/[\\/]/g, "-");
  const isFlattened = flattened !== said && ofReport !== undefined && flattened === posix.basename(ofReport);
  const names = isFlattened ? [said, ofReport] : [ofReport, said];
  return names.filter((name) => name !== undefined);
}
