import { COLUMN_FIELDS, COMPLEXITY_FIELDS } from "./attached.js";
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
 * - length and bytes of the missing ids of each line that knows them;
 * - number of complexities, and of each the distance of its index to the one before, covered and total;
 * - number of parts of lines, and of each the same distance, start, end and hits.
 *
 * The last two are left out when there are none, as they always were in the reports of older versions.
 */
const HAS_KINDS = 1;
const HAS_COMPLEXITY = 2;
const HAS_COLUMNS = 4;
const KNOWN_COLUMNS = HAS_KINDS | HAS_COMPLEXITY | HAS_COLUMNS;
/** Bits of a line that say what follows elsewhere in the block. */
const DERIVED = LineFlag.HasComplexity | LineFlag.HasColumns;
const RATIO = 0x40;
/** A line number takes no more: see `MAX_LINE`. */
const MAX_LINE_BYTES = 4;

export function writeFileBlock(coverage: FileCoverage, out: ByteWriter): void {
  const { lines, hits, totals, kinds } = coverage;
  const length = lines.length;
  let anyKind = 0;
  for (let i = 0; i < length; i++) anyKind |= kinds[i] | totals[i];
  const { complexity, columns } = coverage;
  out.varint(length);
  out.byte(
    (anyKind === 0 ? 0 : HAS_KINDS) |
      (complexity.length === 0 ? 0 : HAS_COMPLEXITY) |
      (columns.length === 0 ? 0 : HAS_COLUMNS),
  );
  writeLines(lines, out);
  writeHits(hits, out);
  if (anyKind !== 0) {
    const marked = writeKinds(kinds, totals, out);
    for (let m = 0; m < marked; m++) {
      const total = totals[markedLines[m]];
      if (total > 0) out.varint(total);
    }
    writeMissing(coverage, marked, out);
  }
  if (complexity.length > 0) writeRecords(complexity, COMPLEXITY_FIELDS, out);
  if (columns.length > 0) writeRecords(columns, COLUMN_FIELDS, out);
}

function writeRecords(records: ArrayLike<number>, fields: number, out: ByteWriter): void {
  out.varint(records.length / fields);
  let index = 0;
  for (let at = 0; at < records.length; at += fields) {
    out.varint(records[at] - index);
    index = records[at];
    for (let field = 1; field < fields; field++) out.varint(records[at + field]);
  }
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
  let at = out.length;
  for (let i = 0; i < hits.length; i++) {
    const value = hits[i] + 1;
    if (value < 0x4000) {
      // One byte or two, not branched upon: which it is cannot be foreseen.
      const whole = value | 0;
      const isLong = +(whole >= 0x80);
      bytes[at] = (whole & 0x7f) | (isLong << 7);
      bytes[at + 1] = whole >>> 7;
      at += 1 + isLong;
    } else {
      out.length = at;
      out.varint(value);
      at = out.length;
    }
  }
  out.length = at;
}

/** Indexes of the lines of the file at hand that are more than a count. */
let markedLines = new Uint32Array(1024);

/** @returns how many lines it marked */
function writeKinds(kinds: Uint8Array, totals: Uint32Array, out: ByteWriter): number {
  const length = kinds.length;
  if (length > markedLines.length) markedLines = new Uint32Array(2 * length);
  out.reserve(length);
  const { bytes } = out;
  const start = out.length;
  const marked = markedLines;
  let count = 0;
  for (let i = 0; i < length; i++) {
    const kind = kinds[i];
    const total = totals[i];
    bytes[start + i] = (kind & ~DERIVED) | (RATIO * +(total > 0));
    marked[count] = i;
    count += +((kind | total) !== 0);
  }
  out.length = start + length;
  return count;
}

function writeMissing({ kinds, missing: { ends, bytes } }: FileCoverage, marked: number, out: ByteWriter): void {
  out.reserve(marked * MAX_VARINT_BYTES + bytes.length);
  const into = out.bytes;
  for (let m = 0; m < marked; m++) {
    const i = markedLines[m];
    if (!(kinds[i] & LineFlag.KnowsMissing)) continue;
    const start = i > 0 ? ends[i - 1] : 0;
    const end = ends[i];
    out.varint(end - start);
    let to = out.length;
    for (let at = start; at < end; at++) into[to++] = bytes[at];
    out.length = to;
  }
}

/** @throws StoredReportError */
export function readFileBlock(block: Uint8Array): FileCoverage {
  const reader = new ByteReader(block);
  const length = reader.varint();
  const columns = reader.byte();
  if (length > block.length || columns & ~KNOWN_COLUMNS) {
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
      kinds[i] &= ~DERIVED;
      flags |= kinds[i];
      if (kinds[i] & RATIO) {
        totals[i] = reader.varint();
        kinds[i] &= ~RATIO;
      }
    }
  }
  const missing = flags & LineFlag.KnowsMissing ? readMissing(kinds, reader) : NOTHING_MISSING;
  const complexity =
    columns & HAS_COMPLEXITY ? readRecords(COMPLEXITY_FIELDS, LineFlag.HasComplexity, kinds, reader) : [];
  const parts = columns & HAS_COLUMNS ? readRecords(COLUMN_FIELDS, LineFlag.HasColumns, kinds, reader) : [];
  return {
    lines,
    hits,
    totals,
    kinds,
    missing,
    complexity: complexity.length === 0 ? NO_COMPLEXITY : Uint32Array.from(complexity),
    columns: parts.length === 0 ? NO_COLUMNS : Float64Array.from(parts),
  };
}

const NO_COMPLEXITY = new Uint32Array(0);
const NO_COLUMNS = new Float64Array(0);

function readRecords(fields: number, flag: LineFlag, kinds: Uint8Array, reader: ByteReader): number[] {
  const records: number[] = [];
  let index = 0;
  for (let left = reader.varint(); left > 0; left--) {
    index += reader.varint();
    if (index >= kinds.length) throw new StoredReportError("the stored report is damaged: it has a line too many");
    kinds[index] |= flag;
    records.push(index);
    for (let field = 1; field < fields; field++) records.push(reader.varint());
  }
  return records;
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
