import type { Writable } from "node:stream";
import type { DroppedFile, UploadAccount } from "../ingest/account.js";
import { floorPercent } from "../report/percent.js";
import type { StoredReport } from "../report/stored-report.js";
import { noCounts, type Totals, toTotals } from "../report/totals.js";
import { jsonOfLines } from "./inspect-lines.js";

export interface Inspection {
  readonly accounts: readonly UploadAccount[];
  /** null when nothing could be used. */
  readonly report: StoredReport | null;
  /** Why files gave nothing, a line for each reason. */
  readonly failures: readonly string[];
}

/** Prints the inspection as one JSON document, line by line of coverage: reports may be larger than any string. */
export async function writeJson(inspection: Inspection, out: Writable): Promise<void> {
  const { report } = inspection;
  const print = printer(out);
  await print(`{"format":${JSON.stringify(formatOf(inspection))},"files":{`);
  let first = true;
  for (const entry of report?.entries() ?? []) {
    const coverage = await report?.coverage(entry);
    if (coverage === undefined) continue;
    const { files: _, ...totals } = totalsOf(toTotals(entry.counts));
    const file = [...jsonOfLines(coverage), `"totals":${JSON.stringify(totals)}`].join(",");
    await print(`${first ? "" : ","}\n${JSON.stringify(entry.path.toString())}:{${file}}`);
    first = false;
  }
  const rest = {
    totals: totalsOf(report?.totals ?? toTotals(noCounts())),
    notes: notesOf(inspection),
    dropped: droppedOf(inspection),
  };
  await print(`},\n${JSON.stringify(rest).slice(1)}\n`);
}

function totalsOf({ complexityTotal, ...totals }: Totals) {
  return { ...totals, complexity_total: complexityTotal };
}

const TOTAL = "total";

/** Prints the inspection as a table; where nothing is kept, only the files that were left out. */
export async function writeText(inspection: Inspection, out: Writable): Promise<void> {
  const { report } = inspection;
  const print = printer(out);
  const dropped = droppedOf(inspection);
  const leftOut = dropped.length > 0 ? [`left out:\n${dropped.map(droppedText).join("")}`] : [];
  if (report === null) return await print(leftOut.join(""));
  const bytes = inspection.accounts.reduce((sum, { expandedBytes }) => sum + expandedBytes, 0);
  const files = report.totals.files.toLocaleString("en");
  await print(`${formatOf(inspection)}, ${bytes.toLocaleString("en")} bytes, files with coverage: ${files}\n\n`);
  const widest = Math.max(TOTAL.length, ...Array.from(report.entries(), ({ path }) => path.toString().length));
  const row = (name: string, cells: readonly string[]) =>
    `${name.padEnd(widest)}${cells.map((cell) => cell.padStart(11)).join("")}\n`;
  await print(row("file", ["lines", "hits", "partials", "misses", "coverage"]));
  for (const entry of report.entries()) await print(row(entry.path.toString(), cells(toTotals(entry.counts))));
  await print(row(TOTAL, cells(report.totals)));
  const notes = notesOf(inspection);
  const noted = notes.length > 0 ? [`notes:\n${notes.map((note) => `  ${note}\n`).join("")}`] : [];
  for (const list of [...leftOut, ...noted]) await print(`\n${list}`);
}

function cells({ lines, hits, partials, misses, coverage }: Totals): string[] {
  const numbers = [lines, hits, partials, misses].map((number) => number.toLocaleString("en"));
  return [...numbers, coverage === null ? "-" : `${floorPercent(coverage, 2)} %`];
}

/** Names of the formats that were read, joined with `+`; null when none was. */
function formatOf({ accounts }: Inspection): string | null {
  const formats = new Set(accounts.flatMap(({ reports }) => reports.flatMap(({ format }) => format ?? [])));
  return formats.size > 0 ? [...formats].join("+") : null;
}

function notesOf({ accounts }: Inspection): string[] {
  return accounts.flatMap(({ notes, reports }) => [
    ...notes,
    ...reports.flatMap((report) => {
      const unnamed = report.droppedCount - report.dropped.length;
      const more = unnamed > 0 ? [`${unnamed.toLocaleString("en")} more files were left out`] : [];
      return [...report.notes, ...more].map((note) => (report.name === null ? note : `${report.name}: ${note}`));
    }),
  ]);
}

function droppedOf({ accounts }: Inspection): DroppedFile[] {
  return accounts.flatMap(({ reports }) => reports.flatMap(({ dropped }) => dropped));
}

function droppedText({ path, reason, tried }: DroppedFile): string {
  return `  ${path}: ${reason}${tried === undefined ? "" : `; looked for ${tried.join(", ")}`}\n`;
}

/** Writes at the pace of the reader. @throws what writing fails with */
function printer(out: Writable): (text: string) => Promise<void> {
  return (text) =>
    new Promise((resolve, reject) => {
      out.write(text, (error) => (error ? reject(error) : resolve()));
    });
}
