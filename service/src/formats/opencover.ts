import { MAX_LINE } from "../report/coverage-builder.js";
import { LineKind } from "../report/file-coverage.js";
import { FileTable } from "./file-table.js";
import { MissedBranches } from "./missed-branches.js";
import { type XmlReader, type XmlReport, xmlFormat } from "./xml-format.js";
import type { XmlTag } from "./xml-tag.js";
import { ascii, numberOf } from "./xml-values.js";

/** OpenCover XML (.NET), which Coverlet and AltCover write too. */
export const opencover = xmlFormat("opencover", (report) => new OpenCoverReader(report));

const [MODULE, FILE, METHOD, FILE_REF] = ["Module", "File", "Method", "FileRef"].map(ascii);
const [SEQUENCE_POINT, BRANCH_POINT] = ["SequencePoint", "BranchPoint"].map(ascii);
const [FULL_PATH, UID, VC, SL, EL] = ["fullPath", "uid", "vc", "sl", "el"].map(ascii);
const [BEC, BEV, OFFSET, OFFSET_END] = ["bec", "bev", "offset", "offsetend"].map(ascii);

/** Points of one method beyond this many are left out. */
const MOST_POINTS = 100_000;
/** Points of a line that have the same ids: what the third one says changes nothing. */
const MOST_REPEATED = 2;

interface Point {
  readonly start: number;
  readonly end: number;
  readonly hits: number;
  readonly total: number;
}

/** Branches of a line that were not taken. */
interface Missing {
  readonly branches: MissedBranches;
  /** Points that have these ids. */
  points: number;
}

/** Points wait for the end of their method: its file and its branches may come after them. */
class OpenCoverReader implements XmlReader {
  readonly #report: XmlReport;
  /** Names of files by their ids, of the module that is open. */
  readonly #files: FileTable;
  #file: string | null = null;
  #points: Point[] = [];
  /** By line. */
  readonly #missing = new Map<number, Missing>();
  #branches = 0;

  constructor(report: XmlReport) {
    this.#report = report;
    this.#files = new FileTable(report.limits);
  }

  open(tag: XmlTag): void {
    if (tag.is(SEQUENCE_POINT)) this.#addPoint(tag);
    else if (tag.is(BRANCH_POINT)) this.#addBranch(tag);
    else if (tag.is(FILE_REF)) this.#file = this.#files.nameOf(tag.value(UID)) ?? null;
    else if (tag.is(METHOD)) this.#endMethod();
    else if (tag.is(FILE)) this.#addFile(tag);
    else if (tag.is(MODULE)) this.#files.clear();
  }

  close(tag: XmlTag): void {
    if (tag.is(METHOD)) this.#endMethod();
  }

  end(): void {
    this.#endMethod();
  }

  #addFile(tag: XmlTag): void {
    this.#files.add(tag.value(UID), this.#report.fileName(tag, FULL_PATH));
  }

  #addPoint(tag: XmlTag): void {
    if (this.#points.length >= MOST_POINTS) return;
    const [start, end, branches] = [numberOf(tag, SL), numberOf(tag, EL), numberOf(tag, BEC)];
    const isBranch = branches > 0;
    const hits = isBranch ? numberOf(tag, BEV) : numberOf(tag, VC);
    if (start > 0 && end > 0) this.#points.push({ start, end, hits, total: isBranch ? branches : 0 });
  }

  #addBranch(tag: XmlTag): void {
    const line = numberOf(tag, SL);
    if (!(line > 0) || numberOf(tag, VC) !== 0 || ++this.#branches > MOST_POINTS) return;
    const end = tag.value(OFFSET_END);
    const missing = this.#missing.get(line) ?? { branches: new MissedBranches(), points: 0 };
    this.#missing.set(line, missing);
    missing.branches.add(`${tag.value(OFFSET) ?? ""}${end === null ? "" : `:${end}`}`);
  }

  #endMethod(): void {
    const { lines } = this.#report;
    if (this.#file !== null && this.#points.length > 0) {
      if (lines.name !== this.#file) lines.open(this.#file);
      for (const point of this.#points) this.#add(point);
    }
    this.#file = null;
    this.#points = [];
    this.#missing.clear();
    this.#branches = 0;
  }

  #add({ start, end, hits, total }: Point): void {
    const { lines } = this.#report;
    if (total === 0) {
      lines.addSpan(start, end, hits);
      return;
    }
    if (start > MAX_LINE || end - start > 1000) lines.addSpan(start, end, hits, total, LineKind.Branch);
    else {
      for (let line = start; line <= Math.max(start, end); line++) {
        const missing = this.#missing.get(line);
        const list = missing?.branches.list ?? null;
        if (missing !== undefined && list !== null && ++missing.points > MOST_REPEATED) continue;
        if (lines.add(line, hits, total, LineKind.Branch)) lines.missing(list);
      }
    }
  }
}
