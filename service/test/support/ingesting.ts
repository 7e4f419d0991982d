import { rmSync } from "node:fs";
import { Readable } from "node:stream";
import { deflateSync } from "node:zlib";
import type { ReportAccount, UploadAccount } from "../../src/ingest/account.js";
import { ingest } from "../../src/ingest/ingest.js";
import { DEFAULT_LIMITS } from "../../src/settings/defaults.js";
import type { Limits } from "../../src/settings/settings.js";
import { values } from "./parsing.js";
import { contentsOf, openReport } from "./stored-reports.js";

export interface IngestedUpload {
  /** `{ PATH: { LINE: value } }`, empty when there is no report. */
  readonly files: Record<string, ReturnType<typeof values>>;
  readonly error: string | null;
  readonly account: UploadAccount;
  /** The account of the only report. */
  readonly report: ReportAccount;
}

export interface UploadOptions {
  readonly json?: boolean;
  readonly limits?: Partial<Limits>;
}

/** Ingests a body, given whole or in chunks, and reads what came of it. */
export async function ingestBody(
  folder: string,
  body: string | Buffer | Iterable<Buffer> | AsyncIterable<Buffer>,
  { json = false, limits = {} }: UploadOptions = {},
): Promise<IngestedUpload> {
  const chunks = typeof body === "string" || Buffer.isBuffer(body) ? [Buffer.from(body as string)] : body;
  const { reportFile, account, error, totals } = await ingest(Readable.from(chunks), {
    acceptsJson: json,
    limits: { ...DEFAULT_LIMITS, ...limits },
    temporaryFolder: folder,
  });
  if ((reportFile === null) !== (totals === null) || (reportFile === null) === (error === null)) {
    throw new Error("a report has totals and no error; no report has an error and no totals");
  }
  if (reportFile === null) return { files: {}, error, account, report: account.reports[0] };
  const contents = await contentsOf(await openReport(reportFile));
  rmSync(reportFile);
  const files = Object.fromEntries(Object.entries(contents).map(([path, lines]) => [path, values(lines)]));
  return { files, error, account, report: account.reports[0] };
}

/** An LCOV record in which the given lines are hit once. */
export function lcovRecord(path: string, ...lines: number[]): string {
  return `TN:\nSF:${path}\n${lines.map((line) => `DA:${line},1\n`).join("")}end_of_record\n`;
}

/** Two lines of `src/b.py`. */
export const COBERTURA =
  '<coverage><class filename="src/b.py"><line number="1" hits="3"/><line number="9" hits="0"/></class></coverage>';

/** A file as Codecov's CLI sends it. */
export function cliFile(filename: string, data: string | Buffer): object {
  return { filename, format: "base64+compressed", data: deflateSync(data).toString("base64"), labels: "" };
}
