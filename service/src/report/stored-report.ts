import { promisify } from "node:util";
import { inflate } from "node:zlib";
import { StoredReportError } from "./byte-reader.js";
import { readFileBlock } from "./file-block.js";
import type { FileCoverage } from "./file-coverage.js";
import { unpackPage } from "./page-codec.js";
import { FOOTER_BYTES, type ReportIndex, readFooter, readIndex } from "./stored-index.js";
import { type Counts, type Totals, toTotals } from "./totals.js";

export interface StoredFile {
  readonly path: string;
  readonly totals: Totals;
}

/** Bytes `start` to `end` (exclusive) of the stored report. */
export type ReadRange = (start: number, end: number) => Promise<Buffer>;

/** A file of the report before its lines are read. */
export interface FileEntry {
  /** UTF-8. */
  readonly path: Buffer;
  readonly counts: Readonly<Counts>;
  readonly page: number;
  readonly start: number;
  readonly length: number;
}

/** What is thrown of a damage: an error that says which report has it, say. */
export type NameDamage = (damage: StoredReportError) => Error;

const inflateAsync = promisify(inflate);

/**
 * Opens a stored report: reads its index, and nothing else until a file is asked for.
 * @param size of the whole object, in bytes
 * @param nameDamage of the index, now, and of what is read later. @default the damage itself
 * @throws StoredReportError when it is damaged or a later version wrote it
 */
export async function openStoredReport(
  read: ReadRange,
  size: number,
  nameDamage: NameDamage = (damage) => damage,
): Promise<StoredReport> {
  try {
    return new StoredReport(read, await fetchIndex(read, size), nameDamage);
  } catch (error) {
    throw named(error, nameDamage);
  }
}

async function fetchIndex(read: ReadRange, size: number): Promise<ReportIndex> {
  if (size < FOOTER_BYTES) throw new StoredReportError(`the stored report is damaged: it has only ${size} bytes`);
  const footer = readFooter(await read(size - FOOTER_BYTES, size), size);
  const packed = await read(footer.indexStart, footer.indexStart + footer.indexBytes);
  const index = await inflateAsync(packed).catch((error: Error) => {
    throw new StoredReportError(`the stored report's index is damaged: ${error.message}`);
  });
  return readIndex(index);
}

function named(error: unknown, nameDamage: NameDamage): unknown {
  return error instanceof StoredReportError ? nameDamage(error) : error;
}

/** A report of one session or of a whole commit, as it lies in storage. */
export class StoredReport {
  readonly totals: Totals;
  readonly #read: ReadRange;
  readonly #index: ReportIndex;
  readonly #nameDamage: NameDamage;
  #files: readonly StoredFile[] | null = null;
  /** The page read last: files that are read in their order need each page once. */
  #page: { readonly number: number; readonly bytes: Promise<Buffer> } | null = null;

  constructor(read: ReadRange, index: ReportIndex, nameDamage: NameDamage) {
    this.#read = read;
    this.#index = index;
    this.#nameDamage = nameDamage;
    this.totals = toTotals(index.counts);
  }

  /** All files, in the order of their paths' bytes. */
  get files(): readonly StoredFile[] {
    this.#files ??= Array.from(this.entries(), ({ path, counts }) => ({
      path: path.toString(),
      totals: toTotals(counts),
    }));
    return this.#files;
  }

  /** Lines of the file at `path`, or null when the report has no such file. */
  async file(path: string): Promise<FileCoverage | null> {
    const bytes = Buffer.from(path);
    for (const entry of this.entries()) {
      const order = entry.path.compare(bytes);
      if (order === 0) return this.coverage(entry);
      if (order > 0) return null;
    }
    return null;
  }

  /** The files one by one, without a list of them all in memory. */
  *entries(): Generator<FileEntry> {
    yield* this.#index.entries();
  }

  /** @throws StoredReportError, or what damage is named by */
  async coverage(entry: FileEntry): Promise<FileCoverage> {
    const block = await this.block(entry);
    try {
      return readFileBlock(block);
    } catch (error) {
      throw named(error, this.#nameDamage);
    }
  }

  /**
   * The lines of a file as they are stored (see `file-block.ts`).
   * @throws StoredReportError, or what damage is named by
   */
  async block(entry: FileEntry): Promise<Buffer> {
    if (this.#page?.number !== entry.page) {
      this.#page = { number: entry.page, bytes: this.#readPage(entry.page) };
    }
    try {
      const page = await this.#page.bytes;
      if (entry.start + entry.length > page.length) throw new StoredReportError("the stored report is damaged");
      return page.subarray(entry.start, entry.start + entry.length);
    } catch (error) {
      throw named(error, this.#nameDamage);
    }
  }

  async #readPage(number: number): Promise<Buffer> {
    const page = this.#index.pages[number];
    if (page === undefined) throw new StoredReportError(`the stored report is damaged: it has no page ${number}`);
    const stored = await this.#read(page.start, page.start + page.stored);
    return unpackPage(page, number, stored);
  }
}
