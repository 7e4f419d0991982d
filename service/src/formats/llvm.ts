import { LineKind } from "../report/file-coverage.js";
import type { FileLines } from "./file-lines.js";
import { jsonFormat } from "./json-format.js";
import { JsonChoice } from "./json-splitter.js";
import { memberOf, parseJson } from "./json-values.js";
import { MissedBranches } from "./missed-branches.js";

/** What `llvm-cov export` writes for Clang, Swift and Rust. */
export const llvm = jsonFormat("llvm", ({ lines }) => ({
  choose(path) {
    if (path.length === 0 || path[0] !== "data") return path.length === 0 ? JsonChoice.Enter : JsonChoice.Skip;
    if (path.length === 4) return JsonChoice.Take;
    return path.length === 3 && path[2] !== "files" ? JsonChoice.Skip : JsonChoice.Enter;
  },
  value(_, bytes) {
    const file = parseJson(bytes, "a file");
    const name = memberOf(file, "filename");
    if (typeof name !== "string") {
      lines.skipped.count("file without a name");
      return;
    }
    lines.open(name);
    addLines(segmentsIn(memberOf(file, "segments")), branchesIn(memberOf(file, "branches")), lines);
    lines.close();
  },
}));

/** Where a region begins or ends; `count` holds from there to the next segment. */
interface Segment {
  readonly line: number;
  readonly count: number;
  readonly hasCount: boolean;
  /** Whether a region begins here that is counted, and is no gap between statements. */
  readonly begins: boolean;
  readonly isEntry: boolean;
}

/** Branches of a line: how many there are, how many were not taken, and which. */
interface Branches {
  total: number;
  missed: number;
  readonly missing: MissedBranches;
}

function segmentsIn(value: unknown): readonly Segment[] {
  if (!Array.isArray(value)) return [];
  return value.filter(Array.isArray).map(([line, , count, hasCount, isEntry, isGap]: unknown[]) => ({
    line: Number(line),
    count: Number(count),
    hasCount: Boolean(hasCount),
    begins: Boolean(hasCount) && Boolean(isEntry) && !isGap,
    isEntry: Boolean(isEntry),
  }));
}

/** Each condition can be true and false: two branches of the line that it begins at. */
function branchesIn(value: unknown): ReadonlyMap<number, Branches> {
  const byLine = new Map<number, Branches>();
  if (!Array.isArray(value)) return byLine;
  for (const branch of value.filter(Array.isArray)) {
    const [line, column, , , whenTrue, whenFalse] = branch.map(Number);
    const branches = byLine.get(line) ?? { total: 0, missed: 0, missing: new MissedBranches() };
    byLine.set(line, branches);
    branches.total += 2;
    branches.missed += Number(whenTrue === 0) + Number(whenFalse === 0);
    if (whenTrue === 0) branches.missing.add(`${column}:true`);
    if (whenFalse === 0) branches.missing.add(`${column}:false`);
  }
  return byLine;
}

/** A line counts as often as the most frequent region that begins on it, or that goes on over it. */
function addLines(segments: readonly Segment[], branches: ReadonlyMap<number, Branches>, lines: FileLines): void {
  let wrapping: Segment | null = null;
  for (let next = 0; next < segments.length; ) {
    const { line } = segments[next];
    const first = next;
    while (next < segments.length && segments[next].line === line) next++;
    addLine(line, segments.slice(first, next), wrapping, branches.get(line), lines);
    wrapping = segments[next - 1];
    const following = segments[next]?.line ?? line;
    if (wrapping.hasCount && following > line + 1) lines.addSpan(line + 1, following - 1, wrapping.count);
  }
}

function addLine(
  line: number,
  segments: readonly Segment[],
  wrapping: Segment | null,
  branches: Branches | undefined,
  lines: FileLines,
): void {
  const beginning = segments.filter(({ begins }) => begins);
  const startsSkipped = !segments[0].hasCount && segments[0].isEntry;
  const isWrapped = wrapping?.hasCount ?? false;
  if (startsSkipped || (!isWrapped && beginning.length === 0)) return;
  const counts = beginning.map(({ count }) => count);
  if (wrapping !== null && isWrapped) counts.push(wrapping.count);
  const hits = counts.reduce((most, count) => Math.max(most, count), 0);
  if (branches === undefined) {
    lines.add(line, hits);
    return;
  }
  const { total, missed, missing } = branches;
  if (lines.add(line, total - missed, total, LineKind.Branch)) lines.missing(missing.list);
}
