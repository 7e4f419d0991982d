import { createReadStream, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CoverageSink, ReportFormat } from "#service/formats/parser.js";
import { DEFAULT_PARSER_OPTIONS } from "#service/formats/parser-options.js";
import { ingest } from "#service/ingest/ingest.js";
import { addCounts, countLines, noCounts, type Totals, toTotals } from "#service/report/totals.js";
import { DEFAULT_LIMITS } from "#service/settings/defaults.js";
import { againstRawLoop, inTurns, megabytesPerSecond, round } from "./measure.js";
import type { Peer } from "./peers.js";
import type { Generated } from "./reports/generate.js";
import type { Results } from "./result.js";

const CHUNK_BYTES = 256 * 1024;

/** What is measured of a format. */
export interface ParseBench {
  readonly format: ReportFormat;
  /** Writes a report of so many files. */
  generate(path: string, files: number): Generated;
  /** The same with the files in no order, where that makes a difference worth knowing. */
  generateScattered?(path: string, files: number): Generated;
  /** In the report that is read. */
  readonly files: number;
  readonly peers: readonly Peer[];
  /** The part of these files in the report that peers are given: most cannot be waited for. @default 0.1 */
  readonly peerShare?: number;
  /** What the ratios to the byte loop, and to the fastest peer without a floor of its own, have to be. */
  readonly floors: { readonly read?: string; readonly store?: string; readonly peer?: string };
}

export interface Run {
  /** For what is generated and stored. */
  readonly folder: string;
  /** Divides the size of reports. */
  readonly scale: number;
  readonly runs: number;
}

/**
 * Two ways of each format, against the byte loop and its peers. read: from bytes to the columns and totals of each file,
 * sorted, branches folded, duplicates merged. store: from an upload's body to the stored report on disk.
 */
export async function benchParsing(bench: ParseBench, run: Run, results: Results): Promise<void> {
  const { format, floors } = bench;
  const file = join(run.folder, `${format.name}.report`);
  const generated = bench.generate(file, bench.files / run.scale);
  const bytes = readFileSync(file);
  const [reading, storing] = [`${format.name}: read`, `${format.name}: store`];
  results.expectEqual(reading, read(format, bytes), generated.totals);
  const times = await againstRawLoop(bytes, run.runs, () => read(format, bytes));
  const peers = await besidePeers(bench, run);
  const fastest = peers.at(0);
  const unit = "MB/s";
  results.print({
    name: reading,
    unit,
    ours: megabytesPerSecond(bytes.length, times.ours),
    peer: fastest?.speed ?? null,
    peerName: fastest?.peer.name ?? null,
    limit: megabytesPerSecond(bytes.length, times.raw),
    limitName: "byte loop",
    ratio: round(times.raw / times.ours),
    floor: floors.read ?? null,
  });
  for (const { peer, speed, ours } of peers) {
    const compared = `${reading}, against ${peer.name}`;
    results.expectEqual(compared, read(format, bytes), generated.totals);
    results.print({
      name: compared,
      unit,
      ours,
      peer: speed,
      peerName: peer.name,
      limit: null,
      limitName: null,
      ratio: round(ours / speed),
      floor: peer.floor ?? (peer === fastest?.peer ? floors.peer : undefined) ?? null,
    });
  }
  await benchStoring(storing, { file, bytes, generated, floor: floors.store ?? null }, run, results);
  rmSync(file);
  if (bench.generateScattered === undefined) return;
  const unordered = bench.generateScattered(file, bench.files / run.scale);
  const input = { file, bytes: readFileSync(file), generated: unordered, floor: null };
  await benchStoring(`${storing}, files in no order`, input, run, results);
  rmSync(file);
}

interface StoringInput {
  readonly file: string;
  readonly bytes: Buffer;
  readonly generated: Generated;
  readonly floor: string | null;
}

async function benchStoring(name: string, input: StoringInput, run: Run, results: Results): Promise<void> {
  const { file, bytes, generated, floor } = input;
  const { ours, raw } = await againstRawLoop(bytes, run.runs, async () => {
    results.expectEqual(name, await store(file, run.folder), generated.totals);
  });
  results.print({
    name,
    unit: "MB/s",
    ours: megabytesPerSecond(bytes.length, ours),
    peer: null,
    peerName: null,
    limit: megabytesPerSecond(bytes.length, raw),
    limitName: "byte loop",
    ratio: round(raw / ours),
    floor,
  });
}

function read(format: ReportFormat, bytes: Buffer): Totals {
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

async function store(file: string, folder: string): Promise<Totals | null> {
  const body = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const { reportFile, totals } = await ingest(body, {
    acceptsJson: false,
    limits: DEFAULT_LIMITS,
    temporaryFolder: folder,
  });
  if (reportFile !== null) rmSync(reportFile);
  return totals;
}

/** Peers with their speeds and ours on the same report, in turns, the fastest first. */
async function besidePeers({ format, files, generate, peers, peerShare = 0.1 }: ParseBench, { folder, scale }: Run) {
  const file = join(folder, `${format.name}.peer`);
  const { bytes: length, totals } = generate(file, Math.round((files / scale) * peerShare));
  const bytes = readFileSync(file);
  const text = bytes.toString();
  rmSync(file);
  const measured: { readonly peer: Peer; readonly speed: number; readonly ours: number }[] = [];
  for (const peer of peers) {
    const ours = () => read(format, bytes);
    const times = await inTurns(5, ours, async () => {
      const { lines } = await peer.parse(text);
      if (lines < totals.lines) throw new Error(`${peer.name} found only ${lines} lines`);
    });
    const speed = megabytesPerSecond(length, times.other);
    measured.push({ peer, speed, ours: megabytesPerSecond(length, times.ours) });
  }
  return measured.sort((a, b) => b.speed - a.speed);
}
