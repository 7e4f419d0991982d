import type { FileLines } from "./file-lines.js";
import { type JsonReader, jsonFormat } from "./json-format.js";
import { NumberList } from "./json-numbers.js";
import { JsonChoice, type JsonPath } from "./json-splitter.js";
import { parseJson, toNumber } from "./json-values.js";
import { LineMarks } from "./line-marks.js";

/** JSON of Python's coverage.py. Its branches are not read: its XML has them line by line. */
export const coveragePy = jsonFormat("coverage.py", ({ lines }) => new CoveragePyReader(lines));

const EXECUTED = "executed_lines";
const MISSING = "missing_lines";

class CoveragePyReader implements JsonReader {
  readonly #lines: FileLines;
  readonly #numbers = new NumberList();
  readonly #marks = new LineMarks();

  constructor(lines: FileLines) {
    this.#lines = lines;
  }

  /** `files`, in it the files by their names, in each of them the two lists. */
  choose(path: JsonPath): JsonChoice {
    if (path.length === 0) return JsonChoice.Enter;
    if (path[0] !== "files") return JsonChoice.Skip;
    if (path.length === 2) this.#lines.open(path[1]);
    if (path.length < 3) return JsonChoice.Enter;
    return path[2] === EXECUTED || path[2] === MISSING ? JsonChoice.Take : JsonChoice.Skip;
  }

  read(path: JsonPath, bytes: Buffer, start: number): number {
    const end = this.#numbers.read(bytes, start);
    if (end < 0) return -1;
    const { numbers, length } = this.#numbers;
    const isHit = path[2] === EXECUTED;
    if (!this.#marks.add(numbers, length, isHit)) this.#lines.addAll(numbers, length, isHit ? 1 : 0);
    return end;
  }

  value(path: JsonPath, bytes: Buffer): void {
    if (this.read(path, bytes, 0) >= 0) return;
    const list = parseJson(bytes, path[2]);
    if (!Array.isArray(list)) return;
    for (const line of list) this.#lines.add(toNumber(line), path[2] === EXECUTED ? 1 : 0);
  }

  close(path: JsonPath): void {
    if (path.length !== 2) return;
    this.#lines.addMarked(this.#marks);
    this.#lines.close();
  }

  end(): void {
    this.#lines.addMarked(this.#marks);
  }
}
