import type { Readable } from "node:stream";
import type { UploadError } from "../database/schema.js";
import { LimitExceededError } from "../formats/parser.js";
import type { Totals } from "../report/totals.js";
import { NO_RULES, type UploadRules } from "../repository-yaml/upload-rules.js";
import type { Limits } from "../settings/settings.js";
import { type ReportAccount, type UploadAccount, withinAccount } from "./account.js";
import { CLI_HEAD_BYTES, isCliJson, readCliJson } from "./cli-json.js";
import { LegacyText } from "./legacy-text.js";
import type { PathRules } from "./path-resolver.js";
import { SessionBlocks } from "./session-blocks.js";
import { firstBytes, prepended, UploadBody } from "./upload-body.js";
import { type ReadReport, UploadContents } from "./upload-contents.js";
import { Outcome, writeSession } from "./write-session.js";

export interface IngestOptions {
  /** True when the JSON endpoints took the upload: such a body may be the CLI's JSON. */
  readonly acceptsJson: boolean;
  readonly limits: Limits;
  /** A folder that exists; the session report is written into it. */
  readonly temporaryFolder: string;
  /** Name of the file that the body is: a report that begins it without a name of its own has it. @default none */
  readonly bodyName?: string | null;
  /** What the repository's yaml says of the upload. @default nothing, and any age is allowed */
  readonly rules?: UploadRules;
  /** When the upload was received, in milliseconds since 1970: a report must not be older by more than the rules say. @default now */
  readonly receivedAt?: number;
  /** Whether a report that is too old is read all the same, with a note that its upload is refused. @default false */
  readonly readsExpired?: boolean;
}

export interface Ingested {
  /** The session's stored report, for the caller to keep and delete; null when nothing could be used. */
  readonly reportFile: string | null;
  /** null exactly when `reportFile` is. */
  readonly totals: Totals | null;
  readonly account: UploadAccount;
  /** Why there is no report, null when there is one. */
  readonly error: UploadError | null;
}

/**
 * Makes the session report of an upload's body, in one pass and in memory that does not grow with the body's size.
 * Content of any kind ends in an account of what was kept and what was not, never in an exception.
 * @throws when the body cannot be read or the report not be written
 */
export async function ingest(body: Readable, options: IngestOptions): Promise<Ingested> {
  const started = performance.now();
  const { limits, bodyName = null, rules = NO_RULES, receivedAt = Date.now(), readsExpired = false } = options;
  // Reading throws what goes wrong with the body; a fault that comes before it begins must not end the process.
  body.on("error", () => {});
  const source = new UploadBody(body, limits);
  let blocks: SessionBlocks | null = null;
  try {
    blocks = await SessionBlocks.open(options.temporaryFolder);
    const contents = new UploadContents(blocks, limits, rules.parsers);
    const exceeded = await readBody(source, contents, options.acceptsJson, bodyName);
    if (source.fault !== null) contents.notes.push(source.fault);
    if (contents.ignored.isCut) contents.notes.push("the list of lines to ignore is too long: its end was left out");
    setAsideDuplicates(contents);
    const tooOld = expiredReports(contents, rules, receivedAt);
    for (const report of tooOld) report.note(ageNote(report, rules, readsExpired));
    // A report of another day would put old numbers beside a new commit: one that is too old spoils its whole upload.
    const expired = tooOld.length > 0 && !readsExpired;
    const isUsable = exceeded === null && !expired;
    const session = isUsable ? await writeReport(contents, blocks, { ...rules, longest: limits.pathLength }) : NOTHING;
    return {
      reportFile: session.file,
      totals: session.totals,
      account: {
        receivedBytes: source.receivedBytes,
        expandedBytes: source.expandedBytes,
        ...withinAccount(
          contents.reports.map((report) => accountOf(report, session.outcomes.get(report))),
          contents.notes.map(printable),
        ),
        milliseconds: Math.round(performance.now() - started),
      },
      error: session.file === null ? errorOf(contents, exceeded, expired) : null,
    };
  } finally {
    await blocks?.close();
    body.destroy();
  }
}

