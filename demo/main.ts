import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { loadSample, type Sample, type SampleTotals, uploadSample } from "./sample.js";
import { startService } from "./service-process.js";

const ROOT = resolve(__dirname, "../..");

const USAGE = `Usage: npm run demo -- [options]

Synthesises every strategy and cloud, then starts the coverage service with a sample repository in it.

  --port N     port to listen on (default 8080)
  --data DIR   folder for the service's data (default .coverstack/demo)
  --once       load the sample, print its totals and stop
  --help       this text
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8080" },
      data: { type: "string", default: join(ROOT, ".coverstack", "demo") },
      once: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`--port must be a whole number from 1 to 65535, got '${values.port}'`);
  }

  process.stdout.write("What the example settings synthesise:\n\n");
  const synth = spawnSync(process.execPath, [join(ROOT, "dist/stacks/main.js")], { cwd: ROOT, stdio: "inherit" });
  if (synth.status !== 0) throw new Error("the synthesis failed, see above");

  process.stdout.write("\nStarting the coverage service with a sample repository...\n");
  const token = randomBytes(16).toString("hex");
  const service = await startService({ root: ROOT, port, dataDir: resolve(values.data), uploadToken: token });
  try {
    const sample = await loadSample(join(ROOT, "demo/sample"));
    printTotals(sample, await uploadSample(sample, { url: service.url, token }));
    if (values.once) return;
    process.stdout.write(`\nLook at it: ${service.url}/gh/${sample.slug}\nStop it with Ctrl-C.\n`);
    await service.exited;
  } finally {
    await service.stop();
  }
}

function printTotals(sample: Sample, totals: readonly SampleTotals[]): void {
  process.stdout.write(`\n${sample.slug}\n`);
  process.stdout.write("commit   coverage  files  lines  hits  misses  partials  message\n");
  for (const row of totals) {
    const cells = [
      row.sha.slice(0, 7),
      `${row.coverage}%`.padStart(9),
      String(row.files).padStart(6),
      String(row.lines).padStart(6),
      String(row.hits).padStart(5),
      String(row.misses).padStart(7),
      String(row.partials).padStart(9),
      ` ${row.message}`,
    ];
    process.stdout.write(`${cells.join(" ")}\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
