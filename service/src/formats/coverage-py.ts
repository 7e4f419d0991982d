import type { FileLines } from "./file-lines.js";
import { jsonFormat } from "./json-format.js";
import { NumberList } from "./json-numbers.js";
import { JsonChoice, type JsonHandler, type JsonPath } from "./json-splitter.js";

/** JSON of Python's coverage.py. Its branches are not read: its XML has them line by line. */
export const coveragePy = jsonFormat("coverage.py", ({ lines }) => new CoveragePyReader(lines));

const EXECUTED = "executed_lines";
const MISSING = "missing_lines";

class CoveragePyReader implements JsonHandler {
  readonly #numbers = new NumberList();

  constructor(readonly lines: FileLines) {}

  /** `files`, in it the files by their names, in each of them the two lists. */
  choose(path: JsonPath): JsonChoice {
    if (path.length === 0) return JsonChoice.Enter;
    if (path[0] !== "files") return JsonChoice.Skip;
    if (path.length === 2) this.lines.open(path[1]);
    if (path.length < 3) return JsonChoice.Enter;
    return path[2] === EXECUTED || path[2] === MISSING ? JsonChoice.Take : JsonChoice.Skip;
  }

  value(path: JsonPath, bytes: Buffer): void {
    this.#numbers.read(bytes);
    this.lines.addAll(this.#numbers.numbers, this.#numbers.length, path[2] === EXECUTED ? 1 : 0);
  }

  close(path: JsonPath): void {
    if (path.length === 2) this.lines.close();
  }
}
