import { addList } from "./coveralls.js";
import { jsonFormat } from "./json-format.js";
import { JsonChoice } from "./json-splitter.js";
import { memberOf, parseJson } from "./json-values.js";

/** JSON of R's covr: lists whose places are the numbers of the lines, so that the first one is not used. */
export const rlang = jsonFormat("rlang", ({ lines }) => ({
  choose(path) {
    if (path.length === 2) return JsonChoice.Take;
    return path.length === 0 || path[0] === "files" ? JsonChoice.Enter : JsonChoice.Skip;
  },
  value(_, bytes) {
    const file = parseJson(bytes, "a file");
    const name = memberOf(file, "name");
    if (typeof name !== "string") lines.skipped.count("file without a name");
    else {
      lines.open(name);
      addList(memberOf(file, "coverage"), 0, lines);
      lines.close();
    }
  },
}));
