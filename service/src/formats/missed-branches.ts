import { idList } from "../report/missing-ids.js";

/** Beyond this many on a line nobody names them; the ratio itself stays exact. */
const MOST_NAMED = 1000;
const LONGEST_ID = 64;

/** Ids of the branches of one line that were not taken, each once. */
export class MissedBranches {
  readonly #ids = new Set<string>();
  #list: Uint8Array | null = null;

  /** @param id of which 64 characters are kept */
  add(id: string): void {
    this.#list = null;
    if (this.#ids.size <= MOST_NAMED) this.#ids.add(id.slice(0, LONGEST_ID));
  }

  /** null when there are too many: a list that lacks some would say that they were taken. */
  get list(): Uint8Array | null {
    if (this.#ids.size > MOST_NAMED) return null;
    this.#list ??= idList(this.#ids);
    return this.#list;
  }
}
