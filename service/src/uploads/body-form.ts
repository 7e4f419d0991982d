import { UploadRefused } from "./refusal.js";

/** Headers of a part, or a form's other fields, are not longer than this. */
const MOST_HEADERS = 16 * 1024;
const [PERCENT, PLUS, SPACE, AMPERSAND] = [0x25, 0x2b, 0x20, 0x26];

/** The bytes of one field of a form, however it was sent: multipart, urlencoded, or as the body itself. */
export async function* fieldOf(chunks: AsyncIterator<Buffer, void>, names: readonly string[]): AsyncGenerator<Buffer> {
  try {
    yield* field(new ByteWindow(chunks), names);
  } finally {
    // What follows the field is not read: without this its source would go on waiting to be.
    await chunks.return?.();
  }
}

async function* field(bytes: ByteWindow, names: readonly string[]): AsyncGenerator<Buffer> {
  await bytes.fill(2);
  if (bytes.startsWith("--")) return yield* multipartField(bytes, names);
  for (const name of names) {
    await bytes.fill(name.length + 1);
    if (bytes.startsWith(`${name}=`)) {
      bytes.drop(name.length + 1);
      return yield* urlencodedValue(bytes);
    }
  }
  yield* bytes.rest();
}

async function* multipartField(bytes: ByteWindow, names: readonly string[]): AsyncGenerator<Buffer> {
  const boundary = await bytes.until("\r\n", 256);
  const end = Buffer.concat([Buffer.from("\r\n"), boundary]);
  for (;;) {
    const headers = (await bytes.until("\r\n\r\n", MOST_HEADERS)).toString("latin1");
    const name = /^content-disposition:.*?[;\s]name=(?:"([^"]*)"|([^\s;]+))/im.exec(headers);
    const wanted = names.includes(name?.[1] ?? name?.[2] ?? "");
    for await (const piece of bytes.before(end)) if (wanted) yield piece;
    if (wanted) return;
    await bytes.fill(2);
    if (bytes.startsWith("--")) throw damaged(`it has no part ${names[0]}`);
    await bytes.until("\r\n", MOST_HEADERS);
  }
}

async function* urlencodedValue(bytes: ByteWindow): AsyncGenerator<Buffer> {
  let carried: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes.rest()) {
    const text = carried.length > 0 ? Buffer.concat([carried, chunk]) : chunk;
    const ends = text.indexOf(AMPERSAND);
    const value = ends < 0 ? text : text.subarray(0, ends);
    // An escape that the chunk cuts is left for the next one.
    const cut = ends < 0 ? value.lastIndexOf(PERCENT, value.length - 1) : -1;
    const whole = cut >= 0 && cut > value.length - 3 ? cut : value.length;
    carried = value.subarray(whole);
    if (whole > 0) yield unescaped(value.subarray(0, whole));
    if (ends >= 0) return;
  }
  if (carried.length > 0) yield unescaped(carried);
}

function unescaped(text: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    const high = byte === PERCENT ? hexDigit(text[at + 1]) : -1;
    const low = high >= 0 ? hexDigit(text[at + 2]) : -1;
    if (low < 0) bytes[length++] = byte === PLUS ? SPACE : byte;
    else {
      bytes[length++] = 16 * high + low;
      at += 2;
    }
  }
  return bytes.subarray(0, length);
}

/** -1 for what is none. */
function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = (byte | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

/** The part of a stream that is being looked at. */
class ByteWindow {
  readonly #chunks: AsyncIterator<Buffer, void>;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterator<Buffer, void>) {
    this.#chunks = chunks;
  }

  /** Reads on until there are `count` bytes, or no more. */
  async fill(count: number): Promise<void> {
    while (this.#bytes.length < count && (await this.#more()));
  }

  startsWith(text: string): boolean {
    return this.#bytes.subarray(0, text.length).equals(Buffer.from(text));
  }

  drop(count: number): void {
    this.#bytes = this.#bytes.subarray(count);
  }

  /** What comes before `mark`, which is passed over too. @throws UploadRefused when it is not among the next `most` bytes */
  async until(mark: string, most: number): Promise<Buffer> {
    for (;;) {
      const at = this.#bytes.indexOf(mark);
      if (at >= 0 && at <= most) {
        const found = this.#bytes.subarray(0, at);
        this.drop(at + mark.length);
        return found;
      }
      if (this.#bytes.length > most) throw damaged("the headers of a part are too long");
      if (!(await this.#more())) throw damaged("it ends too early");
    }
  }

  /** The same piece by piece, of any length. */
  async *before(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#bytes.indexOf(mark);
      const end = at >= 0 ? at : Math.max(0, this.#bytes.length - mark.length + 1);
      if (end > 0) yield this.#bytes.subarray(0, end);
      this.drop(at >= 0 ? at + mark.length : end);
      if (at >= 0) return;
      if (!(await this.#more())) throw damaged("it ends too early");
    }
  }

  async *rest(): AsyncGenerator<Buffer> {
    do {
      if (this.#bytes.length > 0) yield this.#bytes;
      this.#bytes = Buffer.alloc(0);
    } while (await this.#more());
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#bytes = this.#bytes.length > 0 ? Buffer.concat([this.#bytes, next.value]) : next.value;
    return true;
  }
}

function damaged(why: string): UploadRefused {
  return new UploadRefused("invalid_body", `The form that was sent is damaged: ${why}.`);
}
