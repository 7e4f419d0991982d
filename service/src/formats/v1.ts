import { LineKind } from "../report/file-coverage.js";
import type { FileLines } from "./file-lines.js";
import { jsonFormat } from "./json-format.js";
import { JsonChoice, type JsonPath } from "./json-splitter.js";
import { isObject, parseJson, toNumber } from "./json-values.js";
import { CorruptReportError } from "./parser.js";

/**
 * Codecov's own JSON, `{"coverage": {FILE: lines}}`, and SimpleCov's result sets, which have the same below the name
 * of each command. The first place of a list of Codecov's own is not used; SimpleCov's begin with line 1.
 */
export const v1 = jsonFormat("v1", ({ lines }) => ({
  choose(path) {
    const depth = depthOfCoverage(path);
    if (path.length < depth) return JsonChoice.Enter;
    if (path[depth - 1] !== "coverage") return JsonChoice.Skip;
    return path.length === depth ? JsonChoice.Enter : JsonChoice.Take;
  },
  value(path, bytes) {
    const name = path[path.length - 1];
    lines.open(name);
    addLines(name, parseJson(bytes, name), path.length - 2, lines);
    if (lines.length > 0) lines.close();
    else lines.forget();
  },
}));

/** How many keys lead to `coverage`, that one included. */
function depthOfCoverage(path: JsonPath): number {
  return path[0] === "coverage" ? 1 : path[0] === "messages" ? 1 : 2;
}

/** @param first line of the first place of a list */
function addLines(name: string, coverage: unknown, first: number, lines: FileLines): void {
  const list = isObject(coverage) && Array.isArray(coverage.lines) ? coverage.lines : coverage;
  if (Array.isArray(list)) {
    const start = list === coverage ? first : 1;
    for (const [index, value] of list.entries()) addValue(index + start, value, lines);
    return;
  }
  if (!isObject(list)) return;
  for (const [line, value] of Object.entries(list)) {
    if (!/^-?\d+$/.test(line)) {
      throw new CorruptReportError(`${name} has coverage of ${JSON.stringify(line)}, which is no line`);
    }
    addValue(Number(line), value, lines);
  }
}

function addValue(line: number, value: unknown, lines: FileLines): void {
  if (value === null || line <= 0) return;
  const ratio = typeof value === "string" ? /^(\d+)\/(\d+)$/.exec(value) : null;
  if (ratio !== null) lines.add(line, Number(ratio[1]), Number(ratio[2]), LineKind.Branch);
  else if (value === true) lines.addPartialSpan(line, line, LineKind.Branch);
  else if (value === "ignored") lines.addSkipped(line);
  else if (value !== false) lines.add(line, toNumber(value));
}
