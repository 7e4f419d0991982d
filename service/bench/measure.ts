import { performance } from "node:perf_hooks";

/** Milliseconds of the median of `runs` runs, each after a first one that is not counted. */
export async function median(runs: number, run: () => unknown): Promise<number> {
  await run();
  const times: number[] = [];
  for (let left = runs; left > 0; left--) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

/**
 * Times two ways of the same work in turns, so that both see the same machine, after a run of each that is not counted.
 * @returns milliseconds of each, of the pair whose ratio is the median
 */
export async function inTurns(runs: number, ours: () => unknown, other: () => unknown) {
  await ours();
  await other();
  const times: { ours: number; other: number }[] = [];
  for (let left = runs; left > 0; left--) {
    const start = performance.now();
    await other();
    const middle = performance.now();
    await ours();
    times.push({ other: middle - start, ours: performance.now() - middle });
  }
  times.sort((a, b) => a.other / a.ours - b.other / b.ours);
  return times[Math.floor(times.length / 2)];
}

/** Times `ours` against the plain byte loop over the same bytes. @returns milliseconds of each */
export async function againstRawLoop(bytes: Buffer, runs: number, ours: () => unknown) {
  const times = await inTurns(runs, ours, () => countLineFeeds(bytes));
  return { raw: times.other, ours: times.ours };
}

/** The limit for anything that looks at every byte in JavaScript. */
function countLineFeeds(bytes: Buffer): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0x0a) count++;
  return count;
}

export function megabytesPerSecond(bytes: number, milliseconds: number): number {
  return round(bytes / 1000 / milliseconds);
}

export function round(value: number): number {
  return Number(value.toPrecision(3));
}
