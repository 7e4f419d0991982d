import { CorruptReportError } from "../formats/parser.js";
import { JsonReader } from "./body-json.js";
import { CHUNK_BYTES, Inflation, inflateSmall } from "./inflation.js";
import { isZlibError, type UploadBody } from "./upload-body.js";
import type { ReadReport, UploadContents } from "./upload-contents.js";

/** Lists and names beyond these sizes are no repository's; parsed, they may take thirty times as much memory. */
const NETWORK_BYTES = 24 * 1024 * 1024;
const FIXES_BYTES = 8 * 1024 * 1024;
const NAME_BYTES = 64 * 1024;

const FIRST_KEY = /^\s*\{\s*"(?:report_fixes|path_fixes|network_files|coverage_files|metadata|test_results_files)"\s*:/;

/** So many bytes tell whether a body is the CLI's JSON. */
export const CLI_HEAD_BYTES = 256;

export function isCliJson(head: Buffer): boolean {
  return FIRST_KEY.test(head.toString("latin1"));
}

/**
 * Reads the JSON that Codecov's CLI sends: reports as base64 of zlib, one after the other and each as a stream, the
 * list of the repository's files, and the lines to ignore.
 * @throws LimitExceededError, and whatever reading the body throws
 */
export async function readCliJson(
  chunks: AsyncIterator<Buffer, void>,
  contents: UploadContents,
  body: UploadBody,
): Promise<void> {
  const reader = new JsonReader(chunks);
  try {
    await reader.object(async (key) => {
      if (key === "coverage_files") await reader.array(() => readFile(reader, contents, body));
      else if (key === "network_files") addNetwork(await reader.value(NETWORK_BYTES), contents);
      else if (key === "report_fixes" || key === "path_fixes") addFixes(await reader.value(FIXES_BYTES), contents);
      else {
        if (key === "test_results_files")
          contents.notes.push("test results were sent, which this version does not read");
        await reader.skip();
      }
    });
    if ((await reader.peek()) !== null) contents.notes.push("what follows the upload's JSON was passed over");
  } catch (error) {
    if (!(error instanceof CorruptReportError)) throw error;
    contents.notes.push(error.message);
  }
}

async function readFile(reader: JsonReader, contents: UploadContents, body: UploadBody): Promise<void> {
  let name: string | null = null;
  let format: unknown = "base64+compressed";
  let report: ReadReport | null = null;
  try {
    await reader.object(async (key) => {
      if (key === "filename") name = asString(await reader.value(NAME_BYTES));
      else if (key === "format") format = await reader.value(NAME_BYTES);
      else if (key === "data" && (await reader.peek()) === 0x22) {
        report ??= contents.open(name);
        if (format === "base64+compressed") await readData(report, reader, contents, body);
        else {
          report.note(`its data has format ${JSON.stringify(format)}; base64+compressed is read`);
          await reader.skip();
        }
      } else await reader.skip();
    });
  } finally {
    if (report !== null) contents.close(report);
  }
}

/** One report's data from base64 through zlib to its parser. */
async function readData(
  report: ReadReport,
  reader: JsonReader,
  contents: UploadContents,
  body: UploadBody,
): Promise<void> {
  let isAnyRead = false;
  const take = (bytes: Buffer) => {
    isAnyRead ||= bytes.length > 0;
    body.expand(bytes.length);
    report.intake.write(bytes);
  };
  const base64 = reader.stringAtHand(CHUNK_BYTES);
  const small = base64 === null ? null : inflateSmall(decoded(base64.toString("latin1")));
  if (small !== null) take(small.bytes);
  const { isFollowed, failure } =
    small ?? (await inflatePieces(base64 === null ? reader.base64() : [base64], take, contents));
  await contents.settle();
  if (isFollowed) report.note("what follows its compressed data was passed over");
  if (failure === null) return;
  if (!isZlibError(failure)) throw failure;
  report.note(
    failure.code === "Z_BUF_ERROR"
      ? "its compressed data ends too early: the rest is missing"
      : `its compressed data is damaged (${failure.message}): ${isAnyRead ? "what came before was read" : "nothing of it was read"}`,
  );
}

/** @param take is given what the pieces of base64 inflate to, at the pace at which the parser takes it */
async function inflatePieces(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  take: (bytes: Buffer) => void,
  contents: UploadContents,
): Promise<Inflation> {
  const inflation = new Inflation(take);
  try {
    let rest = "";
    for await (const piece of pieces) {
      const text = rest + piece.toString("latin1").replace(/\s+/g, "");
      const whole = text.length - (text.length % 4);
      rest = text.slice(whole);
      await inflation.write(decoded(text.slice(0, whole)));
      await contents.settle();
    }
    await inflation.end(decoded(rest));
  } finally {
    inflation.close();
  }
  return inflation;
}

function decoded(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}

function addNetwork(files: unknown, contents: UploadContents): void {
  if (Array.isArray(files)) contents.addNetwork(files.filter((file) => typeof file === "string"));
  else contents.notes.push("network_files is not a list of paths: it was passed over");
}

/** `{ value: { PATH: { eof, lines } } }` */
function addFixes(fixes: unknown, contents: UploadContents): void {
  const files = isRecord(fixes) && isRecord(fixes.value) ? fixes.value : {};
  for (const [path, fix] of Object.entries(files)) {
    if (!isRecord(fix)) continue;
    if (typeof fix.eof === "number") contents.ignored.addEof(path, fix.eof);
    if (!Array.isArray(fix.lines)) continue;
    for (const line of fix.lines) if (typeof line === "number") contents.ignored.addLine(path, line);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Half of a surrogate pair, which JSON may hold, is not in UTF-8: it becomes a replacement character. */
function asString(value: unknown): string | null {
  return typeof value === "string" ? Buffer.from(value).toString() : null;
}
