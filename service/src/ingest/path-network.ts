/** More files than any repository has whose paths differ in case only. */
const MOST_SAME = 16;

/**
 * The repository's files, to find the one that a report means by the end of its path. Keys are paths read from their
 * end, in lower case, each component closed by a slash (`login.js/components/src/`), and sorted: paths with the same
 * end are neighbours, and each further component narrows the range.
 */
export class NetworkPaths {
  readonly #exact: ReadonlySet<string>;
  readonly #entries: readonly { readonly key: string; readonly path: string }[];

  constructor(paths: readonly string[]) {
    this.#exact = new Set(paths);
    this.#entries = Array.from(this.#exact, (path) => ({ key: reversedKey(path), path })).sort((a, b) =>
      a.key < b.key ? -1 : a.key > b.key ? 1 : 0,
    );
  }

  /**
   * The file that `path` means, or null. The two must share at least their last two components, unless one of them has
   * only one, or the file's whole path is the end of `path`.
   */
  find(path: string): string | null {
    if (this.#exact.has(path)) return path;
    const best = mostSimilar(path, this.#candidates(reversedKey(path)));
    return best !== null && sharesEnough(path.toLowerCase(), best.toLowerCase()) ? best : null;
  }

  #candidates(key: string): readonly string[] {
    let [low, high] = [0, this.#entries.length];
    /** Where the longest path that is the end of `key` begins. */
    let whole: number | null = null;
    for (let end = key.indexOf("/") + 1; end > 0; end = key.indexOf("/", end) + 1) {
      const prefix = key.slice(0, end);
      const from = this.#lowerBound(prefix, low, high);
      const to = this.#lowerBound(`${prefix.slice(0, -1)}0`, from, high);
      if (from === to)
        return [...this.#sameKey(whole), ...this.#onlyContinuation(key.slice(0, lastEnd(key, end)), low, high)];
      [low, high] = [from, to];
      if (this.#entries[low].key === prefix) whole = low;
    }
    const continued = this.#entries[low]?.key === key ? [] : this.#onlyContinuation(key, low, high);
    return [...this.#sameKey(whole), ...continued];
  }

  /** The shortest of the paths that end with `prefix`, when all others end with it: there is no doubt then. */
  #onlyContinuation(prefix: string, low: number, high: number): readonly string[] {
    if (prefix === "" || this.#entries[low].key === prefix) return [];
    return this.#entries[high - 1].key.startsWith(this.#entries[low].key) ? this.#sameKey(low) : [];
  }

  /** The first path at a place in the list, and those that differ from it in case only. */
  #sameKey(first: number | null): readonly string[] {
    const paths: string[] = [];
    if (first === null) return paths;
    const { key } = this.#entries[first];
    for (let i = first; this.#entries[i]?.key === key && paths.length < MOST_SAME; i++)
      paths.push(this.#entries[i].path);
    return paths;
  }

  #lowerBound(key: string, low: number, high: number): number {
    let [from, to] = [low, high];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#entries[middle].key < key) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

function reversedKey(path: string): string {
  return `${path.toLowerCase().split("/").reverse().join("/")}/`;
}

/** Where the component before the one that ends at `end` ends. */
function lastEnd(key: string, end: number): number {
  return key.lastIndexOf("/", end - 2) + 1;
}

function mostSimilar(path: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestShared = -1;
  for (const candidate of candidates) {
    let shared = 0;
    while (shared < candidate.length && candidate.at(-1 - shared) === path.at(-1 - shared)) shared++;
    if (shared > bestShared || (shared === bestShared && best !== null && candidate.length < best.length)) {
      best = candidate;
      bestShared = shared;
    }
  }
  return best;
}

function sharesEnough(path: string, found: string): boolean {
  const parts = path.split("/");
  if (found.split("/").length < parts.length && path.endsWith(found)) return true;
  return found === path || found.endsWith(parts.slice(-2).join("/"));
}
