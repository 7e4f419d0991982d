import { CorruptReportError, type ParserLimits } from "./parser.js";

/** What to do with a value: go into it, have all of its bytes, or pass it over. */
export enum JsonChoice {
  Enter = 0,
  Take = 1,
  Skip = 2,
}

/** Where a value stands: its keys from the root on, and indexes of arrays. Valid until the call returns. */
export type JsonPath = readonly string[];

export interface JsonHandler {
  /** @param first byte of the value: `{`, `[`, `"`, a digit, … Only objects and arrays can be entered. */
  choose(path: JsonPath, first: number): JsonChoice;
  /**
   * Reads an object or array that was taken straight out of the bytes at hand, from `start` on: nobody has to look for
   * its end before.
   * @returns where it ends; -1 when it does not end here or looks unusual: it comes to `value` then
   */
  read?(path: JsonPath, bytes: Buffer, start: number): number;
  /** A value that was taken and not read. The bytes are valid until the call returns. */
  value(path: JsonPath, bytes: Buffer): void;
  /** An object or array that was entered is over. */
  close?(path: JsonPath): void;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const SPACE = 0x20;
const NOTHING = Buffer.alloc(0);

enum Expecting {
  Value,
  FirstKey,
  Key,
  Colon,
  CommaOrEnd,
  Nothing,
}

/**
 * Takes a JSON document apart as its bytes come by: whoever handles it chooses which values are gone into, which are
 * wanted whole, and which are passed over; nothing else is kept in memory.
 */
export class JsonSplitter {
  readonly #handler: JsonHandler;
  readonly #limits: ParserLimits;
  readonly #path: string[] = [];
  /** Of each object or array that was entered: the index of the item that is next, -1 for objects. */
  readonly #indexes: number[] = [];
  #expecting = Expecting.Value;
  #position = 0;

  /** The value or key that is being passed: null while between them. */
  #passing: "key" | "taken" | "skipped" | null = null;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Whether it is a number, `true`, `false` or `null`. */
  #isBare = false;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  readonly #nextQuote = new NextByte(QUOTE);
  readonly #nextOpen = new NextByte(OPEN_OBJECT);
  readonly #nextClose = new NextByte(CLOSE_OBJECT);

  constructor(handler: JsonHandler, limits: ParserLimits) {
    this.#handler = handler;
    this.#limits = limits;
  }

  /** @throws CorruptReportError when it is no JSON, is nested too deep, or a value that is taken is too long */
  write(chunk: Buffer): void {
    this.#nextQuote.reset();
    this.#nextOpen.reset();
    this.#nextClose.reset();
    let p = 0;
    while (p < chunk.length) {
      if (this.#passing === null) p = this.#step(chunk, p);
      else p = this.#pass(chunk, p);
    }
    this.#position += chunk.length;
  }

  /** @returns what is missing when the document ends too early, null when it is complete */
  end(): string | null {
    if (this.#passing !== null && this.#isBare && this.#indexes.length === 0) this.#passed(NOTHING);
    return this.#expecting === Expecting.Nothing ? null : "the JSON ends before its values are closed";
  }

  #step(b: Buffer, p: number): number {
    const byte = b[p];
    if (byte <= SPACE) return p + 1;
    switch (this.#expecting) {
      case Expecting.Value:
        if (byte === CLOSE_ARRAY && this.#indexes.at(-1) === 0) return this.#close(p);
        return this.#value(b, p, byte);
      case Expecting.FirstKey:
        if (byte === CLOSE_OBJECT) return this.#close(p);
        return this.#key(b, p, byte);
      case Expecting.Key:
        return this.#key(b, p, byte);
      case Expecting.Colon:
        if (byte !== COLON) throw this.#corrupt(p, "a colon");
        this.#expecting = Expecting.Value;
        return p + 1;
      case Expecting.CommaOrEnd:
        return this.#afterValue(p, byte);
      default:
        throw this.#corrupt(p, "the end");
    }
  }

  #afterValue(p: number, byte: number): number {
    const index = this.#indexes[this.#indexes.length - 1];
    if (byte === COMMA) {
      this.#expecting = index < 0 ? Expecting.Key : Expecting.Value;
      return p + 1;
    }
    if (byte !== (index < 0 ? CLOSE_OBJECT : CLOSE_ARRAY)) throw this.#corrupt(p, "a comma or an end");
    return this.#close(p);
  }

  #close(p: number): number {
    this.#indexes.pop();
    this.#handler.close?.(this.#path);
    this.#done();
    return p + 1;
  }

  /** A value is over: what comes next depends on where it stood. */
  #done(): void {
    this.#path.pop();
    this.#expecting = this.#indexes.length === 0 ? Expecting.Nothing : Expecting.CommaOrEnd;
  }

