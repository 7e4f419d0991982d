import { CorruptReportError } from "./parser.js";
import type { XmlReader, XmlReport } from "./xml-format.js";
import type { XmlTag } from "./xml-tag.js";

/** A value of a property list: a dictionary is a map. */
export type PlistValue = string | number | boolean | PlistValue[] | Map<string, PlistValue>;

/** More values than a list that is kept in memory may have. */
const MOST_VALUES = 4_000_000;
/** Characters of all its texts and keys. */
const MOST_CHARACTERS = 64 * 1024 * 1024;
const SCALARS = new Set(["string", "integer", "real", "date", "data"]);

/** Reads a property list whole. */
export class PlistReader implements XmlReader {
  readonly #open: (PlistValue[] | Map<string, PlistValue>)[] = [];
  readonly #keys: string[] = [];
  #root: PlistValue | null = null;
  #capturing = "";
  #values = 0;
  #characters = 0;

  constructor(
    readonly report: XmlReport,
    readonly done: (root: PlistValue) => void,
  ) {}

  open(tag: XmlTag): void {
    const { name } = tag;
    if (name === "dict" || name === "array") {
      const container = name === "dict" ? new Map<string, PlistValue>() : [];
      this.#add(container);
      if (!tag.empty) {
        this.#open.push(container);
        this.#keys.push("");
      }
    } else if (name === "true" || name === "false") this.#add(name === "true");
    else if (name === "key" || SCALARS.has(name)) {
      this.#capturing = name;
      this.report.captureText();
      if (tag.empty && name !== "key") this.#add("");
    }
  }

  text(text: string): void {
    this.#characters += text.length;
    if (this.#characters > MOST_CHARACTERS) {
      throw new CorruptReportError(
        `the texts of the property list have more than ${MOST_CHARACTERS} characters together, the most that are read`,
      );
    }
    if (this.#capturing === "key") this.#keys[this.#keys.length - 1] = text;
    else this.#add(this.#capturing === "integer" || this.#capturing === "real" ? Number(text) : text);
  }

  close(tag: XmlTag): void {
    const { name } = tag;
    if (name !== "dict" && name !== "array") return;
    this.#open.pop();
    this.#keys.pop();
  }

  end(): void {
    if (this.#root !== null) this.done(this.#root);
  }

  #add(value: PlistValue): void {
    if (++this.#values > MOST_VALUES) {
      throw new CorruptReportError(`the property list has more than ${MOST_VALUES} values, the most that is read`);
    }
    const container = this.#open.at(-1);
    if (container === undefined) this.#root ??= value;
    else if (Array.isArray(container)) container.push(value);
    else container.set(this.#keys[this.#keys.length - 1], value);
  }
}
