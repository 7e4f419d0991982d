import { createRequire } from "node:module";
import { go as format } from "#service/formats/go.js";
import type { Totals } from "#service/report/totals.js";
import { ExpectedLines } from "../expected.js";
import type { ModelFile } from "../model.js";
import type { ParseBench } from "../parse.js";
import type { Peer } from "../peers.js";
import { generate } from "./generate.js";

const require = createRequire(import.meta.url);

interface ParsedFile {
  readonly lines: { readonly found: number };
}

const golangCoverParse: Peer = {
  name: "golang-cover-parse",
  floor: ">= 18",
  parse: (text) =>
    new Promise((resolve, reject) => {
      const { parseContent } = require("golang-cover-parse");
      parseContent(text, (error: Error | null, files: readonly ParsedFile[]) =>
        error ? reject(error) : resolve({ lines: files.reduce((sum, { lines }) => sum + lines.found, 0) }),
      );
    }),
};

/** Go's cover profile: 5,000 files are about 59 MB. */
export const go: ParseBench = {
  format,
  generate: (path, files) => generate(path, files, new ExpectedBlocks(), { head: "mode: count\n", tail: "", render }),
  files: 5_000,
  peers: [golangCoverParse],
  floors: { read: ">= 0.45" },
};

interface Block {
  readonly start: number;
  readonly startColumn: number;
  readonly end: number;
  readonly endColumn: number;
  readonly hits: number;
}

const BRANCHING = 3;

/**
 * A block begins at every other line of the model. Most go on to the line before the next one; every third ends within
 * the line on which the next one begins, as before the brace of an `if`.
 */
function blocksOf({ lines }: ModelFile): readonly Block[] {
  const starts = lines.filter((_, index) => index % 2 === 0);
  const meets = (index: number) => index % BRANCHING === 0 && index >= 0 && index + 1 < starts.length;
  return starts.map(({ line, hits }, index) => ({
    start: line,
    startColumn: meets(index - 1) ? 20 : 2,
    end: meets(index) ? starts[index + 1].line : (starts[index + 1]?.line ?? line + 1) - 1,
    endColumn: meets(index) ? 20 : 40,
    hits,
  }));
}

class ExpectedBlocks {
  readonly #expected = new ExpectedLines(({ branches }) => ({
    taken: branches.filter((hits) => hits > 0).length,
    total: branches.length,
    kind: "line",
  }));

  /** The hits of the blocks of a line stand for its branches: it is covered in part if one of two was hit. */
  add(file: ModelFile): void {
    const hitsOf = new Map<number, number[]>();
    for (const { start, end, hits } of blocksOf(file)) {
      for (let line = start; line <= end; line++) hitsOf.set(line, [...(hitsOf.get(line) ?? []), hits]);
    }
    const lines = Array.from(hitsOf, ([line, branches]) => ({ line, hits: 0, branches, isFunction: false }));
    this.#expected.add({ path: file.path, lines });
  }

  get totals(): Totals {
    return this.#expected.totals;
  }
}

function render(file: ModelFile): string {
  const name = `github.com/acme/shop/${file.path.replace(/\.ts$/, ".go")}`;
  return blocksOf(file)
    .map(
      ({ start, startColumn, end, endColumn, hits }) =>
        `${name}:${start}.${startColumn},${end}.${endColumn} ${end - start + 1} ${hits}\n`,
    )
    .join("");
}
