/*
 * Synthesis of single-vm-aws beside the smallest CDKTF program, as whole processes of compiled JavaScript. They
 * alternate and each pair gives a ratio, so that a busy machine weighs on both alike. Prints one line of JSON.
 *
 *   node test/bench/synth.mjs [PAIRS]     after npx tsc -b lib stacks
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const LIMIT = 2;
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "coverstack-bench-"));
const programs = {
  ours: ["dist/stacks/main.js", "stacks/settings/single-vm-aws.yaml", "--out", join(folder, "ours")],
  peer: ["test/bench/hello.cjs", join(folder, "peer")],
};

try {
  for (const name of Object.keys(programs)) mkdirSync(join(folder, name));
  const pairs = Number(process.argv[2] ?? 11);
  run(programs.ours);
  run(programs.peer);
  const measured = Array.from({ length: pairs }, () => ({ ours: run(programs.ours), peer: run(programs.peer) }));
  const of = (value) => Number(median(measured.map(value)).toFixed(3));
  const result = {
    name: "synth single-vm-aws, whole process, seconds",
    ours: of(({ ours }) => ours),
    peer: of(({ peer }) => peer),
    ratio: of(({ ours, peer }) => ours / peer),
    limit: LIMIT,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(program) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, program, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program[0]} failed: ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
