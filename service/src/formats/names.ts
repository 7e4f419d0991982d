import { isUtf8 } from "node:buffer";
import type { CoverageSink } from "./parser.js";

/** No path of a repository is as long: of a longer name the rest is not kept. */
const MOST_BYTES = 16 * 1024;

/** Reads file names out of a report, and notes once when one of them is not UTF-8. */
export class NameReader {
  #noted = false;
  readonly #sink: CoverageSink;

  constructor(sink: CoverageSink) {
    this.#sink = sink;
  }

  read(name: Buffer): string {
    const bytes = name.length > MOST_BYTES ? name.subarray(0, MOST_BYTES) : name;
    if (!this.#noted && !isUtf8(bytes)) {
      this.#noted = true;
      this.#sink.note(`file names that are not UTF-8 were read as well as possible, such as ${bytes.toString()}`);
    }
    return bytes.toString();
  }
}

/** Counts lines that were left out, by reason, and notes them at the end: "12 DA records without … skipped". */
export class SkipNotes {
  readonly #counts = new Map<string, number>();

  count(reason: string): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  flush(sink: CoverageSink): void {
    for (const [reason, count] of this.#counts) sink.note(`${count} × ${reason}`);
    this.#counts.clear();
  }
}
