import { ByteReader, StoredReportError } from "./byte-reader.js";
import { type ByteWriter, MAX_VARINT_BYTES } from "./byte-writer.js";
import { type FileCoverage, LineFlag } from "./file-coverage.js";

/**
 * Coverage of one file as bytes: number of lines, which columns follow, then column by column (columns compress
 * better than lines do):
 * - distance of each line to the one before, less 1;
 * - hits + 1 of each line;
 * - kinds, a byte each, with `RATIO` where there are branches; left out when all are 0;
 * - number of branches of each line with `RATIO`;
 * - length and bytes of the missing ids of each line that knows them.
 */
const HAS_KINDS = 1;
const RATIO = 0x40;
/** A line number takes no more: see `MAX_LINE`. */
const MAX_LINE_BYTES = 4;

export function writeFileBlock(coverage: FileCoverage, out: ByteWriter): void {
  const { lines, hits, totals, kinds } = coverage;
  const length = lines.length;
  let anyKind = 0;
  for (let i = 0; i < length; i++) anyKind |= kinds[i] | totals[i];
  out.varint(length);
  out.byte(anyKind === 0 ? 0 : HAS_KINDS);
  writeLines(lines, out);
  writeHits(hits, out);
  if (anyKind === 0) return;
  out.reserve(length);
  for (let i = 0; i < length; i++) out.bytes[out.length++] = kinds[i] | (totals[i] > 0 ? RATIO : 0);
  for (let i = 0; i < length; i++) if (totals[i] > 0) out.varint(totals[i]);
  writeMissing(coverage, out);
}

function writeLines(lines: Uint32Array, out: ByteWriter): void {
  out.reserve(lines.length * MAX_LINE_BYTES);
  const { bytes } = out;
  let at = out.length;
  let line = 0;
  for (let i = 0; i < lines.length; i++) {
    let distance = lines[i] - line - 1;
    line = lines[i];
    while (distance >= 0x80) {
      bytes[at++] = (distance & 0x7f) | 0x80;
      distance >>>= 7;
    }
    bytes[at++] = distance;
  }
  out.length = at;
}

function writeHits(hits: Float64Array, out: ByteWriter): void {
  out.reserve(hits.length * MAX_VARINT_BYTES);
  const { bytes } = out;
  for (let i = 0; i < hits.length; i++) {
    const value = hits[i] + 1;
    if (value < 0x80) bytes[out.length++] = value;
    else out.varint(value);
  }
}

function writeMissing(coverage: FileCoverage, out: ByteWriter): void {
  const { ends, bytes } = coverage.missing;
  for (let i = 0; i < ends.length; i++) {
    if (!(coverage.kinds[i] & LineFlag.KnowsMissing)) continue;
    const start = i > 0 ? ends[i - 1] : 0;
    out.varint(ends[i] - start);
    out.reserve(ends[i] - start);
    for (let at = start; at < ends[i]; at++) out.bytes[out.length++] = bytes[at];
  }
}

/** @throws StoredReportError */
export function readFileBlock(block: Uint8Array): FileCoverage {
  const reader = new ByteReader(block);
  const length = reader.varint();
  const columns = reader.byte();
  if (length > block.length || columns & ~HAS_KINDS) {
    throw new StoredReportError("the stored report is damaged, or a later version wrote it");
  }
  const lines = new Uint32Array(length);
  const hits = new Float64Array(length);
  const totals = new Uint32Array(length);
  const kinds = new Uint8Array(length);
  let line = 0;
  for (let i = 0; i < length; i++) {
    line += reader.varint() + 1;
    lines[i] = line;
  }
  for (let i = 0; i < length; i++) hits[i] = reader.varint() - 1;
  let flags = 0;
  if (columns & HAS_KINDS) {
    kinds.set(reader.take(length));
    for (let i = 0; i < length; i++) {
      flags |= kinds[i];
      if (kinds[i] & RATIO) {
        totals[i] = reader.varint();
        kinds[i] &= ~RATIO;
      }
    }
  }
  const missing = flags & LineFlag.KnowsMissing ? readMissing(kinds, reader) : NOTHING_MISSING;
  return { lines, hits, totals, kinds, missing };
}

const NOTHING_MISSING = { ends: new Uint32Array(0), bytes: new Uint8Array(0) };

/** The ids are moved together in place, over their lengths. */
function readMissing(kinds: Uint8Array, reader: ByteReader): FileCoverage["missing"] {
  const ends = new Uint32Array(kinds.length);
  const pool = new Uint8Array(reader.bytes.subarray(reader.position));
  const start = reader.position;
  let used = 0;
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] & LineFlag.KnowsMissing) {
      const length = reader.varint();
      const from = reader.position - start;
      reader.take(length);
      pool.copyWithin(used, from, from + length);
      used += length;
    }
    ends[i] = used;
  }
  return { ends, bytes: pool.subarray(0, used) };
}
