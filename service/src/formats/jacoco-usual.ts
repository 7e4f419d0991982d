import { Digits, endOfText, MARGIN, skipIndentation, spelling, UNUSUAL, type UsualReader } from "./xml-usual.js";

const [GT, SLASH, SPACE] = [0x3e, 0x2f, 0x20];
const [LINE, COUNTER, TYPE, MISSED, COVERED] = ["<line ", "<counter ", 'type="', 'missed="', 'covered="'];
const isLineAt = spelling(LINE);
const isCounterAt = spelling(COUNTER);
const isTypeAt = spelling(TYPE);
const isComplexityAt = spelling('COMPLEXITY"');
const isMissedAt = spelling(MISSED);
const isCoveredAt = spelling(COVERED);
/** Names of two letters and what opens their values. */
const SHORT = 4;
const isNrAt = spelling('nr="');
const isMiAt = spelling('mi="');
const isCiAt = spelling('ci="');
const isMbAt = spelling('mb="');
const isCbAt = spelling('cb="');

/** Takes what was read. */
export interface JacocoElements {
  line(line: number, instructions: number, missedBranches: number, branches: number): void;
  complexity(covered: number, missed: number): void;
}

/** `<line nr="3" mi="0" ci="2" mb="0" cb="0"/>` and `<counter type="LINE" missed="0" covered="2"/>`. */
export class UsualJacoco implements UsualReader {
  readonly #elements: JacocoElements;
  readonly #digits = new Digits();

  constructor(elements: JacocoElements) {
    this.#elements = elements;
  }

  read(b: Buffer, view: DataView, start: number): number {
    const last = b.length - MARGIN;
    let end = start;
    for (let at = start; at < last; at = skipIndentation(b, view, end)) {
      let next: number;
      if (isLineAt(view, at)) next = this.#readLine(b, view, at + LINE.length, last);
      else if (isCounterAt(view, at)) next = this.#readCounter(b, view, at + COUNTER.length, last);
      else break;
      if (next === UNUSUAL) break;
      end = next;
    }
    return end;
  }

  #readLine(b: Buffer, view: DataView, start: number, last: number): number {
    const digits = this.#digits;
    let line = UNUSUAL;
    let instructions = UNUSUAL;
    let missedBranches = 0;
    let branches = 0;
    let q = start;
    while (b[q] !== SLASH) {
      if (q >= last) return UNUSUAL;
      const end = digits.read(b, q + SHORT);
      if (end === UNUSUAL) return UNUSUAL;
      if (isNrAt(view, q)) line = digits.value;
      else if (isMbAt(view, q)) missedBranches = digits.value;
      else if (isCiAt(view, q)) instructions = digits.value;
      else if (isCbAt(view, q)) branches = digits.value;
      else if (!isMiAt(view, q)) return UNUSUAL;
      q = b[end] <= SPACE ? end + 1 : end;
    }
    if (b[q + 1] !== GT || line === UNUSUAL || instructions === UNUSUAL) return UNUSUAL;
    this.#elements.line(line, instructions, missedBranches, branches);
    return q + 2;
  }

  #readCounter(b: Buffer, view: DataView, start: number, last: number): number {
    const digits = this.#digits;
    let isComplexity = false;
    let missed = UNUSUAL;
    let covered = UNUSUAL;
    let q = start;
    while (b[q] !== SLASH) {
      if (q >= last) return UNUSUAL;
      if (isTypeAt(view, q)) {
        isComplexity = isComplexityAt(view, q + TYPE.length);
        q = endOfText(b, q + TYPE.length);
      } else if (isMissedAt(view, q)) {
        q = digits.read(b, q + MISSED.length);
        missed = digits.value;
      } else if (isCoveredAt(view, q)) {
        q = digits.read(b, q + COVERED.length);
        covered = digits.value;
      } else if (b[q] > SPACE) return UNUSUAL;
      if (q === UNUSUAL) return UNUSUAL;
      if (b[q] <= SPACE) q++;
    }
    if (b[q + 1] !== GT || missed === UNUSUAL || covered === UNUSUAL) return UNUSUAL;
    if (isComplexity) this.#elements.complexity(covered, missed);
    return q + 2;
  }
}
