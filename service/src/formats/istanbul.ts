import { LineKind } from "../report/file-coverage.js";
import type { FileLines } from "./file-lines.js";
import { CountedLines } from "./istanbul-maps.js";
import { branchesByLine, type LineBranches } from "./istanbul-partials.js";
import { type JsonReport, jsonFormat } from "./json-format.js";
import { JsonChoice, type JsonHandler, type JsonPath } from "./json-splitter.js";
import { isObject, memberOf, parseJson, toNumber } from "./json-values.js";

/** JSON of Istanbul (nyc, jest, vitest, c8), and two forms of its predecessors: `lineData` and `linesCovered`. */
export const istanbul = jsonFormat("istanbul", (report) => new IstanbulReader(report));

/** Members that are kept as they are. */
const KEPT = new Set(["lineData", "branchData", "linesCovered"]);
const KEPT_FOR_PARTIALS = new Set(["branchMap", "b"]);
const OPEN_OBJECT = 0x7b;
const NO_RATIOS: ReadonlyMap<number, LineBranches> = new Map();

class IstanbulReader implements JsonHandler {
  readonly #lines: FileLines;
  readonly #enablePartials: boolean;
  readonly #statements = new CountedLines(false);
  readonly #branches = new CountedLines(true);
  readonly #functions = new CountedLines(false);
  readonly #maps = new Map([
    ["statementMap", this.#statements.places],
    ["s", this.#statements.counts],
    ["branchMap", this.#branches.places],
    ["b", this.#branches.counts],
    ["fnMap", this.#functions.places],
    ["f", this.#functions.counts],
  ]);
  /** What else came of the file that is open, by the names of its members. */
  readonly #kept = new Map<string, Buffer>();

  constructor({ lines, options }: JsonReport) {
    this.#lines = lines;
    this.#enablePartials = options.javascript.enablePartials;
  }

  choose(path: JsonPath, first: number): JsonChoice {
    if (path.length === 0) return JsonChoice.Enter;
    if (path.length === 1) {
      this.#clear();
      // Sources of compiled files lie elsewhere.
      this.#lines.open(path[0], path[0].includes("lib/") ? [path[0].replace("lib/", "src/")] : []);
      return first === OPEN_OBJECT ? JsonChoice.Enter : JsonChoice.Skip;
    }
    // Some wrap the file once more.
    if (path.length === 2 && path[1] === "data") return JsonChoice.Enter;
    const isMember = path.length === 2 || (path.length === 3 && path[1] === "data");
    const name = path[path.length - 1];
    return isMember && (this.#maps.has(name) || KEPT.has(name)) ? JsonChoice.Take : JsonChoice.Skip;
  }

  read(path: JsonPath, bytes: Buffer, start: number): number {
    const name = path[path.length - 1];
    if (this.#enablePartials && KEPT_FOR_PARTIALS.has(name)) return -1;
    return this.#maps.get(name)?.read(bytes, start) ?? -1;
  }

  value(path: JsonPath, bytes: Buffer): void {
    const name = path[path.length - 1];
    const map = this.#maps.get(name);
    if (map === undefined || (this.#enablePartials && KEPT_FOR_PARTIALS.has(name)))
      this.#kept.set(name, Buffer.from(bytes));
    map?.keep(bytes);
  }

  close(path: JsonPath): void {
    if (path.length !== 1) return;
    if (this.#kept.has("lineData")) this.#addLineData(path[0]);
    else if (this.#kept.has("linesCovered")) this.#addLinesCovered(path[0]);
    else this.#addMaps();
    if (this.#lines.length > 0) this.#lines.close();
    else this.#lines.forget();
    this.#clear();
  }

  #clear(): void {
    this.#kept.clear();
    for (const map of this.#maps.values()) map.clear();
  }

  /**
   * The count of each statement, branch and function goes to the line that it begins at: the greatest stays. With
   * partials a line with a decision has its branches' ratio, whatever else is counted there.
   */
  #addMaps(): void {
    const lines = this.#lines;
    const ratios = this.#enablePartials ? branchesByLine(this.#kept.get("branchMap"), this.#kept.get("b")) : NO_RATIOS;
    const add = (kind: LineKind) => (line: number, hits: number) => {
      if (line > 0 && !ratios.has(line)) lines.add(line, hits, 0, kind);
    };
    this.#statements.forEach(add(LineKind.Line));
    this.#branches.forEach(add(LineKind.Branch));
    this.#functions.forEach(add(LineKind.Method));
    for (const [line, { taken, total, columns }] of ratios) {
      if (lines.add(line, taken, total, LineKind.Branch)) lines.columns(columns);
    }
  }

  /** JSCoverage: counts by line; a line with conditions has a part for each. */
  #addLineData(name: string): void {
    const counts = parseJson(this.#kept.get("lineData") ?? Buffer.from("[]"), name);
    const branches = parseJson(this.#kept.get("branchData") ?? Buffer.from("{}"), name);
    if (!Array.isArray(counts)) return;
    for (const [line, count] of counts.entries()) {
      if (count === null || line === 0) continue;
      const conditions = memberOf(branches, String(line));
      const parts = Array.isArray(conditions) ? conditions.filter(isObject) : [];
      if (parts.length === 0) {
        this.#lines.add(line, toNumber(count));
        continue;
      }
      const taken = parts.filter((part) => part.evalTrue || part.evalFalse).length;
      this.#lines.add(line, taken, parts.length, LineKind.Branch);
    }
  }

  #addLinesCovered(name: string): void {
    const counts = parseJson(this.#kept.get("linesCovered") ?? Buffer.from("{}"), name);
    if (!isObject(counts)) return;
    for (const [line, count] of Object.entries(counts)) this.#lines.add(toNumber(line), toNumber(count));
  }
}
