import { type FileHandle, open, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { createDeflate, deflateRaw } from "node:zlib";
import { ByteWriter } from "./byte-writer.js";
import { writeFileBlock } from "./file-block.js";
import type { FileCoverage } from "./file-coverage.js";
import { MAGIC, makeFooter, type Page, writeEntry, writePages } from "./stored-index.js";
import { addCounts, type Counts, countLines, noCounts, type Totals, toTotals } from "./totals.js";

/** A page is full from this many bytes on: small enough to inflate for one file, large enough to deflate well. */
const PAGE_BYTES = 256 * 1024;
/** Pages that may be deflated at the same time, and be written in their order, while the next one fills. */
const PAGES_BEHIND = 3;

const deflateRawAsync = promisify(deflateRaw);

/** Writes a stored report to a new file, as a stream: only a few pages and the index are kept in memory. */
export class StoredReportWriter {
  readonly #handle: FileHandle;
  #page = newPage();
  /** Earlier pages, oldest first; each resolves to its buffer when it is written. */
  readonly #behind: Promise<ByteWriter>[] = [];
  readonly #entries = new ByteWriter();
  readonly #pages: Page[] = [];
  readonly #counts = noCounts();
  #pageNumber = 0;
  #position = 0;
  #lastPath: Buffer | null = null;

  private constructor(
    readonly file: string,
    handle: FileHandle,
  ) {
    this.#handle = handle;
  }

  /** @param file that does not exist yet */
  static async create(file: string): Promise<StoredReportWriter> {
    const writer = new StoredReportWriter(file, await open(file, "wx"));
    await writer.#write(MAGIC);
    return writer;
  }

  /** Adds a file. Paths must come in the order of their bytes, each once. */
  async add(path: Buffer, coverage: FileCoverage): Promise<void> {
    const start = this.#page.length;
    writeFileBlock(coverage, this.#page);
    await this.#entry(path, countLines(coverage), start);
  }

  /** Adds a file whose block and counts are at hand already. */
  async addBlock(path: Buffer, counts: Readonly<Counts>, block: Uint8Array): Promise<void> {
    const start = this.#page.length;
    this.#page.append(block);
    await this.#entry(path, counts, start);
  }

  /** Completes the file. */
  async finish(): Promise<{ readonly totals: Totals; readonly bytes: number }> {
    if (this.#page.length > 0) await this.#endPage();
    await Promise.all(this.#behind);
    const indexStart = this.#position;
    await this.#writeIndex();
    await this.#write(makeFooter(indexStart, this.#position - indexStart));
    await this.#handle.close();
    return { totals: toTotals(this.#counts), bytes: this.#position };
  }

  /** Gives up: closes and removes the file. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#behind);
    await this.#handle.close().catch(() => {});
    await rm(this.file, { force: true });
  }

  async #entry(path: Buffer, counts: Readonly<Counts>, start: number): Promise<void> {
    if (this.#lastPath !== null && this.#lastPath.compare(path) >= 0) {
      throw new RangeError(`path ${path} was added after ${this.#lastPath}: paths must ascend`);
    }
    this.#lastPath = path;
    writeEntry({ path, counts, page: this.#pageNumber, start, length: this.#page.length - start }, this.#entries);
    addCounts(this.#counts, counts);
    if (this.#page.length >= PAGE_BYTES) await this.#endPage();
  }

  async #endPage(): Promise<void> {
    const written = this.#writePage(this.#page, this.#behind.at(-1));
    // Whoever awaits it hears of a failure; until then it must not count as unhandled.
    written.catch(() => {});
    this.#behind.push(written);
    this.#pageNumber++;
    const used = this.#behind.length > PAGES_BEHIND ? await this.#behind.shift() : undefined;
    this.#page = used ?? newPage();
    this.#page.clear();
  }

  async #writePage(page: ByteWriter, before: Promise<unknown> | undefined): Promise<ByteWriter> {
    const raw = page.written();
    const packed = await deflateRawAsync(raw, { level: 1, memLevel: 9, chunkSize: PAGE_BYTES });
    await before;
    const stored = packed.length < raw.length ? packed : raw;
    this.#pages.push({ start: this.#position, stored: stored.length, raw: raw.length });
    await this.#write(stored);
    return page;
  }

  async #writeIndex(): Promise<void> {
    const pages = new ByteWriter();
    writePages(this.#pages, pages);
    const index = createDeflate();
    index.write(pages.written());
    index.end(this.#entries.written());
    for await (const chunk of index) await this.#write(chunk);
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#handle.writeFile(bytes);
    this.#position += bytes.length;
  }
}

function newPage(): ByteWriter {
  return new ByteWriter(PAGE_BYTES + PAGE_BYTES / 4);
}
