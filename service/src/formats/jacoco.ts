import { LineKind } from "../report/file-coverage.js";
import { type JacocoElements, UsualJacoco } from "./jacoco-usual.js";
import { LimitExceededError } from "./parser.js";
import { tellDate } from "./report-date.js";
import { type XmlReader, type XmlReport, xmlFormat } from "./xml-format.js";
import type { XmlTag } from "./xml-tag.js";
import { ascii, numberAt, numberOf } from "./xml-values.js";

/** JaCoCo XML, which Kover and others write too. */
export const jacoco = xmlFormat("jacoco", (report) => new JacocoReader(report));

const [REPORT, PACKAGE, CLASS, METHOD] = ["report", "package", "class", "method"].map(ascii);
const [COUNTER, SOURCE_FILE, LINE] = ["counter", "sourcefile", "line"].map(ascii);
const [SESSION, START] = ["sessioninfo", "start"].map(ascii);
const [NAME, TYPE, COMPLEXITY] = ["name", "type", "COMPLEXITY"].map(ascii);
const [COVERED, MISSED] = ["covered", "missed"].map(ascii);
const [NR, CI, MB, CB] = ["nr", "ci", "mb", "cb"].map(ascii);

/** What the complexity of a package's methods may take until its files come: a million methods. */
const MOST_BYTES = 64 * 1024 * 1024;
const METHOD_BYTES = 64;
const TOO_MANY = `a package has more methods than the ${MOST_BYTES / METHOD_BYTES} that are allowed`;

type Complexity = readonly [covered: number, total: number];

class JacocoReader implements XmlReader, JacocoElements {
  readonly usual = new UsualJacoco(this);
  readonly #report: XmlReport;
  #project = "";
  #package = "";
  /** Complexity of methods, by class and by the line that they begin at; of the package that is open. */
  readonly #classes = new Map<string, Map<number, Complexity>>();
  /** Bytes that these take. */
  #bytes = 0;
  /** The class that is open, null when its methods are those of another one's file. */
  #class: string | null = null;
  #methods: Map<number, Complexity> | null = null;
  #methodLine = 0;
  #ofFile: ReadonlyMap<number, Complexity> | undefined;

  constructor(report: XmlReport) {
    this.#report = report;
  }

  open(tag: XmlTag): void {
    switch (tag.nameEnd - tag.nameStart) {
      case LINE.length:
        if (tag.is(LINE)) this.#addLine(tag);
        break;
      case METHOD.length:
        if (tag.is(METHOD)) this.#methodLine = tag.empty ? 0 : numberOf(tag, LINE);
        else if (tag.is(REPORT)) this.#openReport(tag);
        break;
      case COUNTER.length:
        if (tag.is(COUNTER)) this.#addCounter(tag);
        else if (tag.is(PACKAGE)) this.#openPackage(tag);
        break;
      case CLASS.length:
        if (tag.is(CLASS)) this.#openClass(tag);
        break;
      case SESSION.length:
        if (tag.is(SESSION)) tellDate(this.#report.sink, tag, START);
        break;
      case SOURCE_FILE.length:
        if (tag.is(SOURCE_FILE)) this.#openFile(tag);
        break;
    }
  }

  close(tag: XmlTag): void {
    if (tag.is(METHOD)) this.#methodLine = 0;
    else if (tag.is(SOURCE_FILE)) this.#report.lines.close();
  }

  #openReport(tag: XmlTag): void {
    const name = tag.value(NAME) ?? "";
    this.#project = name.includes(" ") ? "" : name.replace(/^\/+|\/+$/g, "");
  }

  #openPackage(tag: XmlTag): void {
    this.#package = tag.value(NAME) ?? "";
    this.#classes.clear();
    this.#class = null;
    this.#bytes = 0;
  }

  #openClass(tag: XmlTag): void {
    const name = tag.value(NAME) ?? "";
    this.#class = name.includes("$") ? null : name;
    this.#methods = null;
  }

  /** The same file may lie in a module's folder, in its folder of sources, or start at its package. */
  #openFile(tag: XmlTag): void {
    const file = this.#report.fileName(tag, NAME);
    const { lines } = this.#report;
    if (file === null) {
      lines.open(null);
      lines.skipped.count("sourcefile without a name");
      return;
    }
    const path = this.#package === "" ? file : `${this.#package}/${file}`;
    const project = this.#project;
    if (project === "") lines.open(path);
    else lines.open(`${project}/${path}`, [`${project}/src/main/java/${path}`, path]);
    this.#ofFile = this.#classes.get(path.split(".")[0]);
    if (tag.empty) lines.close();
  }

  #addCounter(tag: XmlTag): void {
    const type = tag.find(TYPE);
    if (type < 0 || !tag.valueIs(type, COMPLEXITY)) return;
    this.complexity(numberOf(tag, COVERED), numberOf(tag, MISSED));
  }

  complexity(covered: number, missed: number): void {
    if (this.#methodLine <= 0 || this.#class === null) return;
    if (this.#methods === null) {
      this.#methods = new Map();
      this.#classes.set(this.#class, this.#methods);
      this.#bytes += this.#class.length;
    }
    this.#bytes += METHOD_BYTES;
    if (this.#bytes > MOST_BYTES) throw new LimitExceededError(TOO_MANY);
    this.#methods.set(this.#methodLine, [covered, covered + missed]);
  }

  #addLine(tag: XmlTag): void {
    let [line, instructions, missedBranches, branches] = [Number.NaN, Number.NaN, 0, 0];
    for (let index = 0; index < tag.count; index++) {
      if (tag.attributeIs(index, NR)) line = numberAt(tag, index);
      else if (tag.attributeIs(index, CI)) instructions = numberAt(tag, index);
      else if (tag.attributeIs(index, MB)) missedBranches = numberAt(tag, index);
      else if (tag.attributeIs(index, CB)) branches = numberAt(tag, index);
    }
    this.line(line, instructions, missedBranches, branches);
  }

  line(line: number, instructions: number, missedBranches: number, branches: number): void {
    const { lines, options } = this.#report;
    const complexity = this.#ofFile?.get(line);
    const branchCount = missedBranches + branches;
    const isPartial = missedBranches > 0 && branches > 0;
    const kind = complexity ? LineKind.Method : branchCount > 0 ? LineKind.Branch : LineKind.Line;
    let [hits, total] = branchCount > 0 ? [branches, branchCount] : [instructions, 0];
    if (isPartial && options.jacoco.partialsAsHits) [hits, total] = [1, 0];
    if (lines.add(line, hits, total, kind) && complexity) lines.complexity(...complexity);
  }
}
