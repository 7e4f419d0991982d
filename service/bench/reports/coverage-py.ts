import { coveragePy as format } from "#service/formats/coverage-py.js";
import { type ExpectedLine, ExpectedLines } from "../expected.js";
import { jsonParse } from "../json-peer.js";
import type { ModelFile, ModelLine } from "../model.js";
import type { ParseBench } from "../parse.js";
import { generate } from "./generate.js";

/** JSON of coverage.py with branches: 10,000 files are about 29 MB. */
export const coveragePy: ParseBench = {
  format,
  generate: (path, files) =>
    generate(path, files, new ExpectedLines(expected), {
      head: '{"meta": {"version": "6.5.0", "branch_coverage": true, "show_contexts": false}, "files": {',
      tail: '"": {"executed_lines": [], "missing_lines": []}}, "totals": {"percent_covered": 70.0}}\n',
      render: coveredFile,
    }),
  files: 10_000,
  peers: [jsonParse],
  peerShare: 1,
  floors: {},
};

function expected({ hits }: ModelLine): ExpectedLine {
  return { taken: hits > 0 ? 1 : 0, total: 1, kind: "line" };
}

function coveredFile({ path, lines }: ModelFile): string {
  const numbers = (wanted: (line: ModelLine) => boolean) => lines.filter(wanted).map(({ line }) => line);
  const branches = lines.filter((line) => line.branches.length > 0);
  const arcs = (isTaken: boolean) =>
    branches.flatMap((line) =>
      line.branches.flatMap((count, index) => (count > 0 === isTaken ? [[line.line, line.line + 1 + index]] : [])),
    );
  const file = {
    executed_lines: numbers(({ hits }) => hits > 0),
    summary: {
      covered_lines: 1,
      num_statements: lines.length,
      percent_covered: 70.5,
      missing_lines: 1,
      excluded_lines: 0,
    },
    missing_lines: numbers(({ hits }) => hits === 0),
    excluded_lines: [],
    executed_branches: arcs(true),
    missing_branches: arcs(false),
  };
  // Python puts a space behind commas and colons.
  return `${JSON.stringify(path)}: ${JSON.stringify(file).replace(/[,:]/g, "$& ")}, `;
}
