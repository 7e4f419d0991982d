import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchJsonMemory, benchMemory } from "./memory.js";
import { benchMerge } from "./merge.js";
import { benchParsing, type ParseBench } from "./parse.js";
import { clover } from "./reports/clover.js";
import { cobertura } from "./reports/cobertura.js";
import { coveragePy } from "./reports/coverage-py.js";
import { go } from "./reports/go.js";
import { istanbul } from "./reports/istanbul.js";
import { jacoco } from "./reports/jacoco.js";
import { lcov } from "./reports/lcov.js";
import { Results } from "./result.js";
import { benchEndpoint } from "./service/endpoint.js";
import { benchService } from "./service/reports-a-minute.js";
import { benchSessions } from "./service/sessions.js";
import { benchSynthesis } from "./synthesis.js";

/** Divides the sizes of reports for a quick look. */
const QUICK = 10;
const RUNS = 7;

type Bench = (folder: string, results: Results, scale: number) => Promise<void>;

/** In the order in which they run. */
const PARSED: readonly ParseBench[] = [lcov, cobertura, jacoco, clover, istanbul, coveragePy, go];

const BENCHES: Readonly<Record<string, Bench>> = {
  synth: (_, results, scale) => benchSynthesis(Math.ceil(11 / scale), results),
  ...Object.fromEntries(PARSED.map((bench) => [bench.format.name, parsing(bench)])),
  merge: (_, results, scale) => benchMerge(2_000 / scale, RUNS, results),
  async memory(folder, results, scale) {
    await benchMemory([10_000 / scale, 91_000 / scale], folder, results);
    for (const bench of [istanbul, coveragePy]) await benchJsonMemory(bench, folder, scale, results);
  },
  sessions: (folder, results, scale) => benchSessions(150 / scale, folder, results),
  endpoint: (folder, results, scale) => benchEndpoint(scale, folder, results),
  service: (folder, results, scale) => benchService(60 / scale, folder, results),
};

function parsing(bench: ParseBench): Bench {
  return (folder, results, scale) => benchParsing(bench, { folder, scale, runs: RUNS }, results);
}

const USAGE = `Usage: npm run bench [-- --quick] [-- --only NAME]

Prints one JSON line per measurement: ours, a peer, a limit and their ratio, all from this run. Every speed is printed
beside a comparison of its result with the known answer; a wrong result or a ratio beyond its floor ends with status 1.
The library's (synth) are printed beside their limits alone, and fail only when they cannot be taken.

  --quick      small inputs: seconds instead of minutes
  --only NAME  one of: ${Object.keys(BENCHES).join(", ")}
`;

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
      if (values.only === undefined || values.only === name) await bench(folder, results, values.quick ? QUICK : 1);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (results.failed) process.exitCode = 1;
}
