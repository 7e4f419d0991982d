import { readFileBlock } from "../report/file-block.js";
import type { FileCoverage } from "../report/file-coverage.js";
import { LineStatus, lineStatus } from "../report/line-value.js";
import { byBasePath, type DiffFile, type Edit } from "./diff.js";
import { baseLine, headLine } from "./lines.js";
import type { ReportFiles } from "./report-files.js";

type Counted = LineStatus.Hit | LineStatus.Miss | LineStatus.Partial;

/** A line that nobody edited, but whose coverage is another. */
export interface LineChange {
  readonly base: number;
  readonly head: number;
  /** Null: it had no coverage data. */
  readonly before: Counted | null;
  /** Null: it has none any more. */
  readonly after: Counted | null;
}

/**
 * A file with changes of coverage that its diff does not account for. new: the base's report lacks the whole file, though
 * its lines are not new; deleted: the head's report lacks it, though its lines are still there.
 */
export type FileChange =
  | { readonly kind: "new" | "deleted"; readonly path: string }
  | {
      readonly kind: "changed";
      readonly path: string;
      /** Its path in the base, where that is another. */
      readonly basePath: string;
      readonly lines: readonly LineChange[];
    };

/** Whatever changed in coverage apart from the lines that a diff adds and removes. */
export async function* indirectChanges(
  base: ReportFiles,
  head: ReportFiles,
  diff: readonly DiffFile[],
): AsyncGenerator<FileChange> {
  const byHead = new Map(diff.map((file) => [file.headPath, file]));
  for (const path of head.paths) {
    const change = await changeOf(path, byHead.get(path), base, head);
    if (change !== null) yield change;
  }
  const byBase = byBasePath(diff);
  for (const path of base.paths) {
    const file = byBase.get(path);
    const headPath = file === undefined ? path : file.headPath;
    if (headPath === null || head.has(headPath)) continue;
    if (file === undefined || (await hasLine(base, path, (line) => headLine(file.edits, line) !== null))) {
      yield { kind: "deleted", path: headPath };
    }
  }
}

async function changeOf(
  path: string,
  file: DiffFile | undefined,
  base: ReportFiles,
  head: ReportFiles,
): Promise<FileChange | null> {
  // All lines of a new file are in the diff.
  if (file?.basePath === null) return null;
  const basePath = file?.basePath ?? path;
  const before = await base.block(basePath);
  if (before === null) {
    const known = file === undefined || (await hasLine(head, path, (line) => baseLine(file.edits, line) !== null));
    return known ? { kind: "new", path } : null;
  }
  const after = await head.block(path);
  if (after === null || (file === undefined && Buffer.compare(before, after) === 0)) return null;
  const lines = changedLines(readFileBlock(before), readFileBlock(after), file?.edits ?? []);
  return lines.length > 0 ? { kind: "changed", path, basePath, lines } : null;
}

async function hasLine(files: ReportFiles, path: string, test: (line: number) => boolean): Promise<boolean> {
  const block = await files.block(path);
  return block !== null && readFileBlock(block).lines.some(test);
}

/** Lines with another status, in the order of the head. Lines that were added or removed are not among them. */
export function changedLines(base: FileCoverage, head: FileCoverage, edits: readonly Edit[]): readonly LineChange[] {
  const changes: LineChange[] = [];
  let i = 0;
  let j = 0;
  while (i < base.lines.length || j < head.lines.length) {
    const moved = i < base.lines.length ? headLine(edits, base.lines[i]) : Number.POSITIVE_INFINITY;
    if (moved === null) {
      i++;
      continue;
    }
    const line = Math.min(moved, head.lines[j] ?? Number.POSITIVE_INFINITY);
    const before = moved === line ? counted(base, i++) : null;
    const after = head.lines[j] === line ? counted(head, j++) : null;
    const from = before === after ? null : baseLine(edits, line);
    if (from !== null) changes.push({ base: from, head: line, before, after });
  }
  return changes;
}

function counted(coverage: FileCoverage, index: number): Counted | null {
  const status = lineStatus(coverage, index);
  return status === LineStatus.None || status === LineStatus.Skipped ? null : status;
}

/** How many more lines of each status there are after a change than before. */
export function differenceOf(lines: readonly LineChange[]): {
  readonly hits: number;
  readonly misses: number;
  readonly partials: number;
} {
  const more = (status: Counted) =>
    lines.filter(({ after }) => after === status).length - lines.filter(({ before }) => before === status).length;
  return { hits: more(LineStatus.Hit), misses: more(LineStatus.Miss), partials: more(LineStatus.Partial) };
}
