import { CorruptReportError, type ParserLimits } from "./parser.js";
import { after, endOfDoctype, endOfName, find, INCOMPLETE, readAttribute } from "./xml-markup.js";
import { resolveReferences, XmlTag } from "./xml-tag.js";
import { skipIndentation, type UsualReader } from "./xml-usual.js";

/** What happens in a document. The tag is valid until the call returns. */
export interface XmlHandler {
  /** A start tag; when `tag.empty` no `close` follows. */
  open(tag: XmlTag): void;
  close(tag: XmlTag): void;
  /** Text of an element whose `open` called `captureText`, up to its first child or its end. */
  text(text: string): void;
}

const [GT, LT, SLASH, BANG, QUESTION, SPACE] = [0x3e, 0x3c, 0x2f, 0x21, 0x3f, 0x20];
/** No element that is read as usual has deeper ones in it. */
const USUAL_DEPTH = 4;
/** Nearly every tag is shorter. */
const SEAM_BYTES = 4096;

/**
 * Finds the tags of an XML document as its bytes come by. Lenient, as reports are not always well-formed; strict where
 * leniency is dangerous: no entity is ever declared or expanded, and depth and length of tokens are limited.
 */
export class XmlScanner {
  #depth = 0;
  #tags = 0;
  #position = 0;
  /** Bytes from the start of a token that is not complete yet. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** Scanning again waits for this many bytes: twice what did not suffice, so that time stays linear. */
  #awaitedBytes = 0;
  #captured: Buffer[] | null = null;
  #capturedBytes = 0;
  readonly #tag = new XmlTag();
  readonly #handler: XmlHandler;
  readonly #limits: ParserLimits;
  readonly #usual: UsualReader | undefined;

  /** @param usual takes the elements that it knows by itself, when they are written as usual */
  constructor(handler: XmlHandler, limits: ParserLimits, usual?: UsualReader) {
    this.#handler = handler;
    this.#limits = limits;
    this.#usual = usual;
  }

  /** @throws CorruptReportError when entities are declared, or depth or length of a token exceed their limits */
  write(chunk: Buffer): void {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    if (this.#pendingBytes < this.#awaitedBytes) return;
    const bytes = this.#pending.length === 1 ? chunk : this.#scanSeam(chunk);
    const end = this.#scan(bytes);
    const rest = bytes.length - end;
    if (rest > this.#limits.lineBytes) {
      const start = this.#position + end;
      throw new CorruptReportError(
        `the tag, comment or declaration at byte ${start} is longer than ${this.#limits.lineBytes} bytes`,
      );
    }
    this.#position += end;
    this.#pending = rest > 0 ? [Buffer.from(bytes.subarray(end))] : [];
    this.#pendingBytes = rest;
    this.#awaitedBytes = 2 * rest;
  }

  /**
   * Deals with what was cut off between chunks: it most often ends soon, and then the rest of the chunk is not copied.
   * @returns what remains
   */
  #scanSeam(chunk: Buffer): Buffer {
    const held = this.#pendingBytes - chunk.length;
    const seam = Buffer.concat(this.#pending, Math.min(this.#pendingBytes, held + SEAM_BYTES));
    const end = this.#scan(seam);
    this.#position += end;
    if (end >= held) return chunk.subarray(end - held);
    return (seam.length === this.#pendingBytes ? seam : Buffer.concat(this.#pending)).subarray(end);
  }

  /** @returns what is missing when the document ends too early, null when it is complete */
  end(): string | null {
    if (this.#pendingBytes > 0) this.#scan(Buffer.concat(this.#pending));
    if (this.#depth > 0) return `the XML ends at depth ${this.#depth}, before its elements are closed`;
    return this.#tags === 0 ? "the XML has no element" : null;
  }

  /** Asks for the text of the element that is being opened. */
  captureText(): void {
    this.#captured = [];
    this.#capturedBytes = 0;
  }

  /** @returns up to where everything was dealt with */
  #scan(b: Buffer): number {
    const view = new DataView(b.buffer, b.byteOffset, b.length);
    let p = 0;
    for (;;) {
      const start = find(b, LT, skipIndentation(b, view, p));
      if (this.#captured !== null) this.#capture(b.subarray(p, start < 0 ? b.length : start));
      if (start < 0) return b.length;
      if (start + 1 >= b.length) return start;
      const usual = this.#readUsual(b, view, start);
      const next = usual > start ? usual : this.#readMarkup(b, start, b[start + 1]);
      if (next === INCOMPLETE) return start;
      p = next;
    }
  }

  #readUsual(b: Buffer, view: DataView, start: number): number {
    const isPossible = this.#captured === null && this.#tags > 0 && this.#depth + USUAL_DEPTH <= this.#limits.depth;
    return isPossible && this.#usual !== undefined ? this.#usual.read(b, view, start) : start;
  }

  #readMarkup(b: Buffer, start: number, second: number): number {
    if (second === SLASH) return this.#readEndTag(b, start + 2);
    if (second === BANG) return this.#readDeclaration(b, start);
    if (second === QUESTION) return after(b, "?>", start + 2);
    // A stray `<` in a text.
    if (second <= 0x40 && second !== 0x3a) return start + 1;
    return this.#readStartTag(b, start + 1);
  }

  #readStartTag(b: Buffer, start: number): number {
    const tag = this.#tag;
    const length = b.length;
    let q = endOfName(b, start);
    tag.begin(b, start, q);
    for (;;) {
      while (q < length && b[q] <= SPACE) q++;
      if (q >= length) return INCOMPLETE;
      const first = b[q];
      if (first === GT) break;
      if (first === SLASH) {
        tag.empty = b[q + 1] === GT;
        q++;
        continue;
      }
      tag.empty = false;
      q = readAttribute(b, q, tag);
      if (q === INCOMPLETE) return INCOMPLETE;
    }
    this.#tags++;
    this.#endText();
    if (!tag.empty && ++this.#depth > this.#limits.depth) {
      throw new CorruptReportError(`elements are nested deeper than ${this.#limits.depth} at <${tag.name}>`);
    }
    this.#handler.open(tag);
    if (tag.empty) this.#captured = null;
    return q + 1;
  }

  #readEndTag(b: Buffer, start: number): number {
    const end = find(b, GT, start);
    if (end < 0) return INCOMPLETE;
    let nameEnd = end;
    while (nameEnd > start && b[nameEnd - 1] <= SPACE) nameEnd--;
    this.#tag.begin(b, start, nameEnd);
    this.#endText();
    if (this.#depth > 0) this.#depth--;
    this.#handler.close(this.#tag);
    return end + 1;
  }

  #readDeclaration(b: Buffer, start: number): number {
    const third = b[start + 2];
    if (third === 0x2d) return after(b, "-->", start + 4);
    if (third === 0x5b) return this.#readCharacterData(b, start);
    return endOfDoctype(b, start);
  }

  #readCharacterData(b: Buffer, start: number): number {
    const end = after(b, "]]>", start + 3);
    if (end !== INCOMPLETE && this.#captured !== null) this.#captured.push(Buffer.from(b.subarray(start + 9, end - 3)));
    return end;
  }

  #capture(text: Buffer): void {
    this.#capturedBytes += text.length;
    if (this.#capturedBytes > this.#limits.lineBytes) {
      throw new CorruptReportError(`a text is longer than ${this.#limits.lineBytes} bytes`);
    }
    if (text.length > 0) this.#captured?.push(Buffer.from(text));
  }

  #endText(): void {
    if (this.#captured === null) return;
    const text = resolveReferences(Buffer.concat(this.#captured)).toString();
    this.#captured = null;
    this.#handler.text(text);
  }
}
