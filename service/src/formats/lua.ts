import { type TextReader, type TextReport, textFormat } from "./text-format.js";

/** LuaCov's report: each file's name between two rules, and behind it its source with counts. */
export const lua = textFormat("lua", (report) => new LuaReader(report));

const RULE = /^=+$/;

class LuaReader implements TextReader {
  readonly #report: TextReport;
  /** The line last seen, which is a file's name when a rule stands on either side of it. */
  #before = "";
  #sinceRule = 0;
  #line = 0;
  #isSummary = false;

  constructor(report: TextReport) {
    this.#report = report;
  }

  read(text: string): void {
    const { lines } = this.#report;
    if (!RULE.test(text)) {
      this.#before = text.trim();
      this.#sinceRule++;
      this.#line++;
      if (!this.#isSummary) this.#readCount(text);
      return;
    }
    if (this.#sinceRule === 1) {
      this.#isSummary = this.#before === "Summary";
      lines.open(this.#isSummary || !/\.(?:lua|lisp)$/.test(this.#before) ? null : this.#before);
      this.#line = 0;
    }
    this.#sinceRule = 0;
  }

  #readCount(text: string): void {
    const count = /^\s*(\*+0|\d+)(?:\s|$)/.exec(text)?.[1];
    if (count !== undefined && this.#line > 0)
      this.#report.lines.add(this.#line, count.startsWith("*") ? 0 : Number(count));
  }
}
