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

/** Go's cover profile: 5,000 files are about 70 MB. */
export const go: ParseBench = {
  format,
  generate: (path, files) => generate(path, files, new ExpectedBlocks(), { head: "mode: count\n", tail: "", render }),
  files: 5_000,
  peers: [golangCoverParse],
  floors: { read: ">= 0.45" },
};

interface Block {
  readonly start: number;
  readonly end: number;
  readonly hits: number;
}

/** A block begins at every other line of the model and goes on to the next one: all of its lines are hit as often. */
function blocksOf({ lines }: ModelFile): readonly Block[] {
  const starts = lines.filter((_, index) => index % 2 === 0);
  return starts.map(({ line, hits }, index) => ({ start: line, end: (starts[index + 1]?.line ?? line + 1) - 1, hits }));
}

class ExpectedBlocks {
  readonly #expected = new ExpectedLines(({ hits }) => ({ taken: hits > 0 ? 1 : 0, total: 1, kind: "line" }));

  add(file: ModelFile): void {
    const lines = blocksOf(file).flatMap(({ start, end, hits }) =>
      Array.from({ length: end - start + 1 }, (_, index) => ({
        line: start + index,
        hits,
        branches: [],
        isFunction: false,
      })),
    );
    this.#expected.add({ path: file.path, lines });
  }

  get totals(): Totals {
    return this.#expected.totals;
  }
}

function render(file: ModelFile): string {
  const name = `github.com/acme/shop/${file.path.replace(/\.ts$/, ".go")}`;
  return blocksOf(file)
    .map(({ start, end, hits }) => `${name}:${start}.2,${end}.40 ${end - start + 1} ${hits}\n`)
    .join("");
}
