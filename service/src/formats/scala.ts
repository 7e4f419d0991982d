import type { FileLines } from "./file-lines.js";
import { jsonFormat } from "./json-format.js";
import { JsonChoice } from "./json-splitter.js";
import { isObject, memberOf, parseJson, toNumber } from "./json-values.js";

/** JSON of Scala builds: `fileReports`, each with counts by line. */
export const scala = jsonFormat("scala", ({ lines }) => ({
  choose(path) {
    if (path.length === 2) return JsonChoice.Take;
    return path.length === 0 || path[0] === "fileReports" ? JsonChoice.Enter : JsonChoice.Skip;
  },
  value(_, bytes) {
    const file = parseJson(bytes, "a file report");
    addCounts(memberOf(file, "filename"), memberOf(file, "coverage"), lines);
  },
}));

/** A file whose counts are members named by their lines. */
export function addCounts(name: unknown, counts: unknown, lines: FileLines): void {
  if (typeof name !== "string" || !isObject(counts)) {
    lines.skipped.count("file without a name or lines");
    return;
  }
  lines.open(name);
  for (const [line, count] of Object.entries(counts)) lines.add(toNumber(line), toNumber(count));
  lines.close();
}
