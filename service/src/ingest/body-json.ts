import { CorruptReportError } from "../formats/parser.js";

const [QUOTE, BACKSLASH, COMMA, COLON, LETTER_U] = [0x22, 0x5c, 0x2c, 0x3a, 0x75];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Walks through a JSON document that is too large to be held: the caller says, key by key, what becomes a value, what
 * is read in pieces and what is skipped.
 */
export class JsonReader {
  readonly #chunks: AsyncIterator<Buffer, void>;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Bytes before the current chunk, for messages. */
  #before = 0;

  constructor(chunks: AsyncIterator<Buffer, void>) {
    this.#chunks = chunks;
  }

  /** Calls `read` at each member's value; it must consume the value. @throws CorruptReportError */
  async object(read: (key: string) => Promise<void>, keyBytes = 4096): Promise<void> {
    await this.#expect(OPEN_OBJECT, "{");
    if (await this.#closes(CLOSE_OBJECT)) return;
    for (;;) {
      const key = await this.value(keyBytes);
      if (typeof key !== "string") throw this.#unexpected("a key");
      await this.#expect(COLON, ":");
      await read(key);
      if (await this.#closes(CLOSE_OBJECT)) return;
      await this.#expect(COMMA, ", or }");
    }
  }

  /** Calls `read` at each item; it must consume the item. @throws CorruptReportError */
  async array(read: () => Promise<void>): Promise<void> {
    await this.#expect(OPEN_ARRAY, "[");
    if (await this.#closes(CLOSE_ARRAY)) return;
    for (;;) {
      await read();
      if (await this.#closes(CLOSE_ARRAY)) return;
      await this.#expect(COMMA, ", or ]");
    }
  }

  /** First byte of the next value, null at the end. */
  async peek(): Promise<number | null> {
    for (;;) {
      while (this.#at < this.#bytes.length && this.#bytes[this.#at] <= 0x20) this.#at++;
      if (this.#at < this.#bytes.length) return this.#bytes[this.#at];
      if (!(await this.#more())) return null;
    }
  }

  /** The next value, of at most `bytes` bytes of JSON. @throws CorruptReportError */
  async value(bytes: number): Promise<unknown> {
    const parts: Buffer[] = [];
    let left = bytes;
    await this.#pass((part) => {
      left -= part.length;
      if (left < 0) throw new CorruptReportError(`a JSON value is longer than ${bytes} bytes, the most that is read`);
      parts.push(Buffer.from(part));
    });
    return parsed(Buffer.concat(parts).toString());
  }

  /** Passes over the next value. @throws CorruptReportError */
  async skip(): Promise<void> {
    await this.#pass(() => {});
  }

  /** The text of the next value, a string, in UTF-8: of each chunk one piece. @throws CorruptReportError */
  async *text(): AsyncGenerator<Buffer, void> {
    await this.#expect(QUOTE, "a string");
    for (;;) {
      const piece = this.#textHere();
      if (piece.length > 0) yield piece;
      if (this.#bytes[this.#at] === QUOTE) break;
      await this.#need();
    }
    this.#at++;
  }

  /** The text up to its end, or that of the chunk; an escape that is not whole is left. */
  #textHere(): Buffer {
    const quote = this.#bytes.indexOf(QUOTE, this.#at);
    const plain = this.#bytes.subarray(this.#at, quote < 0 ? this.#bytes.length : quote);
    if (!plain.includes(BACKSLASH)) {
      this.#at += plain.length;
      return plain;
    }
    const text = Buffer.allocUnsafe(this.#bytes.length - this.#at);
    let length = 0;
    while (this.#at < this.#bytes.length && this.#bytes[this.#at] !== QUOTE) {
      if (this.#bytes[this.#at] !== BACKSLASH) text[length++] = this.#bytes[this.#at++];
      else {
        const bytes = this.#bytes[this.#at + 1] === LETTER_U ? 6 : 2;
        if (this.#at + bytes > this.#bytes.length) break;
        length += text.write(unescaped(this.#bytes.toString("latin1", this.#at, this.#at + bytes)), length);
        this.#at += bytes;
      }
    }
    return text.subarray(0, length);
  }

  /** Hands on the bytes of one value. */
  async #pass(take: (part: Buffer) => void): Promise<void> {
    const first = await this.peek();
    if (first === null) throw tooShort();
    let depth = 0;
    let inString = false;
    for (;;) {
      const start = this.#at;
      let end = -1;
      while (this.#at < this.#bytes.length && end < 0) {
        const byte = this.#bytes[this.#at];
        if (inString) {
          if (byte === BACKSLASH) {
            this.#at += 2;
            continue;
          }
          if (byte === QUOTE) {
            inString = false;
            if (depth === 0) end = this.#at + 1;
          }
        } else if (byte === QUOTE) inString = true;
        else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
        else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
          if (depth === 0) end = this.#at;
          else if (--depth === 0) end = this.#at + 1;
        } else if (depth === 0 && (byte === COMMA || byte <= 0x20)) end = this.#at;
        this.#at++;
      }
      if (end >= 0) {
        take(this.#bytes.subarray(start, end));
        this.#at = end;
        return;
      }
      const escaped = this.#at - this.#bytes.length;
      take(this.#bytes.subarray(start));
      this.#at = this.#bytes.length;
      await this.#need();
      // A backslash at the end of a chunk: what it escapes is the first byte of this one.
      if (escaped > 0) {
        take(this.#bytes.subarray(0, escaped));
        this.#at += escaped;
      }
    }
  }

  async #closes(byte: number): Promise<boolean> {
    if ((await this.peek()) !== byte) return false;
    this.#at++;
    return true;
  }

  async #expect(byte: number, what: string): Promise<void> {
    const next = await this.peek();
    if (next === null) throw tooShort();
    if (next !== byte) throw this.#unexpected(what);
    this.#at++;
  }

  async #need(): Promise<void> {
    if (!(await this.#more())) throw tooShort();
  }

  async #more(): Promise<boolean> {
    for (;;) {
      const next = await this.#chunks.next();
      if (next.done) return false;
      const rest = this.#bytes.subarray(this.#at);
      this.#before += this.#at;
      this.#bytes = rest.length > 0 ? Buffer.concat([rest, next.value]) : next.value;
      this.#at = 0;
      if (next.value.length > 0) return true;
    }
  }

  #unexpected(what: string): CorruptReportError {
    const found = JSON.stringify(String.fromCharCode(this.#bytes[this.#at]));
    return new CorruptReportError(
      `the JSON is damaged at byte ${this.#before + this.#at}: ${what} expected, ${found} found`,
    );
  }
}

/** By their letter; of any other escape JSON tells what it stands for, or that it is none. */
const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\\/": "/", "\\n": "\n", "\\r": "\r", "\\t": "\t" };

function unescaped(escaped: string): string {
  return SHORT_ESCAPES[escaped] ?? String(parsed(`"${escaped}"`));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new CorruptReportError(`the JSON is damaged: ${error instanceof Error ? error.message : error}`);
  }
}

function tooShort(): CorruptReportError {
  return new CorruptReportError("the JSON ends too early: the rest is missing");
}
