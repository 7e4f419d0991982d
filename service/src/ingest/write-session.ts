import { CoverageBuilder, copyLine } from "../report/coverage-builder.js";
import { readFileBlock } from "../report/file-block.js";
import type { FileCoverage } from "../report/file-coverage.js";
import { PieceMerger } from "../report/piece-merger.js";
import type { StoredReportWriter } from "../report/stored-report-writer.js";
import { countLines } from "../report/totals.js";
import type { DroppedFile } from "./account.js";
import type { IgnoredLines } from "./ignored-lines.js";
import { NetworkPaths } from "./path-network.js";
import { type NameFolders, PathResolver, type PathRules, type Resolution } from "./path-resolver.js";
import type { Piece } from "./pieces.js";
import type { SessionBlocks } from "./session-blocks.js";
import type { ReadReport, UploadContents } from "./upload-contents.js";

/** Files left out that an account lists by name, of one report and of all; beyond that it still names a few of each. */
const MOST_DROPPED = 100;
const MOST_DROPPED_OF_UPLOAD = 1000;
const ALWAYS_DROPPED = 2;
/** Paths tried for a file left out that an account lists. */
const MOST_TRIED = 5;

/** Files are in the order of their paths, but their pages may turn back so often, and once for two pages. */
const MOST_TURNS = 4;
/** Share of a report's bytes that files left out may take, before the report is written anew without them. */
const MOST_WASTED = 0.1;

/** A piece whose path is known. */
interface Resolved {
  readonly path: string;
  readonly report: ReadReport;
  /** Where it is in the report's list. */
  readonly at: number;
}

/** How many files left out are listed, of all reports of an upload. */
interface Listed {
  count: number;
}

/** What became of one report's files. */
export class Outcome {
  files = 0;
  droppedCount = 0;
  readonly dropped: DroppedFile[] = [];
  readonly #listed: Listed;

  /** @param listed is shared by the reports of an upload */
  constructor(listed: Listed = { count: 0 }) {
    this.#listed = listed;
  }

  drop(path: string, reason: string, tried: readonly string[] = []): void {
    this.droppedCount++;
    const most = this.#listed.count < MOST_DROPPED_OF_UPLOAD ? MOST_DROPPED : ALWAYS_DROPPED;
    if (this.dropped.length >= most) return;
    this.#listed.count++;
    this.dropped.push(tried.length > 0 ? { path, reason, tried: tried.slice(0, MOST_TRIED) } : { path, reason });
  }
}

/**
 * Completes the session's report: finds the path of each file, merges what belongs to the same one in the order in
 * which it came, and leaves out the lines that are to be ignored.
 */
