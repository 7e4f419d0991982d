import type { FileLines } from "./file-lines.js";
import { jsonFormat } from "./json-format.js";
import { JsonChoice } from "./json-splitter.js";
import { memberOf, objectsIn, parseJson, toNumber } from "./json-values.js";

/** JSON of flow-coverage-report: places of expressions that have a type and of those that have none. */
export const flowcover = jsonFormat("flowcover", ({ lines }) => ({
  choose(path) {
    if (path.length === 2) return JsonChoice.Take;
    return path.length === 0 || path[0] === "files" ? JsonChoice.Enter : JsonChoice.Skip;
  },
  value(path, bytes) {
    const expressions = memberOf(parseJson(bytes, path[1]), "expressions");
    lines.open(path[1]);
    addPlaces(memberOf(expressions, "covered_locs"), 1, lines);
    addPlaces(memberOf(expressions, "uncovered_locs"), 0, lines);
    lines.close();
  },
}));

function addPlaces(places: unknown, hits: number, lines: FileLines): void {
  for (const place of objectsIn(places)) {
    const line = toNumber(memberOf(place, "start", "line"));
    if (!lines.add(line, hits) || line !== toNumber(memberOf(place, "end", "line"))) continue;
    const [start, end] = ["start", "end"].map((edge) => toNumber(memberOf(place, edge, "column")));
    if (end > start) lines.columns([start, end, hits]);
  }
}
