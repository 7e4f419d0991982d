import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Totals } from "#service/report/totals.js";
import { ExpectedTotals, type ModelFile, type ModelLine, modelFiles } from "../model.js";
import { Random } from "../random.js";
import { lcovRecord } from "../reports/lcov.js";

const gzipAsync = promisify(gzip);

export interface SessionReport {
  /** LCOV, gzipped. */
  readonly body: Buffer;
  readonly totals: Totals;
}

export interface SessionReports {
  readonly reports: readonly SessionReport[];
  /** What merging them all must come to. */
  readonly merged: Totals;
}

/**
 * Reports of sessions that cover one repository, as jobs of one build do: the same lines in each, other hits. A session
 * leaves out a fifth of the files, and runs a third of the lines and branches that any session can run.
 */
export async function sessionReports(sessions: number, files: number, seed = 0x5eed): Promise<SessionReports> {
  const repository = [...modelFiles(files, seed)];
  const merged = new Map<string, ModelFile>();
  const reports: SessionReport[] = [];
  for (let session = 0; session < sessions; session++) {
    const random = new Random(seed + 1 + session);
    const covered = repository.filter(() => !random.chance(20)).map((file) => run(file, random));
    for (const file of covered) merged.set(file.path, mergeFile(merged.get(file.path), file));
    const body = await gzipAsync(covered.map(lcovRecord).join(""));
    reports.push({ body, totals: totalsOf(covered) });
  }
  return { reports, merged: totalsOf(merged.values()) };
}

function totalsOf(files: Iterable<ModelFile>): Totals {
  const expected = new ExpectedTotals(true);
  for (const file of files) expected.add(file);
  return expected.totals;
}

function run({ path, lines }: ModelFile, random: Random): ModelFile {
  const some = (most: number) => (most > 0 && random.chance(33) ? 1 + random.below(most) : 0);
  return {
    path,
    lines: lines.map((line): ModelLine => {
      const hits = some(line.hits);
      return { ...line, hits, branches: line.branches.map((most) => (hits === 0 ? 0 : some(most))) };
    }),
  };
}

/** Worked out on the model, beside the service's own rules: what one session ran has been run. */
function mergeFile(before: ModelFile | undefined, file: ModelFile): ModelFile {
  if (before === undefined) return file;
  const lines = file.lines.map((line, i): ModelLine => {
    const other = before.lines[i];
    const branches = line.branches.map((hits, branch) => Math.max(hits, other.branches[branch]));
    return { ...line, hits: Math.max(line.hits, other.hits), branches };
  });
  return { path: file.path, lines };
}
