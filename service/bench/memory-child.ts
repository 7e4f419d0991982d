import { createReadStream, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Totals } from "#service/report/totals.js";
import { peakMebibytes } from "./peak-memory.js";

/** Reads one upload as a worker does, or as JSON, and prints the process's peak memory; without a file, that of Node alone. */
const [file, how] = process.argv.slice(2);
const totals = file === undefined ? null : how === "JSON.parse" ? parse(file) : await ingested(file);
console.log(JSON.stringify({ mebibytes: peakMebibytes(), totals }));

function parse(path: string): null {
  const document: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (typeof document !== "object") throw new TypeError("the report is no JSON object");
  return null;
}

async function ingested(path: string): Promise<Totals | null> {
  const { DEFAULT_LIMITS } = await import("#service/settings/defaults.js");
  const { ingest } = await import("#service/ingest/ingest.js");
  const { rmSync } = await import("node:fs");
  const { reportFile, totals: found } = await ingest(createReadStream(path), {
    acceptsJson: false,
    limits: DEFAULT_LIMITS,
    temporaryFolder: tmpdir(),
  });
  if (reportFile !== null) rmSync(reportFile);
  return found;
}