export async function writeSession(
  contents: UploadContents,
  blocks: SessionBlocks,
  rules: PathRules,
): Promise<ReadonlyMap<ReadReport, Outcome>> {
  const network = contents.network === null ? null : new NetworkPaths(contents.network);
  const resolver = new PathResolver(network, rules);
  const ignored = resolveIgnored(contents, resolver);
  const listed = { count: 0 };
  const outcomes = new Map(contents.reports.map((report) => [report, new Outcome(listed)]));
  const pieces = resolvePieces(contents, resolver, outcomes);
  if (resolver.isCut) contents.note(CUT);
  const placed = ignored.size === 0 && blocks.areInReport ? listAsPlaced(pieces, blocks.writer) : null;
  if (placed !== null) {
    for (const { report } of placed.listed) outcomeOf(outcomes, report).files++;
    for (const { report, path } of placed.empty) outcomeOf(outcomes, report).drop(path, NO_LINES);
    return outcomes;
  }
  await blocks.startOver();
  const files = new FileWriter(blocks, ignored);
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

/**
 * The usual case: what was written while the body was read is the report, but for its list of files.
 * @returns null when it is not, so that the report must be written anew
 */
function listAsPlaced(pieces: readonly Resolved[], writer: StoredReportWriter) {
  const listed: Resolved[] = [];
  const empty: Resolved[] = [];
  let turns = 0;
  let lastPage = 0;
  let lastPath: string | null = null;
  for (const piece of pieces) {
    const { path } = piece;
    const { counts, place } = pieceOf(piece);
    const { page } = place;
    if (page === null || path === lastPath) return null;
    // Whoever reads the report file by file reads a page anew each time.
    if (page < lastPage && ++turns > MOST_TURNS + page / 2) return null;
    lastPage = page;
    lastPath = path;
    if (counts.lines === 0) empty.push(piece);
    else {
      writer.list(Buffer.from(path), counts, { ...place, page });
      listed.push(piece);
    }
  }
  return writer.wasted <= MOST_WASTED ? { listed, empty } : null;
}

/** Writes files of the session's report out of the pieces that were set aside. */
class FileWriter {
  readonly #merger = new PieceMerger();
  readonly #without = new CoverageBuilder();

  constructor(
    readonly blocks: SessionBlocks,
    readonly ignored: ReadonlyMap<string, IgnoredLines>,
  ) {}

  /**
   * Writes the file that consists of the pieces `start` to `end`.
   * @returns why it is left out, null when it is written
   */
  async write(path: string, pieces: readonly Resolved[], start: number, end: number): Promise<string | null> {
    const bytes = Buffer.from(path);
    const lines = this.ignored.get(path);
    const { writer } = this.blocks;
    if (end - start === 1 && lines === undefined) {
      const { counts, place } = pieceOf(pieces[start]);
      if (counts.lines === 0) return NO_LINES;
      await writer.addBlock(bytes, counts, this.blocks.read(place));
      return null;
    }
    this.#merger.start(bytes);
    for (let i = start; i < end; i++) this.#merger.add(readFileBlock(this.blocks.read(pieceOf(pieces[i]).place)));
    const coverage = this.#merger.merged();
    if (countLines(coverage).lines === 0) return NO_LINES;
    const kept = lines === undefined ? coverage : withoutLines(coverage, lines, this.#without);
    if (countLines(kept).lines === 0) return "all of its lines are ignored";
    await writer.add(bytes, kept);
    return null;
  }
}

function pieceOf({ report, at }: Resolved): Piece {
  return report.pieces.get(at);
}

const NO_LINES = "it has no lines";
const CUT =
  "file names were looked for beside their reports and under sources too often: the rest were looked for as they are";

function resolvePieces(
  contents: UploadContents,
  resolver: PathResolver,
  outcomes: ReadonlyMap<ReadReport, Outcome>,
): readonly Resolved[] {
  const resolved: Resolved[] = [];
  for (const report of contents.reports) {
    const folders = resolver.foldersOf(report.intake.name, report.sources);
    // Pieces of one file follow each other: Cobertura has several classes in a file.
    let name: string | null = null;
    let path: string | null = null;
    for (const piece of report.pieces) {
      if (name !== piece.name) {
        const found = resolveAny(piece, resolver, folders);
        if ("reason" in found) outcomeOf(outcomes, report).drop(piece.name, found.reason, found.tried);
        name = piece.name;
        path = "path" in found ? found.path : null;
      }
      if (path !== null) resolved.push({ path, report, at: piece.at });
    }
  }
  return sortByPath(resolved);
}

/** The first of a piece's names that the repository has; when it has none, why not the usual one, and all that was tried. */
function resolveAny({ name, otherNames }: Piece, resolver: PathResolver, folders: NameFolders): Resolution {
  const first = resolver.resolve(name, folders);
  if ("path" in first) return first;
  const tried = [...(first.tried ?? [])];
  for (const other of otherNames) {
    const found = resolver.resolve(other, folders);
    if ("path" in found) return found;
    tried.push(...(found.tried ?? []));
  }
  return { reason: first.reason, tried };
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
    const resolved = resolver.resolve(name, []);
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
