import { LineKind } from "../report/file-coverage.js";
import { type XmlReader, type XmlReport, xmlFormat } from "./xml-format.js";
import type { XmlTag } from "./xml-tag.js";
import { ascii, numberOf } from "./xml-values.js";

/** SonarQube's generic test coverage. */
export const sonarqube = xmlFormat("sonarqube", (report) => new SonarQubeReader(report));

const [FILE, LINE, PATH] = ["file", "lineToCover", "path"].map(ascii);
const [LINE_NUMBER, COVERED] = ["lineNumber", "covered"].map(ascii);
const [BRANCHES, COVERED_BRANCHES] = ["branchesToCover", "coveredBranches"].map(ascii);

class SonarQubeReader implements XmlReader {
  readonly #report: XmlReport;

  constructor(report: XmlReport) {
    this.#report = report;
  }

  open(tag: XmlTag): void {
    const { lines, fileName } = this.#report;
    if (tag.is(LINE)) this.#addLine(tag);
    else if (tag.is(FILE)) lines.open(tag.empty ? null : fileName(tag, PATH));
  }

  close(tag: XmlTag): void {
    if (tag.is(FILE)) this.#report.lines.close();
  }

  #addLine(tag: XmlTag): void {
    const { lines } = this.#report;
    const line = numberOf(tag, LINE_NUMBER);
    const isCovered = tag.value(COVERED)?.toLowerCase() === "true";
    const branches = numberOf(tag, BRANCHES);
    if (!(branches > 0)) {
      lines.add(line, isCovered ? 1 : 0);
      return;
    }
    const taken = numberOf(tag, COVERED_BRANCHES);
    lines.add(line, Number.isNaN(taken) ? (isCovered ? branches : 0) : taken, branches, LineKind.Branch);
  }
}
