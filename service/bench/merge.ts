import { CoverageBuilder } from "#service/report/coverage-builder.js";
import type { FileCoverage } from "#service/report/file-coverage.js";
import { mergeFiles } from "#service/report/merge.js";
import { addCounts, type Counts, countLines, noCounts } from "#service/report/totals.js";
import { median, round } from "./measure.js";
import { type ModelFile, type ModelLine, modelFiles } from "./model.js";
import type { Results } from "./result.js";

const NAME = "merge of sessions";
const SEEDS = [0x5eed, 0xbee5] as const;

/** Merging in memory: lines of both sides per second. */
export async function benchMerge(files: number, runs: number, results: Results): Promise<void> {
  const first = [...modelFiles(files, SEEDS[0])].map(columns);
  const second = [...modelFiles(files, SEEDS[1])].map(columns);
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
  results.expectEqual(NAME, mergedTotals(first, second), expectedTotals(files));
  const target = 8;
  const ours = lines / 1000 / milliseconds;
  results.print({
    name: NAME,
    unit: "million lines/s",
    ours: round(ours),
    peer: null,
    peerName: null,
    limit: target,
    limitName: "target",
    ratio: round(ours / target),
    floor: ">= 1",
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

function mergedTotals(first: readonly FileCoverage[], second: readonly FileCoverage[]): Counts {
  const into = new CoverageBuilder();
  const sum = noCounts();
  for (let i = 0; i < first.length; i++) {
    into.clear();
    mergeFiles(first[i], second[i], into);
    addCounts(sum, countLines(into.view()));
  }
  return sum;
}

/** By the rules alone, line by line over the models: no column and no list of ids is looked at. */
function expectedTotals(files: number): Counts {
  const sum = noCounts();
  const second = modelFiles(files, SEEDS[1]);
  for (const file of modelFiles(files, SEEDS[0])) {
    sum.files++;
    const others = new Map((second.next().value?.lines ?? []).map((line) => [line.line, line]));
    for (const line of file.lines) {
      const other = others.get(line.line);
      others.delete(line.line);
      judge(other === undefined ? [line] : [line, other], sum);
    }
    for (const line of others.values()) judge([line], sum);
  }
  return sum;
}

function judge(sessions: readonly ModelLine[], sum: Counts): void {
  sum.lines++;
  const branching = sessions.filter(({ branches }) => branches.length > 0);
  const covers = (session: ModelLine) =>
    session.branches.length === 0 ? session.hits > 0 : session.branches.every((count) => count > 0);
  if (sessions.some(covers)) {
    sum.hits++;
    return;
  }
  // Nobody covers it whole. Of branches that both know, those that one of them took are taken.
  const [{ branches = [] } = {}, other] = branching;
  const missed = branches.filter((count, index) => count === 0 && (other === undefined || other.branches[index] === 0));
  const taken = branches.length - missed.length;
  if (branches.length > 0 && taken === branches.length) sum.hits++;
  else if (taken > 0) sum.partials++;
  else sum.misses++;
}
