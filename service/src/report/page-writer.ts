import type { FileHandle } from "node:fs/promises";
import { ByteWriter } from "./byte-writer.js";
import { packPage, unpackPage } from "./page-codec.js";
import type { Page } from "./stored-index.js";

/** A page is full from this many bytes on: small enough to inflate for one file, large enough to deflate well. */
const PAGE_BYTES = 256 * 1024;
/** Pages that may be deflated at the same time, and be written in their order, while the next one fills. */
const PAGES_BEHIND = 4;

/** Where a block lies. */
export interface Place {
  readonly page: number;
  readonly start: number;
  readonly length: number;
}

/** Writes blocks to a file in pages that are deflated on other threads while the next ones fill. */
export class PageWriter {
  readonly pages: Page[] = [];
  /** Bytes of all blocks. */
  blockBytes = 0;
  readonly #handle: FileHandle;
  #page = newPage();
  #pageNumber = 0;
  /** Earlier pages that may not have been written yet, oldest first. */
  readonly #behind: Promise<void>[] = [];
  /** Buffers of pages that were written. */
  readonly #spare: ByteWriter[] = [];
  #position = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Bytes in the file; those of pages that are not written yet come on top. */
  get position(): number {
    return this.#position;
  }

  /** Lets `write` append a block. `settle` must follow before many more pages are full. */
  add(write: (page: ByteWriter) => void): Place {
    const page = this.#pageNumber;
    const start = this.#page.length;
    write(this.#page);
    const length = this.#page.length - start;
    this.blockBytes += length;
    if (this.#page.length >= PAGE_BYTES) this.#endPage();
    return { page, start, length };
  }

  /** Waits until no more than a few pages are behind. */
  async settle(): Promise<void> {
    while (this.#behind.length > PAGES_BEHIND) await this.#behind.shift();
  }

  /** Writes all pages. */
  async flush(): Promise<void> {
    if (this.#page.length > 0) this.#endPage();
    while (this.#behind.length > 0) await this.#behind.shift();
  }

  /** Waits for what is under way, however it ends. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#behind);
  }

  /** The pages, as they were before they were deflated. @throws StoredReportError when someone else changed the file */
  async *read(): AsyncGenerator<Buffer, void> {
    await this.flush();
    for (const [number, page] of this.pages.entries()) {
      const stored = Buffer.allocUnsafe(page.stored);
      const { bytesRead } = await this.#handle.read(stored, 0, page.stored, page.start);
      yield await unpackPage(page, number, stored.subarray(0, bytesRead));
    }
  }

  /** Writes something else than pages, behind those that were flushed. */
  async write(bytes: Buffer): Promise<void> {
    await this.#handle.writeFile(bytes);
    this.#position += bytes.length;
  }

  #endPage(): void {
    const written = this.#writePage(this.#page, this.#behind.at(-1));
    // Whoever awaits it hears of a failure; until then it must not count as unhandled.
    written.catch(() => {});
    this.#behind.push(written);
    this.#pageNumber++;
    this.#page = this.#spare.pop() ?? newPage();
    this.#page.clear();
  }

  async #writePage(page: ByteWriter, before: Promise<void> | undefined): Promise<void> {
    const raw = page.written();
    const stored = await packPage(raw);
    await before;
    this.pages.push({ start: this.#position, stored: stored.length, raw: raw.length });
    await this.write(stored);
    this.#spare.push(page);
  }
}

function newPage(): ByteWriter {
  return new ByteWriter(PAGE_BYTES + PAGE_BYTES / 4);
}
