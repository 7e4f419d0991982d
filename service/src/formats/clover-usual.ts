import { Digits, endOfText, MARGIN, skipIndentation, spelling, UNUSUAL, type UsualReader } from "./xml-usual.js";

const [GT, SLASH, SPACE] = [0x3e, 0x2f, 0x20];
const [LINE, NUM, COUNT, TYPE] = ["<line ", 'num="', 'count="', 'type="'];
const [TRUE_COUNT, FALSE_COUNT] = ['truecount="', 'falsecount="'];
const isLineAt = spelling(LINE);
const isNumAt = spelling(NUM);
const isCountAt = spelling(COUNT);
const isTypeAt = spelling(TYPE);
const isTrueCountAt = spelling(TRUE_COUNT);
const isFalseCountAt = spelling(FALSE_COUNT);
const isStatementAt = spelling('stmt"');
const isConditionAt = spelling('cond"');

/** Takes what was read. */
export interface CloverElements {
  statement(line: number, count: number): void;
  condition(line: number, whenTrue: number, whenFalse: number): void;
}

/** `<line num="3" count="1" type="stmt"/>` and conditions; methods have names, and are left to the scanner. */
export class UsualClover implements UsualReader {
  readonly #elements: CloverElements;
  readonly #digits = new Digits();

  constructor(elements: CloverElements) {
    this.#elements = elements;
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
    const digits = this.#digits;
    let line = UNUSUAL;
    let count = UNUSUAL;
    let whenTrue = 0;
    let whenFalse = 0;
    let isStatement = false;
    let isCondition = false;
    let q = start;
    while (b[q] !== SLASH) {
      if (q >= last) return UNUSUAL;
      if (isNumAt(view, q)) {
        q = digits.read(b, q + NUM.length);
        line = digits.value;
      } else if (isCountAt(view, q)) {
        q = digits.read(b, q + COUNT.length);
        count = digits.value;
      } else if (isTypeAt(view, q)) {
        isStatement = isStatementAt(view, q + TYPE.length);
        isCondition = isConditionAt(view, q + TYPE.length);
        q = endOfText(b, q + TYPE.length);
      } else if (isTrueCountAt(view, q)) {
        q = digits.read(b, q + TRUE_COUNT.length);
        whenTrue = digits.value;
      } else if (isFalseCountAt(view, q)) {
        q = digits.read(b, q + FALSE_COUNT.length);
        whenFalse = digits.value;
      } else if (b[q] > SPACE) return UNUSUAL;
      if (q === UNUSUAL) return UNUSUAL;
      if (b[q] <= SPACE) q++;
    }
    if (b[q + 1] !== GT || line === UNUSUAL) return UNUSUAL;
    if (isCondition) this.#elements.condition(line, whenTrue, whenFalse);
    else if (isStatement && count !== UNUSUAL) this.#elements.statement(line, count);
    else return UNUSUAL;
    return q + 2;
  }
}
