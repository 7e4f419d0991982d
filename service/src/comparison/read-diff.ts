import type { DiffFile } from "./diff.js";
import { namesOfHeader, pathOfSide, unquotePath } from "./diff-paths.js";
import { Hunk } from "./hunk.js";

/** A diff that is none. */
export class DiffError extends Error {
  override readonly name = "DiffError";
}

/**
 * Reads what `git diff` writes, with any number of lines of context, in one pass and without keeping its lines.
 * @throws DiffError
 */
export function readDiff(text: string): readonly DiffFile[] {
  const headers = new Headers();
  let hunk: Hunk | null = null;
  let number = 0;
  for (let start = 0, end: number; start < text.length; start = end + 1) {
    end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    number++;
    if (hunk === null || hunk.complete) {
      hunk = headers.take(text.slice(start, end), number);
    } else if (!hunk.take(text.charCodeAt(start))) {
      throw new DiffError(`line ${number} of the diff is none of a hunk`);
    }
  }
  if (hunk !== null && !hunk.complete) throw new DiffError("the diff ends within a hunk");
  return headers.files();
}

interface OpenFile {
  basePath: string | null;
  headPath: string | null;
  readonly hunks: Hunk[];
}

const HUNK = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/;

/** Lines outside of hunks. Those that say nothing of paths and lines are left out. */
class Headers {
  readonly #files: OpenFile[] = [];

  /** @returns the hunk that starts with this line, if one does */
  take(line: string, number: number): Hunk | null {
    if (line.startsWith("diff ")) {
      this.#startFile(line);
      return null;
    }
    if (line.startsWith("--- ")) {
      this.#base(pathOfSide(line.slice("--- ".length)));
      return null;
    }
    const file = this.#files.at(-1);
    if (file === undefined) return null;
    const [start, ...lengths] = HUNK.exec(line)?.slice(1) ?? [];
    if (start !== undefined) return startHunk(file, new Hunk([start, ...lengths]), number);
    if (line.startsWith("+++ ")) file.headPath = pathOfSide(line.slice("+++ ".length));
    else if (line.startsWith("new file mode ")) file.basePath = null;
    else if (line.startsWith("deleted file mode ")) file.headPath = null;
    else {
      const [, side, path] = /^(?:rename|copy) (from|to) (.*)$/s.exec(line) ?? [];
      if (side === "from") file.basePath = unquotePath(path);
      if (side === "to") file.headPath = unquotePath(path);
    }
    return null;
  }

  files(): readonly DiffFile[] {
    return this.#files
      .filter(({ basePath, headPath }) => basePath !== null || headPath !== null)
      .map(({ basePath, headPath, hunks }) => ({ basePath, headPath, edits: hunks.flatMap(({ edits }) => edits) }));
  }

  #startFile(line: string): void {
    if (/^diff --(?:cc|combined) /.test(line)) {
      throw new DiffError("the diff is one of a merge, with several bases");
    }
    const path = line.startsWith("diff --git ") ? namesOfHeader(line.slice("diff --git ".length)) : null;
    this.#files.push({ basePath: path, headPath: path, hunks: [] });
  }

  #base(path: string | null): void {
    const file = this.#files.at(-1);
    // Diffs that are not git's start a file here.
    if (file === undefined || file.hunks.length > 0) this.#files.push({ basePath: path, headPath: null, hunks: [] });
    else file.basePath = path;
  }
}

function startHunk({ hunks }: OpenFile, hunk: Hunk, number: number): Hunk {
  const last = hunks.at(-1);
  if (last && !hunk.follows(last)) throw new DiffError(`line ${number} of the diff goes back`);
  hunks.push(hunk);
  return hunk;
}
