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

/** The files of a diff by their paths in the base. A file that was copied is what became of itself, not its copy. */
export function byBasePath(diff: readonly DiffFile[]): ReadonlyMap<string, DiffFile> {
  const files = new Map<string, DiffFile>();
  for (const file of diff) {
    if (file.basePath === null) continue;
    if (!files.has(file.basePath) || file.headPath === file.basePath) files.set(file.basePath, file);
  }
  return files;
}
