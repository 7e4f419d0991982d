import { isObject, type JsonObject, memberOf, parseJson, toNumber } from "./json-values.js";

/** The branches of a line: how many there are and were taken, and `start, end, hits` of the parts of the line they have. */
export interface LineBranches {
  taken: number;
  total: number;
  readonly columns: number[];
}

/**
 * Branches by the line that their decision stands on, as Istanbul's own reports count them: the `else` of an `if` is a
 * branch of the line of the `if`, even where it is written further down or not at all.
 */
export function branchesByLine(map: Buffer | undefined, counts: Buffer | undefined): ReadonlyMap<number, LineBranches> {
  const byLine = new Map<number, LineBranches>();
  if (map === undefined || counts === undefined) return byLine;
  const entries = parseJson(map, "a map of branches");
  const values = parseJson(counts, "counts of branches");
  if (!isObject(entries)) return byLine;
  for (const [id, entry] of Object.entries(entries)) {
    const [locations, hits] = [memberOf(entry, "locations"), memberOf(values, id)];
    if (!isObject(entry) || entry.skip === true || !Array.isArray(locations) || !Array.isArray(hits)) continue;
    const line = lineOfDecision(entry, locations);
    if (!(line > 0)) continue;
    const branches = byLine.get(line) ?? { taken: 0, total: 0, columns: [] };
    byLine.set(line, branches);
    for (const [index, location] of locations.entries()) {
      if (memberOf(location, "skip") !== true) addBranch(branches, line, location, toNumber(hits[index]));
    }
  }
  return byLine;
}

function lineOfDecision(entry: JsonObject, locations: readonly unknown[]): number {
  const lines = [memberOf(entry, "loc", "start", "line"), entry.line, memberOf(locations[0], "start", "line")];
  return lines.map(toNumber).find((line) => line > 0) ?? 0;
}

function addBranch(branches: LineBranches, line: number, location: unknown, hits: number): void {
  branches.total++;
  if (hits > 0) branches.taken++;
  if (memberOf(location, "start", "line") !== line) return;
  const start = toNumber(memberOf(location, "start", "column"));
  // Of a branch that goes on below, and of one whose end is not told, the rest of the line.
  const end = memberOf(location, "end", "line") === line ? (memberOf(location, "end", "column") ?? 0) : 0;
  branches.columns.push(start, toNumber(end), hits > 0 ? hits : 0);
}
