import { MAX_LINE } from "../report/coverage-builder.js";
import type { CoberturaLines } from "./cobertura-lines.js";
import { Digits, endOfText, MARGIN, skipIndentation, spelling, UNUSUAL, type UsualReader } from "./xml-usual.js";

const [GT, SLASH, SPACE] = [0x3e, 0x2f, 0x20];
const [LINE, END_LINE, CONDITION] = ["<line ", "</line>", "<condition "];
const [CONDITIONS, END_CONDITIONS] = ["<conditions>", "</conditions>"];
const [NUMBER, HITS, BRANCH, FALSE, TRUE] = ['number="', 'hits="', 'branch="', 'false"', 'true"'];
const [RATIO, MISSING, TYPE, COVERAGE] = ['condition-coverage="', 'missing-branches="', 'type="', 'coverage="'];
const isLineAt = spelling(LINE);
const isEndLineAt = spelling(END_LINE);
const isConditionAt = spelling(CONDITION);
const isConditionsAt = spelling(CONDITIONS);
const isEndConditionsAt = spelling(END_CONDITIONS);
const isNumberAt = spelling(NUMBER);
const isHitsAt = spelling(HITS);
const isBranchAt = spelling(BRANCH);
const isTrueAt = spelling(TRUE);
const isFalseAt = spelling(FALSE);
/** As .NET's tools write it. */
const isCapitalTrueAt = spelling('True"');
const isCapitalFalseAt = spelling('False"');
const isRatioAt = spelling(RATIO);
const isMissingAt = spelling(MISSING);
const isTypeAt = spelling(TYPE);
const isCoverageAt = spelling(COVERAGE);
const isFullAt = spelling('100%"');

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
    for (let at = start; at < last && isLineAt(view, at); at = skipIndentation(b, view, end)) {
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
      if (isNumberAt(view, q)) {
        q = this.#digits.read(b, q + NUMBER.length);
        line = this.#digits.value;
      } else if (isHitsAt(view, q)) {
        q = this.#digits.read(b, q + HITS.length);
        hits = this.#digits.value;
      } else if (isBranchAt(view, q)) {
        q += BRANCH.length;
        isBranch = isTrueAt(view, q) || isCapitalTrueAt(view, q);
        if (!isBranch && !isFalseAt(view, q) && !isCapitalFalseAt(view, q)) return UNUSUAL;
        q += isBranch ? TRUE.length : FALSE.length;
      } else if (isRatioAt(view, q)) {
        ratio = q + RATIO.length;
        q = endOfText(b, ratio);
        ratioEnd = q - 1;
      } else if (isMissingAt(view, q)) {
        listed = q + MISSING.length;
        q = endOfText(b, listed);
        listedEnd = q - 1;
      } else if (b[q] > SPACE) return UNUSUAL;
      if (q === UNUSUAL) return UNUSUAL;
      if (b[q] <= SPACE) q++;
    }
    if (!(line > 0 && line <= MAX_LINE && hits >= 0)) return UNUSUAL;
    const isEmpty = b[q] === SLASH;
    if (isEmpty && b[q + 1] !== GT) return UNUSUAL;
    const lines = this.#lines;
    lines.endLine();
    if (isEmpty && !isBranch) {
      if (lines.name !== null) lines.add(line, hits);
      return q + 2;
    }
    lines.branches.clear();
    if (isBranch) lines.branches.readRatio(b, ratio, ratioEnd);
    lines.listed = listed > 0 ? b.subarray(listed, listedEnd) : null;
    const end = isEmpty ? q + 2 : this.#readConditions(b, view, q + 1, last);
    if (end === UNUSUAL || lines.name === null) return end;
    lines.beginLine(line, hits);
    lines.endLine();
    return end;
  }

  /** @returns where the line ends whose conditions, if it has any, begin at `start`; or `UNUSUAL` */
  #readConditions(b: Buffer, view: DataView, start: number, last: number): number {
    let q = skipIndentation(b, view, start);
    if (q < last && isConditionsAt(view, q)) {
      q = skipIndentation(b, view, q + CONDITIONS.length);
      while (q < last && isConditionAt(view, q)) {
        q = this.#readCondition(b, view, q + CONDITION.length, last);
        if (q === UNUSUAL) return UNUSUAL;
        q = skipIndentation(b, view, q);
      }
      if (!(q < last && isEndConditionsAt(view, q))) return UNUSUAL;
      q = skipIndentation(b, view, q + END_CONDITIONS.length);
    }
    return q < last && isEndLineAt(view, q) ? q + END_LINE.length : UNUSUAL;
  }

  #readCondition(b: Buffer, view: DataView, start: number, last: number): number {
    let number = 0;
    let numberEnd = 0;
    let type = 0;
    let typeEnd = 0;
    let isFull = false;
    let q = start;
    while (b[q] !== SLASH) {
      if (q >= last) return UNUSUAL;
      if (isNumberAt(view, q)) {
        number = q + NUMBER.length;
        q = endOfText(b, number);
        numberEnd = q - 1;
      } else if (isTypeAt(view, q)) {
        type = q + TYPE.length;
        q = endOfText(b, type);
        typeEnd = q - 1;
      } else if (isCoverageAt(view, q)) {
        isFull = isFullAt(view, q + COVERAGE.length);
        q = endOfText(b, q + COVERAGE.length);
      } else if (b[q] > SPACE) return UNUSUAL;
      if (q === UNUSUAL) return UNUSUAL;
      if (b[q] <= SPACE) q++;
    }
    if (b[q + 1] !== GT) return UNUSUAL;
    if (!isFull) this.#lines.branches.addMissing(b, number, numberEnd, type, typeEnd);
    return q + 2;
  }
}
