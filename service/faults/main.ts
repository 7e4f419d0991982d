import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { realParts } from "../../test/support/real-parts.js";
import { faultsOf, Runner } from "./run-scenario.js";
import { SCENARIOS } from "./scenarios.js";
import { startServers } from "./servers.js";

const FULL = { uploads: 500, scale: 1, takeoverSeconds: 60, settlePatience: 1_800_000 };
const QUICK = { uploads: 50, scale: 0.1, takeoverSeconds: 3, settlePatience: 120_000 };

const USAGE = `Usage: npm run faults [-- --uploads N] [-- --only NAME] [-- --seed N] [-- --quick]

Uploads reports while processes are killed and servers fail, with real PostgreSQL and Redis servers of its own. Afterwards
every upload that was accepted must be part of its commit's report, and the reports must be those of a run without
faults. Prints one JSON line per scenario; anything lost or different ends with status 1.

  --uploads N  uploads of each scenario (default ${FULL.uploads})
  --only NAME  one scenario alone
  --seed N     chooses reports and moments (default 1)
  --quick      ${QUICK.uploads} uploads, short outages

Scenarios:
${SCENARIOS.map(({ name, does }) => `  ${name.padEnd(15)} ${does}`).join("\n")}
`;

const { values } = parseArgs({
  options: {
    uploads: { type: "string" },
    only: { type: "string" },
    seed: { type: "string" },
    quick: { type: "boolean" },
    help: { type: "boolean" },
  },
});
const chosen = SCENARIOS.filter(({ name }) => values.only === undefined || values.only === name);
const fault = wrongNumber("uploads", values.uploads, 5) ?? wrongNumber("seed", values.seed, 0);
if (values.help) {
  console.log(USAGE);
} else if (chosen.length === 0) {
  fail(`there is no scenario ${values.only}; --only takes one of ${SCENARIOS.map(({ name }) => name).join(", ")}`);
} else if (fault) {
  fail(fault);
} else {
  await main();
}

async function main(): Promise<void> {
  const { postgres, redis } = realParts();
  const needed = chosen.filter(({ on }) => on === "servers").map(({ name }) => name);
  if (needed.length > 0 && !(postgres && redis)) {
    const need = needed.length === 1 ? "needs" : "need";
    return fail(`${needed.join(", ")} ${need} PostgreSQL (initdb) and redis-server on this machine: install them`);
  }
  const size = values.quick ? QUICK : FULL;
  const folder = mkdtempSync(join(tmpdir(), "coverstack-faults-"));
  const servers = needed.length > 0 ? await startServers() : null;
  const runner = new Runner({
    ...size,
    uploads: Number(values.uploads ?? size.uploads),
    seed: Number(values.seed ?? 1),
    folder,
    servers,
    say: (progress) => console.error(progress),
  });
  const stop = async () => {
    await runner.stop();
    await servers?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
  const failed: string[] = [];
  try {
    for (const scenario of chosen) {
      const outcome = await runner.run(scenario);
      const { crashes, ...figures } = outcome;
      console.log(JSON.stringify({ ...figures, crashes: crashes.length }));
      for (const crash of crashes) console.error(crash);
      const wrong = faultsOf(scenario, outcome);
      if (wrong.length > 0) failed.push(`${scenario.name} (${wrong.join(", ")})`);
    }
    if (failed.length > 0) fail(`failed: ${failed.join("; ")}`);
    else console.error(`passed: nothing lost, reports equal, no crashes; scenarios: ${chosen.length}`);
  } finally {
    await stop();
  }
}

function wrongNumber(option: string, given: string | undefined, least: number): string | null {
  if (given === undefined || (/^\d{1,6}$/.test(given) && Number(given) >= least)) return null;
  return `--${option} must be a whole number from ${least} to 999999, not ${given}`;
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
