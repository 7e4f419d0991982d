import type { Readable } from "node:stream";
import type { UploadError } from "../database/schema.js";
import { LimitExceededError } from "../formats/parser.js";
import type { Totals } from "../report/totals.js";
import { NO_RULES, type UploadRules } from "../repository-yaml/upload-rules.js";
import type { Limits } from "../settings/settings.js";
import { type ReportAccount, type UploadAccount, withinAccount } from "./account.js";
import { CLI_HEAD_BYTES, isCliJson, readCliJson } from "./cli-json.js";
import { LegacyText } from "./legacy-text.js";
import { printable } from "./notes.js";
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
 * Makes the session report of an upload's body, in one pass. Its coverage is never in memory as a whole; what is, within
 * limits of its own: the names of files and reports, the repository's list of files, and the lines to ignore.
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
    setAsideDuplicates(contents);
    // Names, dates and notes of a damaged body may be as wrong as its coverage.
    const reports = source.damage === null ? contents.reports : [];
    const tooOld = expiredReports(reports, rules, receivedAt);
    for (const report of tooOld) report.note(ageNote(report, rules, readsExpired));
    // A report of another day would put old numbers beside a new commit: one that is too old spoils its whole upload.
    const expired = tooOld.length > 0 && !readsExpired;
    const isUsable = exceeded === null && source.damage === null && !expired;
    const session = isUsable ? await writeReport(contents, blocks, { ...rules, longest: limits.pathLength }) : NOTHING;
    return {
      reportFile: session.file,
      totals: session.totals,
      account: {
        receivedBytes: source.receivedBytes,
        expandedBytes: source.expandedBytes,
        ...withinAccount(
          reports.map((report) => accountOf(report, session.outcomes.get(report))),
          notesOf(contents, source, exceeded),
        ),
        milliseconds: Math.round(performance.now() - started),
      },
      error: session.file === null ? errorOf(reports, exceeded, expired) : null,
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
    // What the rest would have exceeded tells nothing where the data is damaged.
    return source.damage === null ? error.message : null;
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

function expiredReports(
  reports: readonly ReadReport[],
  { mostAge }: UploadRules,
  receivedAt: number,
): readonly ReadReport[] {
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

/** Why the upload ended comes last, whatever was noted before. */
function notesOf(contents: UploadContents, source: UploadBody, exceeded: string | null): readonly string[] {
  if (source.damage !== null) return [source.damage];
  const ends = [
    exceeded,
    source.fault,
    contents.ignored.isCut ? "the list of lines to ignore is too long: its end was left out" : null,
  ];
  const notes = [...contents.notes, ...ends.filter((note) => note !== null).map(printable)];
  return notes.length === 0 && contents.reports.length === 0 ? ["there is no report in it"] : notes;
}

function errorOf(reports: readonly ReadReport[], exceeded: string | null, expired: boolean): UploadError {
  if (exceeded !== null) return "limit_exceeded";
  if (expired) return "report_expired";
  const unknown = reports.some(({ intake }) => intake.format === null && !intake.isEmpty);
  const known = reports.some(({ intake }) => intake.format !== null);
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
    notes: report.notes,
  };
}
