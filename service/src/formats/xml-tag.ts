import { isText } from "./bytes.js";

const AMPERSAND = 0x26;
/** Numbers kept for each attribute: start and end of its name, start and end of its value. */
const FIELDS = 4;

/**
 * A tag as offsets into the bytes it was found in: nothing becomes a string until it is asked for. One object serves
 * all tags of a document; it is valid until the handler returns.
 */
export class XmlTag {
  bytes: Buffer = Buffer.alloc(0);
  nameStart = 0;
  nameEnd = 0;
  /** Number of attributes. */
  count = 0;
  /** Whether the tag closes itself: `<line …/>`. */
  empty = false;
  #offsets = new Int32Array(16 * FIELDS);

  get name(): string {
    return this.bytes.toString("utf8", this.nameStart, this.nameEnd);
  }

  /** Whether the element has this name (ASCII). */
  is(name: Uint8Array): boolean {
    return isText(this.bytes, this.nameStart, this.nameEnd, name);
  }

  /** Whether attribute `index` has this name (ASCII). */
  attributeIs(index: number, name: Uint8Array): boolean {
    return isText(this.bytes, this.#offsets[index * FIELDS], this.#offsets[index * FIELDS + 1], name);
  }

  /** Index of the attribute with this name (ASCII), or -1. */
  find(name: Uint8Array): number {
    for (let index = 0; index < this.count; index++) if (this.attributeIs(index, name)) return index;
    return -1;
  }

  valueStart(index: number): number {
    return this.#offsets[index * FIELDS + 2];
  }

  valueEnd(index: number): number {
    return this.#offsets[index * FIELDS + 3];
  }

  /** Whether a value is written exactly so (ASCII). */
  valueIs(index: number, text: Uint8Array): boolean {
    return isText(this.bytes, this.valueStart(index), this.valueEnd(index), text);
  }

  /** Bytes of a value with its references resolved. */
  valueBytes(index: number): Buffer {
    return resolveReferences(this.bytes.subarray(this.valueStart(index), this.valueEnd(index)));
  }

  /** Value of an attribute, or null when the tag has none of that name. */
  value(name: Uint8Array): string | null {
    const index = this.find(name);
    return index < 0 ? null : this.valueBytes(index).toString();
  }

  begin(bytes: Buffer, nameStart: number, nameEnd: number): void {
    this.bytes = bytes;
    this.nameStart = nameStart;
    this.nameEnd = nameEnd;
    this.count = 0;
    this.empty = false;
  }

  addAttribute(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const at = this.count * FIELDS;
    if (at === this.#offsets.length) {
      const larger = new Int32Array(2 * this.#offsets.length);
      larger.set(this.#offsets);
      this.#offsets = larger;
    }
    this.#offsets[at] = nameStart;
    this.#offsets[at + 1] = nameEnd;
    this.#offsets[at + 2] = valueStart;
    this.#offsets[at + 3] = valueEnd;
    this.count++;
  }
}

const PREDEFINED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Resolves the five predefined and numeric references; any other stays as it is written. */
export function resolveReferences(value: Buffer): Buffer {
  if (value.indexOf(AMPERSAND) < 0) return value;
  const resolved = value
    .toString("latin1")
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|amp|quot|apos));/gi, (all, ...found) => {
      const [decimal, hex, name] = found as (string | undefined)[];
      if (name !== undefined) return PREDEFINED[name] ?? all;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code <= 0x10_ffff ? Buffer.from(String.fromCodePoint(code)).toString("latin1") : all;
    });
  return Buffer.from(resolved, "latin1");
}
