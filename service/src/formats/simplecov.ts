import { jsonFormat } from "./json-format.js";
import { JsonChoice } from "./json-splitter.js";
import { memberOf, parseJson, toNumber } from "./json-values.js";

/** JSON of simplecov-json: `files`, each with its lines in a list, as it is or below `lines`. */
export const simplecov = jsonFormat("simplecov", ({ lines }) => ({
  choose(path) {
    if (path.length === 2) return JsonChoice.Take;
    return path.length === 0 || path[0] === "files" ? JsonChoice.Enter : JsonChoice.Skip;
  },
  value(_, bytes) {
    const file = parseJson(bytes, "a file");
    const name = memberOf(file, "filename");
    const coverage = memberOf(file, "coverage");
    const list = Array.isArray(coverage) ? coverage : memberOf(coverage, "lines");
    if (typeof name !== "string" || !Array.isArray(list)) {
      lines.skipped.count("file without a name or lines");
      return;
    }
    lines.open(name);
    for (const [index, count] of list.entries()) {
      if (count === "ignored") lines.addSkipped(index + 1);
      else if (count === null) lines.addNoData(index + 1);
      else lines.add(index + 1, toNumber(count));
    }
    lines.close();
  },
}));
