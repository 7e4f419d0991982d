import { Random } from "../bench/random.js";

export interface PlannedUpload {
  readonly sha: string;
  /** An LCOV report. */
  readonly body: string;
}

export interface Workload {
  readonly shas: readonly string[];
  readonly uploads: readonly PlannedUpload[];
}

const LINES = 400;
const FILES_PER_COMMIT = 12;

/**
 * Uploads to some commits in turn. Those of a commit overlap in files, lines and branches, so that one that is missing
 * changes the report; one that counts twice changes its count of sessions.
 */
export function planUploads(count: number, commits: number, seed: number): Workload {
  const random = new Random(seed);
  const shas = Array.from({ length: commits }, (_, i) => (i + 1).toString(16).padStart(40, "c"));
  const uploads = Array.from({ length: count }, (_, n) => ({ sha: shas[n % commits], body: report(n, random) }));
  return { shas, uploads };
}

/** Two files of the commit's and one that no other upload has. */
function report(n: number, random: Random): string {
  const shared = [random.below(FILES_PER_COMMIT), random.below(FILES_PER_COMMIT)];
  const paths = [...new Set(shared)].map((file) => `src/shared-${file}.js`);
  return [...paths, `src/own-${n}.js`].map((path) => fileRecord(path, random)).join("");
}

function fileRecord(path: string, random: Random): string {
  const records: string[] = [`SF:${path}`];
  for (let line = 1; line <= LINES; line++) {
    const hits = random.chance(30) ? random.below(9) : 0;
    records.push(`DA:${line},${hits}`);
    if (line % 10 !== 0) continue;
    for (let branch = 0; branch < 3; branch++) {
      records.push(`BRDA:${line},0,${branch},${hits === 0 ? "-" : random.below(2)}`);
    }
  }
  return `${records.join("\n")}\nend_of_record\n`;
}