  #key(b: Buffer, p: number, byte: number): number {
    if (byte !== QUOTE) throw this.#corrupt(p, "a name in quotes");
    this.#begin("key", false);
    return this.#pass(b, p);
  }

  #value(b: Buffer, p: number, byte: number): number {
    const last = this.#indexes.length - 1;
    if (last >= 0 && this.#indexes[last] >= 0) this.#path.push(String(this.#indexes[last]++));
    const choice = this.#handler.choose(this.#path, byte);
    const isContainer = byte === OPEN_OBJECT || byte === OPEN_ARRAY;
    if (choice === JsonChoice.Enter && isContainer) {
      this.#deeper(this.#indexes.length + 1);
      this.#indexes.push(byte === OPEN_ARRAY ? 0 : -1);
      this.#expecting = byte === OPEN_ARRAY ? Expecting.Value : Expecting.FirstKey;
      return p + 1;
    }
    if (isContainer && choice === JsonChoice.Take && this.#handler.read !== undefined) {
      const end = this.#handler.read(this.#path, b, p);
      if (end >= 0) {
        this.#done();
        return end;
      }
    }
    if (!isContainer && byte !== QUOTE && !isBareByte(byte)) throw this.#corrupt(p, "a value");
    this.#begin(choice === JsonChoice.Take ? "taken" : "skipped", !isContainer && byte !== QUOTE);
    return this.#pass(b, p);
  }

  #begin(what: "key" | "taken" | "skipped", isBare: boolean): void {
    this.#passing = what;
    this.#isBare = isBare;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
  }

  /** Goes on to the end of the value that is being passed. */
  #pass(b: Buffer, start: number): number {
    let end = this.#isBare ? endOfBare(b, start) : this.#endOfNumbers(b, start);
    if (end < 0 && !this.#isBare) end = this.#endOfValue(b, start);
    if (end >= 0) {
      this.#passed(this.#passing === "skipped" ? NOTHING : b.subarray(start, end));
      return end;
    }
    if (this.#passing !== "skipped") this.#keep(b.subarray(start));
    return b.length;
  }

  /**
   * Lists of numbers and of lists of numbers that are a member of an object: they end before the next name or the end of
   * the object, which are found faster than brackets are counted. A text may stand in the list itself: it is no name.
   * @returns -1 when it is none
   */
  #endOfNumbers(b: Buffer, start: number): number {
    const isMember = b[start] === OPEN_ARRAY && this.#indexes[this.#indexes.length - 1] < 0;
    if (!isMember || this.#depth > 0 || this.#inString || this.#escaped) return -1;
    const next = Math.min(this.#nextQuote.find(b, start), this.#nextClose.find(b, start));
    if (next >= b.length || this.#nextOpen.find(b, start) < next) return -1;
    if (b[next] === QUOTE && !isName(b, next)) return -1;
    let last = next - 1;
    while (b[last] <= SPACE || b[last] === COMMA) last--;
    return b[last] === CLOSE_ARRAY ? last + 1 : -1;
  }

  /** @returns -1 when it is not in these bytes */
  #endOfValue(b: Buffer, start: number): number {
    const length = b.length;
    let q = start;
    let inString = this.#inString;
    let depth = this.#depth;
    if (this.#escaped) {
      this.#escaped = false;
      q++;
    }
    for (; q < length; q++) {
      const byte = b[q];
      if (inString) {
        while (q < length && b[q] !== QUOTE && b[q] !== BACKSLASH) q++;
        if (q >= length) break;
        if (b[q] === BACKSLASH) {
          if (++q >= length) this.#escaped = true;
          continue;
        }
        inString = false;
        if (depth === 0) return q + 1;
      } else if (byte < OPEN_ARRAY) {
        // Numbers and what stands between them.
        if (byte === QUOTE) inString = true;
      } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (++depth > this.#limits.depth) this.#deeper(depth);
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (--depth === 0) return q + 1;
      }
    }
    this.#inString = inString;
    this.#depth = depth;
    return -1;
  }

  #keep(bytes: Buffer): void {
    this.#keptBytes += bytes.length;
    if (this.#keptBytes > this.#limits.lineBytes) {
      throw new CorruptReportError(
        `the value of ${this.#path.join(".")} is longer than ${this.#limits.lineBytes} bytes, the most that setup.limits.line_bytes allows`,
      );
    }
    this.#kept.push(Buffer.from(bytes));
  }

  #passed(rest: Buffer): void {
    const passing = this.#passing;
    const bytes = this.#kept.length > 0 ? Buffer.concat([...this.#kept, rest]) : rest;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#passing = null;
    if (passing === "key") {
      this.#path.push(textOf(bytes));
      this.#expecting = Expecting.Colon;
      return;
    }
    if (passing === "taken") this.#handler.value(this.#path, bytes);
    this.#done();
  }

  #deeper(depth: number): void {
    if (depth + this.#indexes.length > this.#limits.depth) {
      throw new CorruptReportError(`values are nested deeper than ${this.#limits.depth} at ${this.#path.join(".")}`);
    }
  }

  #corrupt(p: number, expected: string): CorruptReportError {
    return new CorruptReportError(
      `the JSON is not well-formed: ${expected} was expected at byte ${this.#position + p}`,
    );
  }
}

/** Whether the text that begins at a quote is surely a member's name: a colon follows it. */
function isName(b: Buffer, quote: number): boolean {
  const end = b.indexOf(QUOTE, quote + 1);
  if (end < 0 || b[end - 1] === BACKSLASH) return false;
  let q = end + 1;
  while (b[q] <= SPACE) q++;
  return b[q] === COLON;
}

function isBareByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)
  );
}

function endOfBare(b: Buffer, start: number): number {
  for (let q = start; q < b.length; q++) {
    const byte = b[q];
    if (byte <= SPACE || byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT || byte === COLON) return q;
  }
  return -1;
}

/** The text of a string with its quotes; as it is written when its escapes are wrong. */
export function textOf(bytes: Buffer): string {
  const text = bytes.toString();
  if (!text.includes("\\")) return text.slice(1, -1);
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

/** Where a byte comes next: each place of a chunk is looked at once, however often it is asked. */
class NextByte {
  #at = -1;

  constructor(readonly byte: number) {}

  reset(): void {
    this.#at = -1;
  }

  /** From ascending places on; the length when it does not come any more. */
  find(b: Buffer, from: number): number {
    if (this.#at < from) {
      const at = b.indexOf(this.byte, from);
      this.#at = at < 0 ? b.length : at;
    }
    return this.#at;
  }
}
