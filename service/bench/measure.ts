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
 * Times `ours` against the plain byte loop over the same bytes, in turns, so that both see the same machine.
 * @returns milliseconds of each, medians
 */
export async function againstRawLoop(bytes: Buffer, runs: number, ours: () => unknown) {
  await ours();
  countLineFeeds(bytes);
  const times: { raw: number; ours: number }[] = [];
  for (let left = runs; left > 0; left--) {
    const start = performance.now();
    countLineFeeds(bytes);
    const middle = performance.now();
    await ours();
    times.push({ raw: middle - start, ours: performance.now() - middle });
  }
  times.sort((a, b) => a.raw / a.ours - b.raw / b.ours);
  return times[Math.floor(times.length / 2)];
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
