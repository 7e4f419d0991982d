import { ByteReader, StoredReportError } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";
import type { FileEntry } from "./stored-report.js";
import { addCounts, type Counts, noCounts } from "./totals.js";

/**
 * A stored report is: magic; pages of file blocks, each deflated where that pays; the index, deflated; a footer.
 * The index lists pages and files, so that one file of ten thousand costs one read of a page.
 */
export const MAGIC = Buffer.from("covstack");
export const VERSION = 1;
/** Start (6 bytes) and length (6 bytes) of the index, version (2 bytes), magic. */
export const FOOTER_BYTES = 14 + MAGIC.length;

const DAMAGED = "this is not a stored report, or it is damaged";

export interface Page {
  /** Where it starts in the file. */
  readonly start: number;
  /** Bytes as stored; the same as `raw` when it was not deflated. */
  readonly stored: number;
  readonly raw: number;
}

export interface ReportIndex {
  readonly counts: Readonly<Counts>;
  readonly pages: readonly Page[];
  entries(): Generator<FileEntry>;
}

export function makeFooter(indexStart: number, indexBytes: number): Buffer {
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.writeUIntLE(indexStart, 0, 6);
  footer.writeUIntLE(indexBytes, 6, 6);
  footer.writeUInt16LE(VERSION, 12);
  MAGIC.copy(footer, 14);
  return footer;
}

/** @throws StoredReportError */
export function readFooter(footer: Buffer, size: number): { readonly indexStart: number; readonly indexBytes: number } {
  if (footer.length !== FOOTER_BYTES || !footer.subarray(14).equals(MAGIC)) throw new StoredReportError(DAMAGED);
  const version = footer.readUInt16LE(12);
  if (version !== VERSION) {
    throw new StoredReportError(`the stored report has version ${version}; this service reads version ${VERSION}`);
  }
  const indexStart = footer.readUIntLE(0, 6);
  const indexBytes = footer.readUIntLE(6, 6);
  if (indexStart + indexBytes + FOOTER_BYTES !== size) throw new StoredReportError(DAMAGED);
  return { indexStart, indexBytes };
}

export function writePages(pages: readonly Page[], out: ByteWriter): void {
  out.varint(pages.length);
  for (const page of pages) {
    out.varint(page.stored);
    out.varint(page.raw);
  }
}

export function writeEntry(entry: FileEntry, out: ByteWriter): void {
  out.varint(entry.path.length);
  out.append(entry.path);
  out.varint(entry.page);
  out.varint(entry.start);
  out.varint(entry.length);
  writeCounts(entry.counts, out);
}

/** Counts of one file. */
export function writeCounts(counts: Readonly<Counts>, out: ByteWriter): void {
  for (const field of COUNTED) out.varint(counts[field]);
}

/** @throws StoredReportError */
export function readCounts(reader: ByteReader): Counts {
  const counts = noCounts();
  counts.files = 1;
  for (const field of COUNTED) counts[field] = reader.varint();
  counts.lines = counts.hits + counts.misses + counts.partials;
  return counts;
}

const COUNTED = ["hits", "misses", "partials", "branches", "methods", "complexity", "complexityTotal"] as const;

/** @throws StoredReportError */
export function readIndex(index: Uint8Array): ReportIndex {
  const reader = new ByteReader(index);
  const pages = readPages(reader);
  const firstEntry = reader.position;
  const counts = noCounts();
  for (const entry of readEntries(index, firstEntry)) addCounts(counts, entry.counts);
  return { counts, pages, entries: () => readEntries(index, firstEntry) };
}

function readPages(reader: ByteReader): Page[] {
  const pages: Page[] = [];
  let start = MAGIC.length;
  for (let left = reader.varint(); left > 0; left--) {
    const stored = reader.varint();
    pages.push({ start, stored, raw: reader.varint() });
    start += stored;
  }
  return pages;
}

function* readEntries(index: Uint8Array, start: number): Generator<FileEntry> {
  const reader = new ByteReader(index, start);
  while (!reader.atEnd) {
    const bytes = reader.take(reader.varint());
    const path = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const [page, at, length] = [reader.varint(), reader.varint(), reader.varint()];
    yield { path, counts: readCounts(reader), page, start: at, length };
  }
}
