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
import type { CleanPath } from "./path-cleaning.js";
import { NetworkPaths } from "./path-network.js";
import { type NameContext, PathResolver, type PathRules } from "./path-resolver.js";

/** Files left out that an account lists by name. */
const MOST_DROPPED = 100;

interface Resolved extends Piece {
  path: string;
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
  rules: PathRules,
): Promise<ReadonlyMap<ReadReport, Outcome>> {
  const network = contents.network === null ? null : new NetworkPaths(contents.network);
  const resolver = new PathResolver(network, rules);
  const outcomes = new Map(contents.reports.map((report) => [report, new Outcome()]));
  const ignored = resolveIgnored(contents, resolver);
  const pieces = resolvePieces(contents, resolver, outcomes);
  const files = new FileWriter(spool, writer, ignored);
  for (let start = 0; start < pieces.length; ) {
    const { path } = pieces[start];
    let end = start + 1;
    while (end < pieces.length && pieces[end].path === path) end++;
    const refusal = await files.write(path, pieces, start, end);
    for (let i = start; i < end; i++) {
      const { report } = pieces[i];
      if (i > start && report === pieces[i - 1].report) continue;
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

  /**
   * Writes the file that consists of the pieces `start` to `end`.
   * @returns why it is left out, null when it is written
   */
  async write(path: string, pieces: readonly Piece[], start: number, end: number): Promise<string | null> {
    const bytes = Buffer.from(path);
    const lines = this.ignored.get(path);
    if (end - start === 1 && lines === undefined) {
      // The usual case: what is in the spool is what is written.
      const reader = this.#open(pieces[start]);
      const counts = readCounts(reader);
      if (counts.lines === 0) return NO_LINES;
      await this.writer.addBlock(bytes, counts, reader.rest());
      return null;
    }
    this.#merger.start(bytes);
    for (let i = start; i < end; i++) {
      const reader = this.#open(pieces[i]);
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
): readonly Resolved[] {
  const resolved: Resolved[] = [];
  for (const report of contents.reports) {
    const context = { reportName: report.intake.name, sources: report.sources };
    // Pieces of one file follow each other: Cobertura has several classes in a file.
    let name: string | null = null;
    let path: string | null = null;
    for (const piece of report.pieces) {
      if (name !== piece.name) {
        const found = resolveAny(piece, resolver, context);
        if ("reason" in found) outcomeOf(outcomes, report).drop(piece.name, found.reason);
        name = piece.name;
        path = "path" in found ? found.path : null;
      }
      piece.path = path;
      if (isResolved(piece)) resolved.push(piece);
    }
  }
  return sortByPath(resolved);
}

/** The first of a piece's names that the repository has; when it has none, what is said of the usual one. */
function resolveAny({ name, otherNames }: Piece, resolver: PathResolver, context: NameContext): CleanPath {
  const first = resolver.resolve(name, context);
  if ("path" in first) return first;
  for (const other of otherNames) {
    const found = resolver.resolve(other, context);
    if ("path" in found) return found;
  }
  return first;
}

function isResolved(piece: Piece): piece is Resolved {
  return piece.path !== null;
}

/** In the order of the paths' UTF-8 bytes; pieces of the same path stay in their order. */
function sortByPath(pieces: Resolved[]): readonly Resolved[] {
  // Strings compare by UTF-16 units, which is the same order unless there are characters beyond the basic plane.
  if (!pieces.some(({ path }) => /[\ud800-\udfff]/.test(path))) {
    return pieces.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }
  const bytes = pieces.map((piece) => ({ piece, path: Buffer.from(piece.path) }));
  return bytes.sort((a, b) => a.path.compare(b.path)).map(({ piece }) => piece);
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
