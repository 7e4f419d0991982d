import { MAX_LINE } from "../report/coverage-builder.js";
import type { CoberturaLines } from "./cobertura-lines.js";
import { Digits, endOfText, MARGIN, Spelling, skipIndentation, UNUSUAL, type UsualReader } from "./xml-usual.js";

const [GT, SLASH, SPACE] = [0x3e, 0x2f, 0x20];
const LINE = new Spelling("<line ");
const END_LINE = new Spelling("</line>");
const CONDITIONS = new Spelling("<conditions>");
const END_CONDITIONS = new Spelling("</conditions>");
const CONDITION = new Spelling("<condition ");
const [NUMBER, HITS] = [new Spelling('number="'), new Spelling('hits="')];
const [BRANCH, FALSE, TRUE] = [new Spelling('branch="'), new Spelling('false"'), new Spelling('true"')];
const [RATIO, MISSING] = [new Spelling('condition-coverage="'), new Spelling('missing-branches="')];
const [TYPE, COVERAGE, FULL] = [new Spelling('type="'), new Spelling('coverage="'), new Spelling('100%"')];

/** `<line number="3" hits="1"/>`, and lines with a ratio and conditions, attributes in any order. */
export class UsualLines implements UsualReader {
  readonly #lines: CoberturaLines;
  readonly #digits = new Digits();

  constructor(lines: CoberturaLines) {
    this.#lines = lines;
  }

  read(b: Buffer, view: DataView, start: number): number {
    const last = b.length - MARGIN;
    let end = start;
    for (let at = start; at < last && LINE.isAt(view, at); at = skipIndentation(b, view, end)) {
      const next = this.#readLine(b, view, at + LINE.length, last);
      if (next === UNUSUAL) break;
      end = next;
    }
    return end;
  }

  #readLine(b: Buffer, view: DataView, start: number, last: number): number {
    let line = 0;
    let hits = UNUSUAL;
    let isBranch = false;
    let ratio = 0;
    let ratioEnd = 0;
    let listed = 0;
    let listedEnd = 0;
    let q = start;
    while (b[q] !== SLASH && b[q] !== GT) {
      if (q >= last) return UNUSUAL;
      if (b[q] <= SPACE) {
        q++;
      } else if (NUMBER.isAt(view, q)) {
        q = this.#digits.read(b, q + NUMBER.length);
        line = this.#digits.value;
      } else if (HITS.isAt(view, q)) {
        q = this.#digits.read(b, q + HITS.length);
        hits = this.#digits.value;
      } else if (BRANCH.isAt(view, q)) {
        q += BRANCH.length;
        isBranch = TRUE.isAt(view, q);
        if (!isBranch && !FALSE.isAt(view, q)) return UNUSUAL;
        q += isBranch ? TRUE.length : FALSE.length;
      } else if (RATIO.isAt(view, q)) {
        ratio = q + RATIO.length;
        ratioEnd = endOfText(b, ratio);
        q = ratioEnd + 1;
      } else if (MISSING.isAt(view, q)) {
        listed = q + MISSING.length;
        listedEnd = endOfText(b, listed);
        q = listedEnd + 1;
      } else return UNUSUAL;
      if (q <= 0) return UNUSUAL;
    }
    if (!(line > 0 && line <= MAX_LINE && hits >= 0)) return UNUSUAL;
    const lines = this.#lines;
    const isEmpty = b[q] === SLASH;
    if (isEmpty && b[q + 1] !== GT) return UNUSUAL;
    lines.endLine();
    if (isEmpty && !isBranch) {
      if (lines.name !== null) lines.add(line, hits);
      return q + 2;
    }
    lines.branches.clear();
    if (isBranch) lines.branches.readRatio(b, ratio, ratioEnd);
    lines.listed = listedEnd > 0 ? b.subarray(listed, listedEnd) : null;
    const end = isEmpty ? q + 2 : this.#readConditions(b, view, q + 1, last);
    if (end === UNUSUAL || lines.name === null) return end;
    lines.beginLine(line, hits);
    lines.endLine();
    return end;
  }

  /** @returns where the line ends whose conditions, if any, begin at `start`; or `UNUSUAL` */
  #readConditions(b: Buffer, view: DataView, start: number, last: number): number {
    let q = skipIndentation(b, view, start);
    if (q >= last) return UNUSUAL;
    if (CONDITIONS.isAt(view, q)) {
      q = skipIndentation(b, view, q + CONDITIONS.length);
      while (q < last && CONDITION.isAt(view, q)) {
        q = this.#readCondition(b, view, q + CONDITION.length, last);
        if (q === UNUSUAL) return UNUSUAL;
        q = skipIndentation(b, view, q);
      }
      if (q >= last || !END_CONDITIONS.isAt(view, q)) return UNUSUAL;
      q = skipIndentation(b, view, q + END_CONDITIONS.length);
    }
    return q < last && END_LINE.isAt(view, q) ? q + END_LINE.length : UNUSUAL;
  }

  #readCondition(b: Buffer, view: DataView, start: number, last: number): number {
    let [number, numberEnd, type, typeEnd] = [0, 0, 0, 0];
    let isFull = false;
    let q = start;
    while (b[q] !== SLASH) {
      if (q >= last) return UNUSUAL;
      if (b[q] <= SPACE) {
        q++;
        continue;
      }
      let end: number;
      if (NUMBER.isAt(view, q)) {
        number = q + NUMBER.length;
        numberEnd = endOfText(b, number);
        end = numberEnd;
      } else if (TYPE.isAt(view, q)) {
        type = q + TYPE.length;
        typeEnd = endOfText(b, type);
        end = typeEnd;
      } else if (COVERAGE.isAt(view, q)) {
        isFull = FULL.isAt(view, q + COVERAGE.length);
        end = endOfText(b, q + COVERAGE.length);
      } else return UNUSUAL;
      if (end === UNUSUAL) return UNUSUAL;
      q = end + 1;
    }
    if (b[q + 1] !== GT) return UNUSUAL;
    if (!isFull) this.#lines.branches.addMissing(b, number, numberEnd, type, typeEnd);
    return q + 2;
  }
}
