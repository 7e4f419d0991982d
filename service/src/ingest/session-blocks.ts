import { join } from "node:path";
import { writeFileBlock } from "../report/file-block.js";
import type { FileCoverage } from "../report/file-coverage.js";
import { StoredReportWriter } from "../report/stored-report-writer.js";
import type { Totals } from "../report/totals.js";
import { Spool } from "./spool.js";

/** Where lines of a file were set aside: in a page of the session's report or, where that is null, in the spool. */
export interface BlockPlace {
  readonly page: number | null;
  readonly start: number;
  readonly length: number;
}

/** So many names, and this share of them, may come before the name that they follow. */
const MOST_SETBACKS = 8;
const SETBACK_SHARE = 1 / 16;

/**
 * Where the lines of files are set aside until their paths are known. As long as names come in their order, or nearly
 * so, their paths are likely to do the same, each of them once: then lines are written into the session's report as
 * they come, and in the end only its list of files is missing. From where they do not, they go to the spool.
 */
export class SessionBlocks {
  readonly #folder: string;
  readonly #spool: Spool;
  #writer: StoredReportWriter;
  #inReport = true;
  #lastName = "";
  #names = 0;
  #setbacks = 0;
  #count = 0;
  #isKept = false;
  /** Where each page of the report starts in the spool, once they were moved there. */
  readonly #pageStarts: number[] = [];

  private constructor(folder: string, writer: StoredReportWriter) {
    this.#folder = folder;
    this.#spool = new Spool(folder);
    this.#writer = writer;
  }

  /** @param folder that exists; the session's report is written into it */
  static async open(folder: string): Promise<SessionBlocks> {
    return new SessionBlocks(folder, await newWriter(folder));
  }

  /** Whether everything was written into the report itself. */
  get areInReport(): boolean {
    return this.#inReport;
  }

  /** How often something was put. */
  get count(): number {
    return this.#count;
  }

  get writer(): StoredReportWriter {
    return this.#writer;
  }

  /** @param isOnlyName whether the file cannot be called anything else */
  put(name: string, isOnlyName: boolean, coverage: FileCoverage): BlockPlace {
    this.#count++;
    if (!isOnlyName || !this.#isInOrder(name)) this.#inReport = false;
    if (this.#inReport) return this.#writer.place(coverage);
    const start = this.#spool.length;
    writeFileBlock(coverage, this.#spool.writer);
    const length = this.#spool.length - start;
    this.#spool.appended();
    return { page: null, start, length };
  }

  #isInOrder(name: string): boolean {
    const last = this.#lastName;
    this.#lastName = name;
    this.#names++;
    if (name < last) this.#setbacks++;
    return name !== last && this.#setbacks <= MOST_SETBACKS + this.#names * SETBACK_SHARE;
  }

  /** To be called now and then: lets what was put be written. */
  settle(): Promise<void> {
    return this.#writer.settle();
  }

  /** Moves all lines to the spool and begins the report anew. Then `read` may be called, and `put` no more. */
  async startOver(): Promise<void> {
    for await (const page of this.#writer.placed()) {
      this.#pageStarts.push(this.#spool.length);
      this.#spool.writer.append(page);
      this.#spool.appended();
    }
    await this.#writer.abandon();
    this.#writer = await newWriter(this.#folder);
  }

  /** The lines at a place, as `file-block.ts` has them; valid until others are read. */
  read({ page, start, length }: BlockPlace): Buffer {
    return this.#spool.read(page === null ? start : this.#pageStarts[page] + start, length);
  }

  /** Completes the report, which stays then. @returns null when it has no files */
  async finish(): Promise<{ readonly file: string; readonly totals: Totals } | null> {
    const { totals } = await this.#writer.finish();
    if (totals.files === 0) return null;
    this.#isKept = true;
    return { file: this.#writer.file, totals };
  }

  /** Removes what was set aside, and the report unless it was completed. */
  async close(): Promise<void> {
    this.#spool.close();
    if (!this.#isKept) await this.#writer.abandon();
  }
}

function newWriter(folder: string): Promise<StoredReportWriter> {
  return StoredReportWriter.create(join(folder, `${crypto.randomUUID()}.report`));
}
