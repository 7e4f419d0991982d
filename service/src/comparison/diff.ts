import parseDiff from "parse-diff";
import { unquoteGitPath } from "./git-path.js";

/**
 * Lines that gave way to others: `removed` lines from `base` on to `added` lines from `head` on. Where none is removed,
 * `base` is the line before which the others came, and the same the other way around.
 */
export interface Edit {
  readonly base: number;
  readonly removed: number;
  readonly head: number;
  readonly added: number;
}

/** What became of a file between a base and a head. */
export interface DiffFile {
  /** Null when the file is new. */
  readonly basePath: string | null;
  /** Null when the file was deleted. */
  readonly headPath: string | null;
  /** In the order of their lines. */
  readonly edits: readonly Edit[];
}

/** A diff that is none. */
export class DiffError extends Error {
  override readonly name = "DiffError";
}

/**
 * Reads what `git diff` writes, with any number of lines of context.
 * @throws DiffError
 */
export function readDiff(text: string): readonly DiffFile[] {
  let files: readonly parseDiff.File[];
  try {
    files = parseDiff(text);
  } catch (error) {
    throw new DiffError(`the diff is damaged: ${error instanceof Error ? error.message : error}`);
  }
  return files.flatMap((file) => {
    const [basePath, headPath] = [pathOf(file.from), pathOf(file.to)];
    return basePath === null && headPath === null ? [] : [{ basePath, headPath, edits: editsOf(file) }];
  });
}

/** The files of a diff by their paths in the base. A file that was copied is what became of itself, not its copy. */
export function byBasePath(diff: readonly DiffFile[]): ReadonlyMap<string, DiffFile> {
  const files = new Map<string, DiffFile>();
  for (const file of diff) {
    if (file.basePath === null) continue;
    if (!files.has(file.basePath) || file.headPath === file.basePath) files.set(file.basePath, file);
  }
  return files;
}

function pathOf(path: string | undefined): string | null {
  return path === undefined || path === "/dev/null" ? null : unquoteGitPath(path);
}

function editsOf({ chunks }: parseDiff.File): readonly Edit[] {
  return chunks.flatMap(({ oldStart, oldLines, newStart, newLines, changes }) => {
    const edits: Edit[] = [];
    // Of an empty side git names the line before it.
    let base = oldLines === 0 ? oldStart + 1 : oldStart;
    let head = newLines === 0 ? newStart + 1 : newStart;
    let [removed, added] = [0, 0];
    const close = () => {
      if (removed + added > 0) edits.push({ base: base - removed, removed, head: head - added, added });
      [removed, added] = [0, 0];
    };
    for (const { type, content } of changes) {
      // "\ No newline at end of file" is no line.
      if (content.startsWith("\\")) continue;
      if (type === "normal") close();
      if (type !== "add") base++;
      if (type !== "del") head++;
      if (type === "del") removed++;
      if (type === "add") added++;
    }
    close();
    return edits;
  });
}
