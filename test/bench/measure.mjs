/* What the benches of the library share: whole processes in pairs, medians, one line of JSON each. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A Node program run to its end: seconds, and MiB at its peak. */
export function run(program) {
  const start = process.hrtime.bigint();
  const { status, stdout, stderr, output } = spawnSync(
    process.execPath,
    ["--require", fileURLToPath(new URL("peak-memory.cjs", import.meta.url)), ...program],
    { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe", "pipe"], maxBuffer: 2 ** 26 },
  );
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0) throw new Error(`${program.join(" ")} failed: ${stdout}${stderr}`);
  return { seconds, memory: Number(output[3]) / 1024, stdout };
}

/** Two programs in turn, so that a busy machine weighs on both alike; the first run of each is left out. */
export function pairs(ours, peer, count) {
  const measured = Array.from({ length: count + 1 }, () => ({ ours: run(ours), peer: run(peer) })).slice(1);
  const of = (figure) => ({
    ours: median(measured.map(({ ours }) => ours[figure])),
    peer: median(measured.map(({ peer }) => peer[figure])),
    ratio: median(measured.map(({ ours, peer }) => ours[figure] / peer[figure])),
  });
  return { seconds: of("seconds"), memory: of("memory") };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Prints what was measured, and whether its `ratio`, if it has one, else `ours` is within the limit. */
export function print({ name, limit, ...figures }) {
  const measured = figures.ratio ?? figures.ours;
  const line = { name, ...figures, limit, ok: measured <= limit };
  const rounded = (_, value) => (typeof value === "number" ? Number(value.toFixed(3)) : value);
  process.stdout.write(`${JSON.stringify(line, rounded)}\n`);
}
