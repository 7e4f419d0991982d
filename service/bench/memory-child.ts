import { createReadStream, existsSync, readFileSync } from "node:fs";
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
console.log(JSON.stringify({ mebibytes: peakMebibytes(), totals }));

/** On Linux `maxRSS` starts from what the parent held when it forked; the kernel's own mark starts anew with the program. */
function peakMebibytes(): number {
  const status = "/proc/self/status";
  const mark = existsSync(status) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, "utf8")) : null;
  return (mark ? Number(mark[1]) : process.resourceUsage().maxRSS) / 1024;
}
