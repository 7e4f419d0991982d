import { type FileHandle, open, rm } from "node:fs/promises";
import { createDeflate } from "node:zlib";
import { ByteWriter } from "./byte-writer.js";
import { writeFileBlock } from "./file-block.js";
import type { FileCoverage } from "./file-coverage.js";
import { PageWriter, type Place } from "./page-writer.js";
import { MAGIC, makeFooter, writeEntry, writePages } from "./stored-index.js";
import { addCounts, type Counts, countLines, noCounts, type Totals, toTotals } from "./totals.js";

/** A stored report that is whole. */
export interface WrittenReport {
  readonly file: string;
  readonly totals: Totals;
}

/**
 * Writes a stored report of what `fill` adds; when that fails, nothing is left of it.
 * @param file that does not exist yet
 */
export async function writeStoredReport(
  file: string,
  fill: (writer: StoredReportWriter) => Promise<void>,
): Promise<WrittenReport> {
  const writer = await StoredReportWriter.create(file);
  try {
    await fill(writer);
    const { totals } = await writer.finish();
    return { file, totals };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

/** Writes a stored report to a new file, as a stream: only a few pages and the index are kept in memory. */
export class StoredReportWriter {
  readonly #handle: FileHandle;
  readonly #pages: PageWriter;
  readonly #entries = new ByteWriter();
  readonly #counts = noCounts();
  #listedBytes = 0;
  #lastPath: Buffer | null = null;

  private constructor(
    readonly file: string,
    handle: FileHandle,
  ) {
    this.#handle = handle;
    this.#pages = new PageWriter(handle);
  }

  /** @param file that does not exist yet */
  static async create(file: string): Promise<StoredReportWriter> {
    const writer = new StoredReportWriter(file, await open(file, "wx+"));
    await writer.#pages.write(MAGIC);
    return writer;
  }

  /** Adds a file. Paths must come in the order of their bytes, each once. */
  async add(path: Buffer, coverage: FileCoverage): Promise<void> {
    this.list(path, countLines(coverage), this.place(coverage));
    await this.settle();
  }

  /** Adds a file whose block and counts are at hand already. */
  async addBlock(path: Buffer, counts: Readonly<Counts>, block: Uint8Array): Promise<void> {
    const place = this.#pages.add((page) => page.append(block));
    this.list(path, counts, place);
    await this.settle();
  }

  /** Writes the lines of a file whose path is not known yet; `settle` must follow now and then. */
  place(coverage: FileCoverage): Place {
    return this.#pages.add((page) => writeFileBlock(coverage, page));
  }

  /** Gives the file whose lines are at `place` its path. Paths must come in the order of their bytes, each once. */
  list(path: Buffer, counts: Readonly<Counts>, { page, start, length }: Place): void {
    if (this.#lastPath !== null && this.#lastPath.compare(path) >= 0) {
      throw new RangeError(`path ${path} was added after ${this.#lastPath}: paths must ascend`);
    }
    this.#lastPath = path;
    writeEntry({ path, counts, page, start, length }, this.#entries);
    addCounts(this.#counts, counts);
    this.#listedBytes += length;
  }

  /** Waits until few pages are left to be written. */
  settle(): Promise<void> {
    return this.#pages.settle();
  }

  /** Share of what was placed, from 0 to 1, that no file of the report consists of. */
  get wasted(): number {
    const { blockBytes } = this.#pages;
    return blockBytes === 0 ? 0 : 1 - this.#listedBytes / blockBytes;
  }

  /** What was placed, page by page. */
  placed(): AsyncGenerator<Buffer, void> {
    return this.#pages.read();
  }

  /** Completes the file. */
  async finish(): Promise<{ readonly totals: Totals; readonly bytes: number }> {
    const pages = this.#pages;
    await pages.flush();
    const indexStart = pages.position;
    await this.#writeIndex();
    await pages.write(makeFooter(indexStart, pages.position - indexStart));
    await this.#handle.close();
    return { totals: toTotals(this.#counts), bytes: pages.position };
  }

  /** Gives up: closes and removes the file. */
  async abandon(): Promise<void> {
    await this.#pages.stop();
    await this.#handle.close().catch(() => {});
    await rm(this.file, { force: true });
  }

  async #writeIndex(): Promise<void> {
    const pages = new ByteWriter();
    writePages(this.#pages.pages, pages);
    const index = createDeflate();
    index.write(pages.written());
    index.end(this.#entries.written());
    for await (const chunk of index) await this.#pages.write(chunk);
  }
}
