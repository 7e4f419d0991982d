import { MAX_LINE } from "../report/coverage-builder.js";
import { LineKind } from "../report/file-coverage.js";
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

interface Point {
  readonly start: number;
  readonly end: number;
  readonly hits: number;
  readonly total: number;
}

/** Points wait for the end of their method: its file and its branches may come after them. */
class OpenCoverReader implements XmlReader {
  readonly #report: XmlReport;
  /** Names of files by their ids, of the module that is open. */
  readonly #files = new Map<string, string>();
  #file: string | null = null;
  #points: Point[] = [];
  /** Ids of branches not taken, by line. */
  readonly #missing = new Map<number, string[]>();
  #branches = 0;

  constructor(report: XmlReport) {
    this.#report = report;
  }

  open(tag: XmlTag): void {
    if (tag.is(SEQUENCE_POINT)) this.#addPoint(tag);
    else if (tag.is(BRANCH_POINT)) this.#addBranch(tag);
    else if (tag.is(FILE_REF)) this.#file = this.#files.get(tag.value(UID) ?? "") ?? null;
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
    const name = this.#report.fileName(tag, FULL_PATH);
    const id = tag.value(UID);
    if (name !== null && id !== null) this.#files.set(id, name.replaceAll("\\", "/"));
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
    const id = `${tag.value(OFFSET) ?? ""}${end === null ? "" : `:${end}`}`;
    const ids = this.#missing.get(line);
    if (ids === undefined) this.#missing.set(line, [id]);
    else if (!ids.includes(id) && ids.length < 1000) ids.push(id);
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
        const ids = this.#missing.get(line);
        if (lines.add(line, hits, total, LineKind.Branch) && ids !== undefined) lines.missing(ids);
      }
    }
  }
}
