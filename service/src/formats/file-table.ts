import { LimitExceededError, type ParserLimits } from "./parser.js";

/** Bytes of all names and ids together. */
const MOST_BYTES = 64 * 1024 * 1024;
/** No id is as long: a longer one is of no file. */
export const LONGEST_ID = 256;

/** Names of files by the ids under which the rest of a report speaks of them. */
export class FileTable {
  readonly #names = new Map<string, string>();
  readonly #limits: ParserLimits;
  #bytes = 0;

  constructor(limits: ParserLimits) {
    this.#limits = limits;
  }

  /**
   * Lists a file, whose name may have backslashes for slashes; without an id or a name it is none.
   * @throws LimitExceededError when there are more files than allowed, or their names are too long to be kept
   */
  add(id: string | null, name: string | null): void {
    if (id === null || name === null || id.length > LONGEST_ID) return;
    this.#bytes += id.length + name.length;
    if (this.#names.size >= this.#limits.files) {
      throw new LimitExceededError(
        `the report lists more than ${this.#limits.files} files, the most that setup.limits.files allows`,
      );
    }
    if (this.#bytes > MOST_BYTES) {
      throw new LimitExceededError(`names of the files that it lists have more than ${MOST_BYTES} characters together`);
    }
    this.#names.set(id, name.replaceAll("\\", "/"));
  }

  nameOf(id: string | null): string | undefined {
    return this.#names.get(id ?? "");
  }

  clear(): void {
    this.#names.clear();
    this.#bytes = 0;
  }
}
