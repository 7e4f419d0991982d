import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cobertura } from "#service/formats/cobertura.js";
import { lcov } from "#service/formats/lcov.js";
import { generateCobertura, generateLcov } from "./generate.js";
import { benchMemory } from "./memory.js";
import { benchMerge } from "./merge.js";
import { benchParsing } from "./parse.js";
import { lcovPeers, xmlPeers } from "./peers.js";
import { Results } from "./result.js";

const USAGE = `Usage: npm run bench [-- --quick] [-- --only NAME]

Prints one JSON line per measurement: ours, a peer, a limit and their ratio, all from this run. Every speed is printed
beside a comparison of its result with the known answer; a wrong result or a ratio beyond its floor ends with status 1.

  --quick      small inputs: seconds instead of minutes
  --only NAME  one of: lcov, cobertura, merge, memory
`;

interface Size {
  /** Files in the LCOV, in the Cobertura, in what peers get, and on each side of a merge. */
  readonly lcov: number;
  readonly cobertura: number;
  readonly peer: number;
  readonly merge: number;
  /** Files in the two uploads whose memory is compared. */
  readonly memory: readonly [number, number];
  readonly runs: number;
}

/** About 55 MB of LCOV, 109 MB of Cobertura, and for memory 55 MB against 500 MB. */
const FULL: Size = { lcov: 10_000, cobertura: 4_000, peer: 1_000, merge: 2_000, memory: [10_000, 91_000], runs: 7 };
const QUICK: Size = { lcov: 1_000, cobertura: 400, peer: 200, merge: 500, memory: [200, 2_000], runs: 5 };

type Bench = (folder: string, results: Results, size: Size) => Promise<void>;

const BENCHES: Readonly<Record<string, Bench>> = {
  lcov: (folder, results, size) => {
    const [file, peerFile] = [join(folder, "report.info"), join(folder, "peer.info")];
    const generated = generateLcov(file, size.lcov);
    const peerGenerated = generateLcov(peerFile, size.peer);
    const inputs = { file, generated, peerFile, peerGenerated, folder, runs: size.runs };
    return benchParsing({ ...inputs, format: lcov, peers: lcovPeers, parseFloor: ">= 0.25" }, results);
  },
  cobertura: (folder, results, size) => {
    const [file, peerFile] = [join(folder, "report.xml"), join(folder, "peer.xml")];
    const generated = generateCobertura(file, size.cobertura);
    const peerGenerated = generateCobertura(peerFile, size.peer);
    const inputs = { file, generated, peerFile, peerGenerated, folder, runs: size.runs };
    return benchParsing({ ...inputs, format: cobertura, peers: xmlPeers, parseFloor: ">= 0.25" }, results);
  },
  merge: (_, results, size) => benchMerge(size.merge, size.runs, results),
  memory: (folder, results, size) => benchMemory(size.memory, folder, results),
};

const { values } = parseArgs({
  options: { quick: { type: "boolean" }, only: { type: "string" }, help: { type: "boolean" } },
});
if (values.help) {
  console.log(USAGE);
} else if (values.only !== undefined && !(values.only in BENCHES)) {
  console.error(`there is no measurement ${values.only}; --only takes one of ${Object.keys(BENCHES).join(", ")}`);
  process.exitCode = 1;
} else {
  const folder = mkdtempSync(join(tmpdir(), "coverstack-bench-"));
  const results = new Results();
  try {
    for (const [name, bench] of Object.entries(BENCHES)) {
      if (values.only === undefined || values.only === name) await bench(folder, results, values.quick ? QUICK : FULL);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (results.failed) process.exitCode = 1;
}
