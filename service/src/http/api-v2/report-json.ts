import type { StoredReport } from "../../report/stored-report.js";
import type { ReportPart } from "../reports.js";
import { fileAnswer, lineCoverage } from "./answers.js";

/** Strings are sent from this many characters on, not file by file. */
const CHUNK = 64 * 1024;

/**
 * `fields` with a last field `files` that holds every file with its lines, as JSON text in pieces: a report of ten
 * thousand files is never in memory at once.
 */
export async function* filesJson(
  fields: Readonly<Record<string, unknown>>,
  report: StoredReport,
  { entries }: ReportPart,
): AsyncGenerator<string> {
  let text = `${JSON.stringify(fields).slice(0, -1)},"files":[`;
  let separator = "";
  for (const entry of entries) {
    const coverage = await report.coverage(entry);
    text += separator + JSON.stringify({ ...fileAnswer(entry), line_coverage: lineCoverage(coverage) });
    separator = ",";
    if (text.length >= CHUNK) {
      yield text;
      text = "";
    }
  }
  yield `${text}]}`;
}
