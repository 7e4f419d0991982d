/** Lines of one file that never enter its coverage. */
export interface IgnoredLines {
  /** Last line of the file: what lies beyond is dropped. */
  eof: number;
  readonly lines: Set<number>;
}

/** More lines than any repository ignores; what lies beyond is left out. */
const MOST_ENTRIES = 5_000_000;
/** What a file takes in memory, in lines, and so many characters of its path as much as one more. */
const FILE_ENTRIES = 10;
const PATH_CHARACTERS = 16;
/** Longest range that a source comment may open. Each of its lines counts as an entry, also one that is known. */
const MOST_RANGE = 100_000;

const EOF_LINE = /^EOF: (\d+) (.+)$/;
const LINE_LIST = /^(.+?):(\d+(?:,\d+)*),?$/;
const SOURCE_LINE = /^(.+?):(\d+):(.*)$/;
const OPENS = /^\s*\/\*|LCOV_EXCL_START/;
const CLOSES = /\*\/\s*$|LCOV_EXCL_STOP|LCOV_EXCL_END/;

/** The upload's list of lines that cannot be covered (braces, comments, exclusions), by file as the client names it. */
export class IgnoredLineList {
  readonly #files = new Map<string, IgnoredLines>();
  #entries = 0;
  #open: { readonly path: string; readonly line: number } | null = null;

  /** Whether some of it was left out. */
  get isCut(): boolean {
    return this.#entries > MOST_ENTRIES;
  }

  entries(): Iterable<[string, IgnoredLines]> {
    return this.#files;
  }

  /** `EOF: 120 path`, `path:3,4,5` or `path:12: source`; anything else is passed over. */
  readText(text: string): void {
    const eof = EOF_LINE.exec(text);
    if (eof !== null) {
      this.addEof(eof[2], Number(eof[1]));
      return;
    }
    const list = LINE_LIST.exec(text);
    if (list !== null) {
      for (const line of list[2].split(",")) this.addLine(list[1], Number(line));
      return;
    }
    const source = SOURCE_LINE.exec(text);
    if (source !== null) this.#addSource(source[1], Number(source[2]), source[3]);
  }

  addEof(path: string, eof: number): void {
    const file = this.#file(path);
    if (file !== null) file.eof = eof;
  }

  addLine(path: string, line: number): void {
    const file = this.#file(path);
    if (file !== null && ++this.#entries <= MOST_ENTRIES) file.lines.add(line);
  }

  #addSource(path: string, line: number, source: string): void {
    this.addLine(path, line);
    const open = this.#open;
    if (open !== null && open.path === path && CLOSES.test(source)) {
      const from = Math.max(open.line, line - MOST_RANGE) + 1;
      for (let between = from; between < line && !this.isCut; between++) this.addLine(path, between);
      this.#open = null;
    } else if (OPENS.test(source) && !CLOSES.test(source)) {
      this.#open = { path, line };
    }
  }

  /** Null when there is no room for another file. */
  #file(path: string): IgnoredLines | null {
    let file = this.#files.get(path);
    if (file === undefined) {
      this.#entries += FILE_ENTRIES + Math.ceil(path.length / PATH_CHARACTERS);
      if (this.isCut) return null;
      file = { eof: Number.POSITIVE_INFINITY, lines: new Set() };
      this.#files.set(path, file);
    }
    return file;
  }
}
