import { byBasePath, type DiffFile, type Edit } from "./diff.js";

const NO_EDITS: readonly Edit[] = [];

/**
 * Where a file of an ancestor's report is in the head, and how its lines moved; null when it was deleted. Files that a
 * diff does not name are where they were.
 */
export function carriedFiles(
  diff: readonly DiffFile[],
): (path: string) => { readonly path: string; readonly edits: readonly Edit[] } | null {
  const byBase = byBasePath(diff);
  return (path) => {
    const file = byBase.get(path);
    if (file === undefined) return { path, edits: NO_EDITS };
    return file.headPath === null ? null : { path: file.headPath, edits: file.edits };
  };
}