/** @returns the limit that ended it, null when there was none */
async function readBody(
  source: UploadBody,
  contents: UploadContents,
  acceptsJson: boolean,
  bodyName: string | null,
): Promise<string | null> {
  const chunks = source.chunks();
  try {
    const first = await firstBytes(chunks, CLI_HEAD_BYTES);
    if (acceptsJson && isCliJson(first)) {
      await readCliJson(prepended(first, chunks), contents, source);
    } else {
      const text = new LegacyText(contents, bodyName);
      for await (const chunk of prepended(first, chunks)) {
        text.write(chunk);
        await contents.settle();
      }
      text.end();
    }
    return null;
  } catch (error) {
    if (!(error instanceof LimitExceededError)) throw error;
    contents.notes.push(error.message);
    return error.message;
  } finally {
    await chunks.return();
  }
}

interface Session {
  readonly file: string | null;
  readonly totals: Totals | null;
  readonly outcomes: ReadonlyMap<ReadReport, Outcome>;
}

const NOTHING: Session = { file: null, totals: null, outcomes: new Map() };

async function writeReport(contents: UploadContents, blocks: SessionBlocks, rules: PathRules): Promise<Session> {
  const outcomes = await writeSession(contents, blocks, rules);
  const finished = await blocks.finish();
  return { file: finished?.file ?? null, totals: finished?.totals ?? null, outcomes };
}

/** Jest writes the same coverage twice: its LCOV form is left out when the JSON beside it was read. */
function setAsideDuplicates(contents: UploadContents): void {
  const named = (name: string) => contents.reports.find((report) => report.intake.name === name);
  const json = named("coverage/coverage.json");
  const lcov = named("coverage/coverage.lcov");
  if (lcov === undefined || json === undefined || json.pieces.isEmpty) return;
  lcov.pieces.clear();
  lcov.note("left out: coverage/coverage.json has the same coverage");
}

function expiredReports({ reports }: UploadContents, { mostAge }: UploadRules, receivedAt: number): ReadReport[] {
  if (mostAge === null) return [];
  return reports.filter(({ madeAt }) => madeAt !== null && receivedAt - madeAt > mostAge);
}

function ageNote({ madeAt }: ReadReport, { mostAge }: UploadRules, isRead: boolean): string {
  const made = new Date(madeAt ?? 0).toISOString();
  const hours = (mostAge ?? 0) / 3_600_000;
  return isRead
    ? `made at ${made}: an upload of it is refused, being older than ${hours} hours (codecov.max_report_age)`
    : `made at ${made}, more than ${hours} hours before it came: codecov.max_report_age allows no older one`;
}

function errorOf(contents: UploadContents, exceeded: string | null, expired: boolean): UploadError {
  if (exceeded !== null) return "limit_exceeded";
  if (expired) return "report_expired";
  const unknown = contents.reports.some(({ intake }) => intake.format === null && !intake.isEmpty);
  const known = contents.reports.some(({ intake }) => intake.format !== null);
  return unknown && !known ? "unsupported_file_format" : "report_empty";
}

function accountOf(report: ReadReport, outcome: Outcome = new Outcome()): ReportAccount {
  return {
    name: report.intake.name === null ? null : printable(report.intake.name),
    format: report.intake.format?.name ?? null,
    files: outcome.files,
    dropped: outcome.dropped.map(({ path, reason, tried }) => ({
      path: printable(path),
      reason,
      ...(tried && { tried: tried.map(printable) }),
    })),
    droppedCount: outcome.droppedCount,
    notes: report.notes.map(printable),
  };
}

/** Accounts are shown and stored as text: control and half characters have no place in them, nor has endless length. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it replaces
  const clean = text.replace(/[\u0000-\u001f\u007f]/g, "\ufffd");
  return clean.length > 1000 ? `${Buffer.from(clean.slice(0, 1000))}…` : clean;
}
