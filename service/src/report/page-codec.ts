import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import { StoredReportError } from "./byte-reader.js";
import type { Page } from "./stored-index.js";

const CHUNK_BYTES = 256 * 1024;

const deflateRawAsync = promisify(deflateRaw);
const inflateRawAsync = promisify(inflateRaw);

/** A page as it is stored: deflated, unless that would make it longer. */
export async function packPage(raw: Buffer): Promise<Buffer> {
  const packed = await deflateRawAsync(raw, { level: 1, memLevel: 9, chunkSize: CHUNK_BYTES });
  return packed.length < raw.length ? packed : raw;
}

/** @throws StoredReportError */
export async function unpackPage(page: Page, number: number, stored: Buffer): Promise<Buffer> {
  const raw = page.stored === page.raw ? stored : await inflatePage(page, number, stored);
  if (raw.length !== page.raw) {
    throw new StoredReportError(
      `page ${number} of the stored report is damaged: it has ${raw.length} bytes instead of ${page.raw}`,
    );
  }
  return raw;
}

async function inflatePage(page: Page, number: number, stored: Buffer): Promise<Buffer> {
  const chunkSize = Math.max(64, page.raw);
  return inflateRawAsync(stored, { maxOutputLength: page.raw, chunkSize }).catch((error: Error) => {
    throw new StoredReportError(`page ${number} of the stored report is damaged: ${error.message}`);
  });
}
