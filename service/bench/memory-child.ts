import { createReadStream } from "node:fs";
import { tmpdir } from "node:os";

/** Reads one upload as a worker does and prints the process's peak memory; without a file, that of Node alone. */
const [file] = process.argv.slice(2);
let totals = null;
if (file !== undefined) {
  const { DEFAULT_LIMITS } = await import("#service/settings/defaults.js");
  const { ingest } = await import("#service/uploads/ingest.js");
  const { rmSync } = await import("node:fs");
  const ingested = await ingest(createReadStream(file), {
    acceptsJson: false,
    limits: DEFAULT_LIMITS,
    temporaryFolder: tmpdir(),
  });
  totals = ingested.totals;
  if (ingested.reportFile !== null) rmSync(ingested.reportFile);
}
console.log(JSON.stringify({ mebibytes: process.resourceUsage().maxRSS / 1024, totals }));
