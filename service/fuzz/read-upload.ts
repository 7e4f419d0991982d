import { readFileSync, rmSync } from "node:fs";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { ingest } from "#service/ingest/ingest.js";
import { openStoredReport } from "#service/report/stored-report.js";
import { DEFAULT_LIMITS } from "#service/settings/defaults.js";
import type { Limits } from "#service/settings/settings.js";
import type { Random } from "../bench/random.js";
import { cliBody, legacyBody } from "./corpus.js";
import { flip, pick } from "./mutate.js";
import { cutAnywhere } from "./read-report.js";
import { checkStoredReport, InsaneError } from "./sanity.js";

const NARROW_LIMITS: Limits = { ...DEFAULT_LIMITS, uploadBytes: 4096, expandedBytes: 8192, lines: 50, files: 2 };

/** Ingests a report in one of the forms in which it may come. */
export function readWholeUpload(report: Buffer, random: Random, temporaryFolder: string): Promise<boolean> {
  const body = random.chance(40) ? report : pick([legacyBody, cliBody], random)([report], random.chance(50));
  return readUpload(body, random, temporaryFolder);
}

/** Ingests a body, as it is or gzipped, then perhaps damaged, and checks the stored report that comes of it. */
export async function readUpload(body: Buffer, random: Random, temporaryFolder: string): Promise<boolean> {
  const sent = random.chance(30) ? gzipped(body, random) : body;
  const { reportFile, totals, error, account } = await ingest(Readable.from(cutAnywhere(sent, random)), {
    acceptsJson: random.chance(80),
    limits: random.chance(10) ? NARROW_LIMITS : DEFAULT_LIMITS,
    temporaryFolder,
  });
  if ((reportFile === null) !== (totals === null) || (reportFile === null) !== (error !== null)) {
    throw new InsaneError(`an upload ends with totals ${totals} and error ${error}`);
  }
  if (JSON.stringify(account).length > MOST_OF_ACCOUNT) throw new InsaneError("the account is endless");
  if (reportFile === null) return false;
  const bytes = readFileSync(reportFile);
  rmSync(reportFile);
  await checkStoredReport(await openStoredReport(async (start, end) => bytes.subarray(start, end), bytes.length));
  return true;
}

/** Characters: an account is shown as it is. */
const MOST_OF_ACCOUNT = 8 * 1024 * 1024;

function gzipped(body: Buffer, random: Random): Buffer {
  let packed: Buffer = gzipSync(body, { level: 1 });
  for (let left = random.below(3); left > 0; left--) packed = flip(packed, random);
  return random.chance(30) ? packed.subarray(0, random.below(packed.length)) : packed;
}
