import { LineKind } from "../report/file-coverage.js";
import { tellDate } from "./report-date.js";
import { type XmlReader, type XmlReport, xmlFormat } from "./xml-format.js";
import type { XmlTag } from "./xml-tag.js";
import { ascii, numberOf } from "./xml-values.js";

/** XML of BullseyeCoverage: folders, files in them, and probes by line. */
export const bullseye = xmlFormat("bullseye", (report) => new BullseyeReader(report));

const [ROOT, BUILD_ID] = ["BullseyeCoverage", "buildId"].map(ascii);
const [FOLDER, SRC, PROBE, NAME] = ["folder", "src", "probe", "name"].map(ascii);
const [LINE, KIND, EVENT] = ["line", "kind", "event"].map(ascii);
const BRANCHES = new Set(["condition", "decision", "switch-label"]);

class BullseyeReader implements XmlReader {
  readonly #report: XmlReport;
  readonly #folders: string[] = [];

  constructor(report: XmlReport) {
    this.#report = report;
  }

  open(tag: XmlTag): void {
    const { lines, fileName } = this.#report;
    if (tag.is(PROBE)) this.#addProbe(tag);
    else if (tag.is(SRC)) {
      const name = fileName(tag, NAME);
      lines.open(name === null ? null : [...this.#folders, name].join("/"));
    } else if (tag.is(ROOT)) tellDate(this.#report.sink, tag, BUILD_ID);
    else if (tag.is(FOLDER) && !tag.empty) this.#folders.push(fileName(tag, NAME) ?? "");
  }

  close(tag: XmlTag): void {
    if (tag.is(SRC)) this.#report.lines.close();
    else if (tag.is(FOLDER)) this.#folders.pop();
  }

  #addProbe(tag: XmlTag): void {
    const kind = tag.value(KIND) ?? "";
    const event = tag.value(EVENT);
    const bits = BRANCHES.has(kind) ? LineKind.Branch : kind === "function" ? LineKind.Method : LineKind.Line;
    const isPartial = event !== "full" && event !== "none";
    this.#report.lines.add(numberOf(tag, LINE), event === "none" ? 0 : 1, isPartial ? 2 : 0, bits);
  }
}
