import { LineKind } from "../report/file-coverage.js";
import type { FileLines } from "./file-lines.js";
import { jsonFormat } from "./json-format.js";
import { JsonChoice } from "./json-splitter.js";
import { isObject, type JsonObject, memberOf, objectsIn, parseJson, toNumber } from "./json-values.js";

/** JSON of elm-coverage: sections by module, and the files of the modules, which may come first or last. */
export const elm = jsonFormat("elm", ({ lines }) => {
  let files: unknown = null;
  let modules: unknown = null;
  return {
    choose(path) {
      if (path.length === 0) return JsonChoice.Enter;
      return path[0] === "coverageData" || path[0] === "moduleMap" ? JsonChoice.Take : JsonChoice.Skip;
    },
    value([key], bytes) {
      const value = parseJson(bytes, key);
      if (key === "moduleMap") files = value;
      else modules = value;
    },
    end() {
      if (!isObject(modules)) return;
      for (const [module, sections] of Object.entries(modules)) {
        const name = memberOf(files, module);
        if (typeof name === "string") lines.open(name);
        else lines.skipped.count("module without a file");
        for (const section of objectsIn(sections)) addSection(section, lines);
        lines.close();
      }
    },
  };
});

/** The lines of a section from its first to the one before its last, which often holds but its end. */
function addSection(section: JsonObject, lines: FileLines): void {
  const hits = toNumber(section.count ?? 0);
  const [start, end] = [toNumber(memberOf(section, "from", "line")), toNumber(memberOf(section, "to", "line"))];
  const complexity = toNumber(section.complexity);
  if (end > start) lines.addSpan(start + 1, end - 1, hits);
  if (!lines.add(start, hits, 0, LineKind.Line)) return;
  if (complexity >= 0) lines.complexity(complexity, 0);
  const from = toNumber(memberOf(section, "from", "column"));
  if (end === start) lines.columns([from, toNumber(memberOf(section, "to", "column")), hits]);
}
