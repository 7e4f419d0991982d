import { ByteReader } from "../report/byte-reader.js";
import { CoverageBuilder, copyLine } from "../report/coverage-builder.js";
import { readFileBlock } from "../report/file-block.js";
import type { FileCoverage } from "../report/file-coverage.js";
import { FileMerger } from "../report/file-merger.js";
import { readCounts } from "../report/stored-index.js";
import type { StoredReportWriter } from "../report/stored-report-writer.js";
import { countLines } from "../report/totals.js";
import type { DroppedFile } from "./account.js";
import type { Piece, ReadReport, UploadContents } from "./ingest-contents.js";
import type { IgnoredLines } from "./ingest-ignored-lines.js";
import type { Spool } from "./ingest-spool.js";
import { NetworkPaths } from "./path-network.js";
import { PathResolver } from "./path-resolver.js";

/** Files left out that an account lists by name. */
const MOST_DROPPED = 100;

interface Named {
  readonly path: string;
  readonly piece: Piece;
}

/** What became of one report's files. */
export class Outcome {
  files = 0;
  droppedCount = 0;
  readonly dropped: DroppedFile[] = [];

  drop(path: string, reason: string): void {
    this.droppedCount++;
    if (this.dropped.length < MOST_DROPPED) this.dropped.push({ path, reason });
  }
}

/**
 * Writes the session's report: finds the path of each file, merges what belongs to the same one in the order in which
 * it came, and leaves out the lines that are to be ignored.
 */
export async function writeSession(
  contents: UploadContents,
  spool: Spool,
  writer: StoredReportWriter,
  fix?: (path: string) => string,
): Promise<ReadonlyMap<ReadReport, Outcome>> {
  const network = contents.network === null ? null : new NetworkPaths(contents.network);
  const resolver = new PathResolver({ network, ...(fix && { fix }) });
  const outcomes = new Map(contents.reports.map((report) => [report, new Outcome()]));
  const ignored = resolveIgnored(contents, resolver);
  const pieces = resolvePieces(contents, resolver, outcomes);
  const files = new FileWriter(spool, writer, ignored);
  for (let start = 0; start < pieces.length; ) {
    const { path } = pieces[start];
    let end = start + 1;
    while (end < pieces.length && pieces[end].path === path) end++;
    const parts = pieces.slice(start, end).map(({ piece }) => piece);
    const refusal = await files.write(path, parts);
    for (const report of new Set(parts.map((piece) => piece.report))) {
      const outcome = outcomeOf(outcomes, report);
      if (refusal === null) outcome.files++;
      else outcome.drop(path, refusal);
    }
    start = end;
  }
  return outcomes;
}

/** Writes files of the session's report out of the pieces in the spool. */
class FileWriter {
  readonly #merger = new FileMerger();
  readonly #without = new CoverageBuilder();

  constructor(
    readonly spool: Spool,
    readonly writer: StoredReportWriter,
    readonly ignored: ReadonlyMap<string, IgnoredLines>,
  ) {}

  /** @returns why the file is left out, null when it is written */
  async write(path: string, pieces: readonly Piece[]): Promise<string | null> {
    const bytes = Buffer.from(path);
    const lines = this.ignored.get(path);
    if (pieces.length === 1 && lines === undefined) {
      // The usual case: what is in the spool is what is written.
      const reader = this.#open(pieces[0]);
      const counts = readCounts(reader);
      if (counts.lines === 0) return NO_LINES;
      await this.writer.addBlock(bytes, counts, reader.rest());
      return null;
    }
    this.#merger.start(bytes);
    for (const piece of pieces) {
      const reader = this.#open(piece);
      readCounts(reader);
      this.#merger.add(readFileBlock(reader.rest()));
    }
    if (this.#merger.counts.lines === 0) return NO_LINES;
    const { coverage } = this.#merger;
    const kept = lines === undefined ? coverage : withoutLines(coverage, lines, this.#without);
    if (countLines(kept).lines === 0) return "all of its lines are ignored";
    await this.writer.add(bytes, kept);
    return null;
  }

  #open({ start, length }: Piece): ByteReader {
    return new ByteReader(this.spool.read(start, length));
  }
}

const NO_LINES = "it has no lines";

function resolvePieces(
  contents: UploadContents,
  resolver: PathResolver,
  outcomes: ReadonlyMap<ReadReport, Outcome>,
): Named[] {
  const named: Named[] = [];
  for (const report of contents.reports) {
    const context = { reportName: report.intake.name, sources: report.sources };
    // Pieces of one file follow each other: Cobertura has several classes in a file.
    let name: string | null = null;
    let path: string | null = null;
    for (const piece of report.pieces) {
      if (name !== piece.name) {
        const resolved = resolver.resolve(piece.name, context);
        if ("reason" in resolved) outcomeOf(outcomes, report).drop(piece.name, resolved.reason);
        name = piece.name;
        path = "path" in resolved ? resolved.path : null;
      }
      if (path !== null) named.push({ path, piece });
    }
  }
  return sortByPath(named);
}

/** In the order of the paths' UTF-8 bytes; pieces of the same path stay in their order. */
function sortByPath(named: Named[]): Named[] {
  // Strings compare by UTF-16 units, which is the same order unless there are characters beyond the basic plane.
  if (!named.some(({ path }) => /[\ud800-\udfff]/.test(path))) {
    return named.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }
  const bytes = new Map(named.map(({ path }) => [path, Buffer.from(path)]));
  return named.sort((a, b) => bytesOf(bytes, a.path).compare(bytesOf(bytes, b.path)));
}

function bytesOf(bytes: ReadonlyMap<string, Buffer>, path: string): Buffer {
  return bytes.get(path) ?? Buffer.from(path);
}

function resolveIgnored(contents: UploadContents, resolver: PathResolver): ReadonlyMap<string, IgnoredLines> {
  const ignored = new Map<string, IgnoredLines>();
  for (const [name, lines] of contents.ignored.entries()) {
    const resolved = resolver.resolve(name, { reportName: null, sources: [] });
    if ("reason" in resolved) continue;
    const known = ignored.get(resolved.path);
    if (known === undefined) ignored.set(resolved.path, lines);
    else {
      known.eof = Math.min(known.eof, lines.eof);
      for (const line of lines.lines) known.lines.add(line);
    }
  }
  return ignored;
}

function withoutLines(coverage: FileCoverage, ignored: IgnoredLines, into: CoverageBuilder): FileCoverage {
  into.clear();
  for (let i = 0; i < coverage.lines.length; i++) {
    const line = coverage.lines[i];
    if (line <= ignored.eof && !ignored.lines.has(line)) copyLine(into, coverage, i);
  }
  return into.view();
}

function outcomeOf(outcomes: ReadonlyMap<ReadReport, Outcome>, report: ReadReport): Outcome {
  const outcome = outcomes.get(report);
  if (outcome === undefined) throw new RangeError("the piece belongs to a report of another upload");
  return outcome;
}
