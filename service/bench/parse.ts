import { createReadStream, readFileSync, rmSync } from "node:fs";
import type { CoverageSink, ReportFormat } from "#service/formats/parser.js";
import { DEFAULT_PARSER_OPTIONS } from "#service/formats/parser-options.js";
import { addCounts, countLines, noCounts, type Totals, toTotals } from "#service/report/totals.js";
import { DEFAULT_LIMITS } from "#service/settings/defaults.js";
import { ingest } from "#service/uploads/ingest.js";
import type { Generated } from "./generate.js";
import { againstRawLoop, median, megabytesPerSecond, round } from "./measure.js";
import type { Peer } from "./peers.js";
import type { Results } from "./result.js";

const CHUNK_BYTES = 256 * 1024;

export interface ParseCase {
  readonly format: ReportFormat;
  readonly file: string;
  readonly generated: Generated;
  readonly runs: number;
  readonly peers: readonly Peer[];
  /** A part of the report that peers can be waited for. */
  readonly peerFile: string;
  readonly peerGenerated: Generated;
  readonly parseFloor: string;
  /** For what ingesting writes. */
  readonly folder: string;
}

/** Parsing alone, and the whole way from body to stored report, against the byte loop and the fastest peer. */
export async function benchParsing(given: ParseCase, results: Results): Promise<void> {
  const { format, generated, runs } = given;
  const bytes = readFileSync(given.file);
  results.expectEqual(`${format.name} parse`, parse(format, bytes), generated.totals);
  const parsing = await againstRawLoop(bytes, runs, () => parse(format, bytes));
  const peer = await fastestPeer(given);
  results.print({
    name: `${format.name} parse`,
    unit: "MB/s",
    ours: megabytesPerSecond(bytes.length, parsing.ours),
    peer: peer.speed,
    peerName: peer.name,
    limit: megabytesPerSecond(bytes.length, parsing.raw),
    limitName: "byte loop",
    ratio: round(parsing.raw / parsing.ours),
    floor: given.parseFloor,
  });
  const ingesting = await againstRawLoop(bytes, runs, async () => {
    results.expectEqual(`${format.name} ingest`, await ingestFile(given), generated.totals);
  });
  results.print({
    name: `${format.name} ingest`,
    unit: "MB/s",
    ours: megabytesPerSecond(bytes.length, ingesting.ours),
    peer: peer.speed,
    peerName: `${peer.name} (parse only)`,
    limit: megabytesPerSecond(bytes.length, ingesting.raw),
    limitName: "byte loop",
    ratio: round(ingesting.raw / ingesting.ours),
    floor: null,
  });
}

function parse(format: ReportFormat, bytes: Buffer): Totals {
  const sum = noCounts();
  const sink: CoverageSink = {
    file: (_, coverage) => addCounts(sum, countLines(coverage)),
    source: () => {},
    made: () => {},
    note: (message) => console.error(message),
  };
  const parser = format.parser(sink, DEFAULT_LIMITS, { reportName: null, options: DEFAULT_PARSER_OPTIONS });
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) parser.write(bytes.subarray(at, at + CHUNK_BYTES));
  parser.end();
  return toTotals(sum);
}

async function ingestFile({ file, folder }: ParseCase): Promise<Totals | null> {
  const body = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const { reportFile, totals } = await ingest(body, {
    acceptsJson: false,
    limits: DEFAULT_LIMITS,
    temporaryFolder: folder,
  });
  if (reportFile !== null) rmSync(reportFile);
  return totals;
}

async function fastestPeer({ peers, peerFile, peerGenerated }: ParseCase): Promise<{ name: string; speed: number }> {
  let fastest = { name: "none", speed: 0 };
  const text = readFileSync(peerFile, "utf8");
  for (const peer of peers) {
    const milliseconds = await median(3, async () => {
      const { lines } = await peer.parse(text);
      if (lines < peerGenerated.totals.lines) throw new Error(`${peer.name} found only ${lines} lines`);
    });
    const speed = megabytesPerSecond(peerGenerated.bytes, milliseconds);
    if (speed > fastest.speed) fastest = { name: peer.name, speed };
  }
  return fastest;
}
