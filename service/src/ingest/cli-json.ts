import { setImmediate } from "node:timers/promises";
import { CorruptReportError } from "../formats/parser.js";
import { JsonReader } from "./body-json.js";
import { inflateBase64 } from "./inflation.js";
import type { UploadBody } from "./upload-body.js";
import type { ReadReport, UploadContents } from "./upload-contents.js";

/** Lists and names beyond these sizes are no repository's; parsed, they may take thirty times as much memory. */
const NETWORK_BYTES = 24 * 1024 * 1024;
const FIXES_BYTES = 8 * 1024 * 1024;
const NAME_BYTES = 64 * 1024;
const FILES_IN_A_TURN = 64;

const COMPRESSED = "base64+compressed";
const QUOTE = 0x22;

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
  let files = 0;
  const nextFile = async () => {
    // Small ones follow each other without a wait: whatever else this process does has to have its turn.
    if (++files % FILES_IN_A_TURN === 0) await setImmediate();
    await readFile(reader, contents, body);
  };
  try {
    await reader.object(async (key) => {
      if (key === "coverage_files") await reader.array(nextFile);
      else if (key === "network_files") addNetwork(await reader.value(NETWORK_BYTES), contents);
      else if (key === "report_fixes" || key === "path_fixes") addFixes(await reader.value(FIXES_BYTES), contents);
      else {
        if (key === "test_results_files") contents.note("test results were sent, which this version does not read");
        await reader.skip();
      }
    });
    if ((await reader.peek()) !== null) contents.note("what follows the upload's JSON was passed over");
  } catch (error) {
    if (!(error instanceof CorruptReportError)) throw error;
    contents.note(error.message);
  }
}

async function readFile(reader: JsonReader, contents: UploadContents, body: UploadBody): Promise<void> {
  let name: string | null = null;
  let format: unknown = COMPRESSED;
  let report: ReadReport | null = null;
  let damage: string | null = null;
  try {
    await reader.object(async (key) => {
      if (key === "filename") name = asString(await reader.value(NAME_BYTES));
      else if (key === "format") format = await reader.value(NAME_BYTES);
      else if (key === "data" && (await reader.peek()) === QUOTE) {
        const isFirst = report === null;
        report ??= contents.open(name);
        if (isFirst && format === COMPRESSED) {
          const data = await readData(report, reader, contents, body);
          damage = data.damage;
          if (data.end !== null) throw data.end;
        } else {
          report.note(
            isFirst
              ? `its data has format ${JSON.stringify(format)}; ${COMPRESSED} is read`
              : "it has data more than once: the first is read",
          );
          await reader.skip();
        }
      } else await reader.skip();
    });
  } finally {
    if (report !== null) contents.close(report, damage);
  }
}

interface ReadData {
  /** Why nothing of it is to be used, null when it is sound. */
  readonly damage: string | null;
  /** Why the upload ends within it, null when it does not. */
  readonly end: CorruptReportError | null;
}

/** One report's data from base64 through zlib to its parser. */
async function readData(
  report: ReadReport,
  reader: JsonReader,
  contents: UploadContents,
  body: UploadBody,
): Promise<ReadData> {
  let end: CorruptReportError | null = null;
  const pieces = async function* () {
    try {
      yield* reader.text();
    } catch (error) {
      if (!(error instanceof CorruptReportError)) throw error;
      end = error;
    }
  };
  const take = (bytes: Buffer) => {
    body.expand(bytes.length);
    report.intake.write(bytes);
  };
  const { fault, isCut, isFollowed } = await inflateBase64(pieces(), take, () => contents.settle());
  if (end !== null) report.note("the upload ends within its data: the rest is missing");
  else if (isCut) report.note("its compressed data ends too early: the rest is missing");
  else if (isFollowed) report.note("what follows its compressed data was passed over");
  const damage = fault === null ? null : `its compressed data is damaged (${fault}): nothing of it is used`;
  return { damage, end };
}

function addNetwork(files: unknown, contents: UploadContents): void {
  if (Array.isArray(files)) contents.addNetwork(files.filter((file) => typeof file === "string"));
  else contents.note("network_files is not a list of paths: it was passed over");
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
