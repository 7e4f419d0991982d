import { istanbul as format } from "#service/formats/istanbul.js";
import { type ExpectedLine, ExpectedLines } from "../expected.js";
import { jsonParse } from "../json-peer.js";
import type { ModelFile, ModelLine } from "../model.js";
import type { ParseBench } from "../parse.js";
import { generate } from "./generate.js";

/** Istanbul's JSON as nyc writes it: 1,500 files are about 56 MB. */
export const istanbul: ParseBench = {
  format,
  generate: (path, files) =>
    generate(path, files, new ExpectedLines(expected), { head: '{"":{}', tail: "}\n", render: istanbulFile }),
  files: 1_500,
  peers: [jsonParse],
  peerShare: 1,
  floors: {},
};

/** The greatest count of what begins on a line: a branch that was missed on a line that was hit does not show. */
function expected({ hits, branches, isFunction }: ModelLine): ExpectedLine {
  const kind = branches.length > 0 ? "branch" : isFunction ? "method" : "line";
  return { taken: hits > 0 ? 1 : 0, total: 1, kind };
}

function istanbulFile({ path, lines }: ModelFile): string {
  const functions = lines.filter(({ isFunction }) => isFunction);
  const branching = lines.filter(({ branches }) => branches.length > 0);
  const file = {
    path,
    statementMap: byId(lines.map(({ line }) => span(line))),
    fnMap: byId(functions.map(({ line }) => ({ name: `f${line}`, decl: span(line), loc: span(line), line }))),
    branchMap: byId(
      branching.map(({ line, branches }) => ({
        loc: span(line),
        type: "cond-expr",
        locations: branches.map(() => span(line)),
        line,
      })),
    ),
    s: byId(lines.map(({ hits }) => hits)),
    f: byId(functions.map(({ hits }) => hits)),
    b: byId(branching.map(({ branches }) => branches)),
    _coverageSchema: "1a1c01bbd47fc00a2c39e90264f33305004495a9",
    hash: "90a9f5e0b8a9fc0a0cf5b51f5f0cbf2b9b1c2a3d",
  };
  return `,${JSON.stringify(path)}:${JSON.stringify(file)}`;
}

function span(line: number) {
  return { start: { line, column: 4 }, end: { line, column: 37 } };
}

function byId<T>(items: readonly T[]): Record<string, T> {
  return Object.fromEntries(items.entries());
}
