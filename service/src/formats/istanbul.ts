import { LineKind } from "../report/file-coverage.js";
import type { FileLines } from "./file-lines.js";
import { branchLines, statementLines } from "./istanbul-maps.js";
import { branchesByLine, type LineBranches } from "./istanbul-partials.js";
import { type JsonReport, jsonFormat } from "./json-format.js";
import { JsonChoice, type JsonHandler, type JsonPath } from "./json-splitter.js";
import { isObject, memberOf, parseJson, toNumber } from "./json-values.js";

/** JSON of Istanbul (nyc, jest, vitest, c8), and two forms of its predecessors: `lineData` and `linesCovered`. */
export const istanbul = jsonFormat("istanbul", (report) => new IstanbulReader(report));

const WANTED = new Set(["statementMap", "s", "branchMap", "b", "fnMap", "f", "lineData", "branchData", "linesCovered"]);
const OPEN_OBJECT = 0x7b;
const NO_RATIOS: ReadonlyMap<number, LineBranches> = new Map();

class IstanbulReader implements JsonHandler {
  readonly #lines: FileLines;
  readonly #enablePartials: boolean;
  /** What came of the file that is open, by the names of its members. */
  #members = new Map<string, Buffer>();

  constructor({ lines, options }: JsonReport) {
    this.#lines = lines;
    this.#enablePartials = options.javascript.enablePartials;
  }

  choose(path: JsonPath, first: number): JsonChoice {
    if (path.length === 0) return JsonChoice.Enter;
    if (path.length === 1) {
      this.#members = new Map();
      // Sources of compiled files lie elsewhere.
      this.#lines.open(path[0], path[0].includes("lib/") ? [path[0].replace("lib/", "src/")] : []);
      return first === OPEN_OBJECT ? JsonChoice.Enter : JsonChoice.Skip;
    }
    // Some wrap the file once more.
    if (path.length === 2 && path[1] === "data") return JsonChoice.Enter;
    const isMember = path.length === 2 || (path.length === 3 && path[1] === "data");
    return isMember && WANTED.has(path[path.length - 1]) ? JsonChoice.Take : JsonChoice.Skip;
  }

  value(path: JsonPath, bytes: Buffer): void {
    this.#members.set(path[path.length - 1], Buffer.from(bytes));
  }

  close(path: JsonPath): void {
    if (path.length !== 1) return;
    const members = this.#members;
    if (members.has("lineData")) this.#addLineData(path[0]);
    else if (members.has("linesCovered")) this.#addLinesCovered(path[0]);
    else this.#addMaps();
    if (this.#lines.length > 0) this.#lines.close();
    else this.#lines.forget();
    this.#members = new Map();
  }

  /**
   * The count of each statement, branch and function goes to the line that it begins at: the greatest stays. With
   * partials a line with a decision has its branches' ratio, whatever else is counted there.
   */
  #addMaps(): void {
    const lines = this.#lines;
    const member = (name: string) => this.#members.get(name);
    const ratios = this.#enablePartials ? branchesByLine(member("branchMap"), member("b")) : NO_RATIOS;
    const add = (kind: LineKind) => (line: number, hits: number) => {
      if (line > 0 && !ratios.has(line)) lines.add(line, hits, 0, kind);
    };
    statementLines(member("statementMap"), member("s"), add(LineKind.Line));
    branchLines(member("branchMap"), member("b"), add(LineKind.Branch));
    statementLines(member("fnMap"), member("f"), add(LineKind.Method));
    for (const [line, { taken, total, columns }] of ratios) {
      if (lines.add(line, taken, total, LineKind.Branch)) lines.columns(columns);
    }
  }

  /** JSCoverage: counts by line; a line with conditions has a part for each. */
  #addLineData(name: string): void {
    const counts = parseJson(this.#members.get("lineData") ?? Buffer.from("[]"), name);
    const branches = parseJson(this.#members.get("branchData") ?? Buffer.from("{}"), name);
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
    const counts = parseJson(this.#members.get("linesCovered") ?? Buffer.from("{}"), name);
    if (!isObject(counts)) return;
    for (const [line, count] of Object.entries(counts)) this.#lines.add(toNumber(line), toNumber(count));
  }
}
