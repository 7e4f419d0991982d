import { execFile } from "node:child_process";
import { createReadStream, createWriteStream, rmSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createGzip } from "node:zlib";
import type { Totals } from "#service/report/totals.js";
import { round } from "./measure.js";
import type { ParseBench } from "./parse.js";
import { lcov } from "./reports/lcov.js";
import type { Results } from "./result.js";

const run = promisify(execFile);
const CHILD = fileURLToPath(new URL("./memory-child.js", import.meta.url));

/** MiB. What grows with a report is the list of its files, about 1 KiB each; their lines are never kept. */
const LIMITS = [60, 120] as const;

/** Peak memory of a process that reads a gzipped LCOV upload, over that of Node alone, for two sizes. */
export async function benchMemory(sizes: readonly [number, number], folder: string, results: Results): Promise<void> {
  const bare = await peak();
  for (const [index, files] of sizes.entries()) {
    const limit = LIMITS[index];
    const file = join(folder, `memory-${files}.info`);
    const generated = lcov.generate(file, files);
    await pipeline(createReadStream(file), createGzip({ level: 1 }), createWriteStream(`${file}.gz`));
    rmSync(file);
    const { mebibytes, totals } = await peak(`${file}.gz`);
    rmSync(`${file}.gz`);
    const name = `memory: ${Math.round(generated.bytes / 1e6)} MB of LCOV, gzipped`;
    results.expectEqual(name, totals, generated.totals);
    results.print({
      name,
      unit: "MiB over bare Node",
      ours: round(mebibytes - bare.mebibytes),
      peer: round(bare.mebibytes),
      peerName: "bare Node",
      limit,
      limitName: "goal",
      ratio: round((mebibytes - bare.mebibytes) / limit),
      floor: "<= 1",
    });
  }
}

/** Peak memory of reading a JSON report from its file to a stored report, beside that of `JSON.parse` of the same file. */
export async function benchJsonMemory(
  bench: ParseBench,
  folder: string,
  scale: number,
  results: Results,
): Promise<void> {
  const file = join(folder, `memory-${bench.format.name}.json`);
  const generated = bench.generate(file, bench.files / scale);
  const bare = await peak();
  const ours = await peak(file);
  const peer = await peak(file, "JSON.parse");
  rmSync(file);
  const name = `memory: ${bench.format.name}, against JSON.parse`;
  results.expectEqual(name, ours.totals, generated.totals);
  const [over, peerOver] = [ours.mebibytes - bare.mebibytes, peer.mebibytes - bare.mebibytes];
  results.print({
    name,
    unit: "MiB over bare Node",
    ours: round(over),
    peer: round(peerOver),
    peerName: "JSON.parse",
    limit: null,
    limitName: null,
    ratio: round(over / peerOver),
    floor: "<= 0.5",
  });
}

async function peak(...args: readonly string[]): Promise<{ mebibytes: number; totals: Totals | null }> {
  return JSON.parse((await run(process.execPath, [CHILD, ...args])).stdout);
}
