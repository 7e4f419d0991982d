import { CoverageBuilder } from "#service/report/coverage-builder.js";
import type { FileCoverage } from "#service/report/file-coverage.js";
import { mergeFiles } from "#service/report/merge.js";
import { median, round } from "./measure.js";
import { type ModelFile, modelFiles } from "./model.js";
import type { Results } from "./result.js";

/** Merging in memory: lines of both sides per second. */
export async function benchMerge(files: number, runs: number, results: Results): Promise<void> {
  const first = [...modelFiles(files, 0x5eed)].map(columns);
  const second = [...modelFiles(files, 0xbee5)].map(columns);
  const into = new CoverageBuilder();
  let lines = 0;
  const milliseconds = await median(runs, () => {
    lines = 0;
    for (let i = 0; i < files; i++) {
      into.clear();
      mergeFiles(first[i], second[i], into);
      lines += first[i].lines.length + second[i].lines.length;
    }
  });
  const target = 8;
  const ours = lines / 1000 / milliseconds;
  results.print({
    name: "merge of sessions",
    unit: "million lines/s",
    ours: round(ours),
    peer: null,
    peerName: null,
    limit: target,
    limitName: "target",
    ratio: round(ours / target),
    floor: null,
  });
}

function columns(file: ModelFile): FileCoverage {
  const builder = new CoverageBuilder();
  for (const { line, hits, branches } of file.lines) {
    const missed = branches.flatMap((count, index) => (count === 0 ? [`0:${index}`] : []));
    builder.add(line, branches.length === 0 ? hits : branches.length - missed.length, branches.length, 0);
    if (missed.length > 0) builder.missing(Buffer.from(missed.join(",")));
  }
  return builder.view();
}
