import { CorruptReportError } from "../formats/parser.js";

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
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

  /** The text of the next value, a string, piece by piece in UTF-8. @throws CorruptReportError */
  async *text(): AsyncGenerator<Buffer, void> {
    await this.#expect(QUOTE, "a string");
    for (;;) {
      const quote = this.#bytes.indexOf(QUOTE, this.#at);
      const end = quote < 0 ? this.#bytes.length : quote;
      const part = this.#bytes.subarray(this.#at, end);
      const escaped = part.indexOf(BACKSLASH);
      if (escaped < 0) {
        this.#at = quote < 0 ? end : end + 1;
        if (part.length > 0) yield part;
        if (quote >= 0) return;
        await this.#need();
      } else {
        if (escaped > 0) yield part.subarray(0, escaped);
        this.#at += escaped + 1;
        yield await this.#escape();
      }
    }
  }

  /** What an escape stands for of which the backslash was read. */
  async #escape(): Promise<Buffer> {
    const letter = await this.#character();
    let escaped = `\\${letter}`;
    if (letter === "u") for (let digits = 0; digits < 4; digits++) escaped += await this.#character();
    return Buffer.from(String(parsed(`"${escaped}"`)));
  }

  async #character(): Promise<string> {
    if (this.#at >= this.#bytes.length) await this.#need();
    return String.fromCharCode(this.#bytes[this.#at++]);
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
      this.#before += this.#bytes.length;
      this.#bytes = next.value;
      this.#at = 0;
      if (this.#bytes.length > 0) return true;
    }
  }

  #unexpected(what: string): CorruptReportError {
    const found = JSON.stringify(String.fromCharCode(this.#bytes[this.#at]));
    return new CorruptReportError(
      `the JSON is damaged at byte ${this.#before + this.#at}: ${what} expected, ${found} found`,
    );
  }
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
