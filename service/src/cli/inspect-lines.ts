import { type FileCoverage, LineKind } from "../report/file-coverage.js";
import { lineColumns, lineComplexity, lineKind, lineValue, missingBranches } from "../report/line-value.js";

const KINDS: Partial<Record<LineKind, string>> = { [LineKind.Branch]: "b", [LineKind.Method]: "m" };

/** What is told of lines beside their values: undefined where there is nothing to tell. */
const DETAILS: Readonly<Record<string, (coverage: FileCoverage, index: number) => unknown>> = {
  kinds: (coverage, index) => KINDS[lineKind(coverage, index)],
  missing: (coverage, index) => missingBranches(coverage, index) ?? undefined,
  complexity: (coverage, index) => lineComplexity(coverage, index) ?? undefined,
  partials(coverage, index) {
    const parts = lineColumns(coverage, index);
    return parts.length > 0 ? parts.map(({ start, end, hits }) => [start, end, hits]) : undefined;
  },
};

/** Members of a file's JSON: `lines`, and each of the details that any line has. */
export function jsonOfLines(coverage: FileCoverage): readonly string[] {
  const details = Object.entries(DETAILS).map(([name, of]) => [name, byLine(coverage, of)] as const);
  const lines = ["lines", byLine(coverage, lineValue)] as const;
  const told = [lines, ...details.filter(([, members]) => members.length > 0)];
  return told.map(([name, members]) => `"${name}":{${members.join(",")}}`);
}

function byLine(coverage: FileCoverage, tell: (coverage: FileCoverage, index: number) => unknown): readonly string[] {
  const members: string[] = [];
  coverage.lines.forEach((line, index) => {
    const told = tell(coverage, index);
    if (told !== undefined) members.push(`"${line}":${JSON.stringify(told)}`);
  });
  return members;
}
