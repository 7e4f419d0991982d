import type { FileLines } from "./file-lines.js";
import { jsonFormat } from "./json-format.js";
import { JsonChoice } from "./json-splitter.js";
import { memberOf, parseJson, toNumber } from "./json-values.js";

/** JSON for Coveralls: a list of counts for each file, of which the first is line 1. Its branches are not read. */
export const coveralls = jsonFormat("coveralls", ({ lines }) => ({
  choose(path) {
    if (path.length === 2) return JsonChoice.Take;
    return path.length === 0 || path[0] === "source_files" ? JsonChoice.Enter : JsonChoice.Skip;
  },
  value(_, bytes) {
    const file = parseJson(bytes, "a source file");
    const name = memberOf(file, "name");
    if (typeof name !== "string") lines.skipped.count("source file without a name");
    else {
      lines.open(name);
      const coverage = memberOf(file, "coverage");
      addList(typeof coverage === "string" ? parseJson(Buffer.from(coverage), name) : coverage, 1, lines);
      lines.close();
    }
  },
}));

/**
 * Counts by their places in a list; `null` is a line that is not code.
 * @param first line of the first count
 */
export function addList(list: unknown, first: number, lines: FileLines): void {
  if (!Array.isArray(list)) return;
  for (const [index, count] of list.entries()) {
    if (count !== null && index + first > 0) lines.add(index + first, toNumber(count));
  }
}
