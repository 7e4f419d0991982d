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

/** Files in the inputs: about 55 MB of LCOV, 109 MB of Cobertura, and for memory 55 MB against 500 MB. */
const FULL = { lcov: 10_000, cobertura: 4_400, peer: 1_000, merge: 2_000, memory: [10_000, 91_000], runs: 7 } as const;
const QUICK = { lcov: 1_000, cobertura: 400, peer: 200, merge: 500, memory: [200, 2_000], runs: 5 } as const;

const BENCHES = {
  lcov: (folder: string, results: Results, size: typeof FULL | typeof QUICK) =>
    benchFormat(folder, results, size, "lcov"),
  cobertura: (folder: string, results: Results, size: typeof FULL | typeof QUICK) =>
    benchFormat(folder, results, size, "cobertura"),
  merge: (_: string, results: Results, size: typeof FULL | typeof QUICK) => benchMerge(size.merge, size.runs, results),
  memory: (folder: string, results: Results, size: typeof FULL | typeof QUICK) =>
    benchMemory(size.memory, folder, results),
};

function benchFormat(
  folder: string,
  results: Results,
  size: typeof FULL | typeof QUICK,
  name: "lcov" | "cobertura",
): Promise<void> {
  const isLcov = name === "lcov";
  const generate = isLcov ? generateLcov : generateCobertura;
  const file = join(folder, `report.${name}`);
  const peerFile = join(folder, `peer.${name}`);
  return benchParsing(
    {
      format: isLcov ? lcov : cobertura,
      file,
      generated: generate(file, size[name]),
      peerFile,
      peerGenerated: generate(peerFile, size.peer),
      peers: isLcov ? lcovPeers : xmlPeers,
      runs: size.runs,
      parseFloor: ">= 0.25",
      temporaryFolder: folder,
    },
    results,
  );
}

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
