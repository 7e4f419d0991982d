/** How much of a line of PHP is code, by its tokens. */
export enum PhpCode {
  /** Nothing that runs: blank, a comment, braces, `else`. */
  None = 0,
  /** The end of a statement of several lines. */
  Punctuation = 1,
  Code = 2,
}

/** Tokens that PHPUnit lists, by what they make of their line when they are all it has. */
const NOTHING = new Set(
  "T_WHITESPACE T_COMMENT T_DOC_COMMENT T_OPEN_TAG T_CLOSE_TAG T_INLINE_HTML T_OPEN_CURLY T_CLOSE_CURLY T_ELSE T_TRY T_FINALLY T_DO".split(
    " ",
  ),
);
const PUNCTUATION = new Set(
  "T_OPEN_BRACKET T_CLOSE_BRACKET T_OPEN_SQUARE T_CLOSE_SQUARE T_SEMICOLON T_COMMA".split(" "),
);
/** Tokens that make a line a declaration, which never runs. */
const DECLARING = new Set(["T_DECLARE", "T_NAMESPACE", "T_USE"]);

/** What opens braces: a block, or an expression in a string. */
const OPENING = new Set(["T_OPEN_CURLY", "T_CURLY_OPEN", "T_DOLLAR_OPEN_CURLY_BRACES"]);

/** What the source of a file shows of its lines. */
export class PhpSource {
  /** By line number. */
  readonly #code = new Map<number, PhpCode>();
  readonly #openCurly = new Set<number>();
  /** How many braces are open at the end of a line. */
  readonly #depths = new Map<number, number>();
  #depth = 0;
  readonly #declaring = new Set<number>();
  /** Of `lines`; null while they are not known. */
  #sorted: Uint32Array | null = null;

  /** Those that have tokens, ascending. */
  get lines(): Uint32Array {
    this.#sorted ??= Uint32Array.from(this.#depths.keys()).sort();
    return this.#sorted;
  }

  get lastLine(): number {
    return this.lines.at(-1) ?? 0;
  }

  /** Those of the `lines` that are between two, both of them among them. */
  between(first: number, last: number): Uint32Array {
    return this.lines.subarray(this.#indexOf(first), this.#indexOf(last + 1));
  }

  add(line: number, token: string): void {
    this.#sorted = null;
    if (token === "T_OPEN_CURLY") this.#openCurly.add(line);
    if (OPENING.has(token)) this.#depth++;
    else if (token === "T_CLOSE_CURLY") this.#depth--;
    this.#depths.set(line, this.#depth);
    if (DECLARING.has(token)) this.#declaring.add(line);
    if (NOTHING.has(token)) return;
    const code = PUNCTUATION.has(token) ? PhpCode.Punctuation : PhpCode.Code;
    this.#code.set(line, Math.max(code, this.codeAt(line)));
  }

  codeAt(line: number): PhpCode {
    return this.#declaring.has(line) ? PhpCode.None : (this.#code.get(line) ?? PhpCode.None);
  }

  /** The line with the brace that closes the function at `start`, which stands behind one that ends at `previous`. */
  endOf(start: number, previous: number): number {
    const { lastLine } = this;
    const before = this.lines[this.#indexOf(start) - 1];
    const outside = before >= previous ? this.#depthAt(before) : 0;
    const inside = this.between(this.bodyOf(start, lastLine) - 1, lastLine);
    return inside.find((line) => this.#depthAt(line) <= outside) ?? lastLine;
  }

  /** The line behind the one that opens the body of the function at `start`. */
  bodyOf(start: number, end: number): number {
    return (this.between(start, end).find((line) => this.#openCurly.has(line)) ?? end) + 1;
  }

  #depthAt(line: number): number {
    return this.#depths.get(line) ?? 0;
  }

  /** Of the first line from this one on. */
  #indexOf(line: number): number {
    const { lines } = this;
    let [low, high] = [0, lines.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (lines[middle] < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export const NO_LINES = new Uint32Array(0);

/**
 * Which of some lines were missed, when there are exactly as many candidates as lines that were missed: those with code,
 * or those and the ends of statements of several lines.
 * @param lines that were not run
 * @returns null when it cannot be told
 */
export function missedLines(lines: Uint32Array, missed: number, source: PhpSource): Uint32Array | null {
  if (missed === 0) return NO_LINES;
  for (const least of [PhpCode.Code, PhpCode.Punctuation]) {
    const candidates = lines.filter((line) => source.codeAt(line) >= least);
    if (candidates.length === missed) return candidates;
  }
  return null;
}
