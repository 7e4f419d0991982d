import { type FileHandle, open, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { deflate, deflateRaw } from "node:zlib";
import { ByteWriter } from "./byte-writer.js";
import { writeFileBlock } from "./file-block.js";
import type { FileCoverage } from "./file-coverage.js";
import { MAGIC, makeFooter, type Page, writeEntry, writePages } from "./stored-index.js";
import { addCounts, type Counts, countLines, noCounts, type Totals, toTotals } from "./totals.js";

/** A page is full from this many bytes on: small enough to inflate for one file, large enough to deflate well. */
const PAGE_BYTES = 128 * 1024;
/** Pages that may be deflated and written behind the caller's back. */
const PAGES_BEHIND = 4;

const deflateRawAsync = promisify(deflateRaw);
const deflateAsync = promisify(deflate);

/** Writes a stored report to a new file, as a stream: only a few pages and the index are kept in memory. */
export class StoredReportWriter {
  readonly #handle: FileHandle;
  readonly #page = new ByteWriter(PAGE_BYTES * 2);
  readonly #entries = new ByteWriter();
  readonly #pages: Page[] = [];
  readonly #counts = noCounts();
  #pageNumber = 0;
  #position = 0;
  #behind: Promise<void>[] = [];
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
    const index = new ByteWriter();
    writePages(this.#pages, index);
    index.append(this.#entries.written());
    const packed = await deflateAsync(index.written(), { level: 6 });
    const footer = makeFooter(this.#position, packed.length);
    await this.#write(packed);
    await this.#write(footer);
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
    const raw = Buffer.from(this.#page.written());
    this.#page.clear();
    this.#pageNumber++;
    const before = this.#behind.at(-1);
    const packed = deflateRawAsync(raw, { level: 1, chunkSize: PAGE_BYTES });
    const written = this.#writePage(raw, packed, before);
    // Whoever awaits it hears of a failure; until then it must not count as unhandled.
    written.catch(() => {});
    this.#behind.push(written);
    if (this.#behind.length > PAGES_BEHIND) await this.#behind.shift();
  }

  async #writePage(raw: Buffer, deflated: Promise<Buffer>, before: Promise<void> | undefined): Promise<void> {
    const packed = await deflated;
    await before;
    const stored = packed.length < raw.length ? packed : raw;
    this.#pages.push({ start: this.#position, stored: stored.length, raw: raw.length });
    await this.#write(stored);
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#handle.writeFile(bytes);
    this.#position += bytes.length;
  }
}
