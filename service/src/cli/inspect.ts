import { createReadStream } from "node:fs";
import { type FileHandle, mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import { Command } from "commander";
import { type Ingested, ingest } from "../ingest/ingest.js";
import { mergeReports } from "../report/merge-reports.js";
import { openStoredReport, type StoredReport } from "../report/stored-report.js";
import { StoredReportWriter } from "../report/stored-report-writer.js";
import { effectiveYaml } from "../repository-yaml/effective-yaml.js";
import { describeFault } from "../repository-yaml/faults-text.js";
import { readRepositoryYaml } from "../repository-yaml/read-repository-yaml.js";
import { type UploadRules, uploadRules } from "../repository-yaml/upload-rules.js";
import { DEFAULT_LIMITS } from "../settings/defaults.js";
import { type Inspection, writeJson, writeText } from "./inspect-output.js";

interface OpenInspection extends Inspection {
  close(): Promise<void>;
}

const ABOUT_OUTPUT = `
A report's file name counts as it does in an upload: xccoverage.plist, area.lst, x.c.gcov.

What --json prints of each file, by path:
  lines       by line number: hits, "taken/branches", true (partial), -1 (skipped) or null (no data)
  totals      lines, hits, misses, partials, coverage, branches, methods, complexity, complexity_total
and only where there are any, by line number:
  kinds       "b" (branch) or "m" (method) of what is no plain line
  missing     ids of the branches that were not taken
  complexity  [covered, all] of a method
  partials    [first column, column behind the last or null, hits] of parts of the line
Of a file left out, dropped has path, reason and the paths that were tried.`;

const CHUNK_BYTES = 256 * 1024;

/** `inspect FILE…`: what would be made of a report, or of a whole upload's body, without a server. */
export function inspectCommand(): Command {
  return new Command("inspect")
    .description("Show what would be made of coverage reports or of an upload's body, without a server.")
    .argument("<files...>", "reports or upload bodies, taken together as one upload; - reads standard input")
    .option("--json", "print {format, files, totals, notes, dropped} as JSON, as told below")
    .option("--yaml <file>", "the repository's codecov.yml: its fixes, ignore, flags and parsers are applied")
    .option(
      "--flag <name>",
      "a flag of the upload, whose paths and ignore in the yaml are applied too; repeat it for more",
      added,
    )
    .addHelpText("after", ABOUT_OUTPUT)
    .action(async (files: string[], options: { json?: true; yaml?: string; flag?: string[] }) => {
      // Each write reports its own fault; without a listener the first one would end the process.
      process.stdout.on("error", () => {});
      const folder = await mkdtemp(join(tmpdir(), "coverstack-inspect-"));
      try {
        const rules = await rulesOf(options.yaml, options.flag ?? []);
        if (rules === null) return;
        const inspection = await inspect(files, folder, rules);
        await (options.json ? writeJson : writeText)(inspection, process.stdout).catch(ignoreClosedPipe);
        await inspection.close();
        for (const failure of inspection.failures) console.error(failure);
        if (inspection.failures.length > 0) process.exitCode = 1;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
}

function added(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

/** @returns null after it was said what is wrong with the yaml */
async function rulesOf(file: string | undefined, flags: readonly string[]): Promise<UploadRules | null> {
  if (file === undefined) return uploadRules(effectiveYaml({}), flags);
  const say = (lines: readonly string[]) => {
    for (const line of lines) console.error(line);
  };
  try {
    const { yaml, faults, notes } = readRepositoryYaml(await readFile(file, "utf8"));
    say(faults.map((fault) => describeFault(fault, file)));
    say(notes.map((note) => describeFault({ ...note, message: `note: ${note.message}` }, file)));
    if (yaml !== null) return uploadRules(effectiveYaml({ repository: yaml }), flags);
  } catch (error) {
    say([`--yaml ${file}: ${YAML_FAULTS[codeOf(error)] ?? faultOf(error)}`]);
  }
  process.exitCode = 1;
  return null;
}

async function inspect(files: readonly string[], folder: string, rules: UploadRules): Promise<OpenInspection> {
  const failures: string[] = [];
  const uploads: Ingested[] = [];
  for (const file of files) {
    try {
      const upload = await ingest(openFile(file), {
        acceptsJson: true,
        bodyName: file === "-" ? null : basename(file, ".gz"),
        limits: DEFAULT_LIMITS,
        temporaryFolder: folder,
        rules,
        readsExpired: true,
      });
      uploads.push(upload);
      if (upload.reportFile === null) failures.push(...reasonsOf(upload).map((reason) => `${file}: ${reason}`));
    } catch (error) {
      failures.push(`${file}: ${faultOf(error)}`);
    }
  }
  const written = uploads.flatMap(({ reportFile }) => (reportFile === null ? [] : [reportFile]));
  const handles: FileHandle[] = [];
  const report = await openMerged(written, folder, handles);
  const close = async () => {
    for (const handle of handles) await handle.close();
  };
  return { accounts: uploads.map(({ account }) => account), report, failures, close };
}

const READ_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder; give the files in it",
  EACCES: "this user may not read it",
};

const YAML_FAULTS: Readonly<Record<string, string>> = { EISDIR: "it is a folder; give the codecov.yml in it" };

function faultOf(error: unknown): string {
  return READ_FAULTS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Whoever reads the output may have seen enough: `inspect … | head`. */
function ignoreClosedPipe(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
}

function openFile(file: string): Readable {
  return file === "-" ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
}

/** Why a file gave nothing; which files it names, the output tells. */
function reasonsOf({ account: { notes, reports } }: Ingested): readonly string[] {
  const count = reports.reduce((sum, { droppedCount }) => sum + droppedCount, 0);
  const leftOut = count > 0 ? [`nothing is kept of it; files left out: ${count.toLocaleString("en")}`] : [];
  return [...notes, ...reports.flatMap((report) => report.notes), ...leftOut];
}

async function openMerged(
  files: readonly string[],
  folder: string,
  handles: FileHandle[],
): Promise<StoredReport | null> {
  if (files.length === 0) return null;
  if (files.length === 1) return openReport(files[0], handles);
  const merged = await StoredReportWriter.create(join(folder, "merged.report"));
  const reports: StoredReport[] = [];
  for (const file of files) reports.push(await openReport(file, handles));
  await mergeReports(reports, merged);
  await merged.finish();
  return openReport(merged.file, handles);
}

async function openReport(file: string, handles: FileHandle[]): Promise<StoredReport> {
  const handle = await open(file);
  handles.push(handle);
  const { size } = await handle.stat();
  const read = async (start: number, end: number) => {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(end - start), 0, end - start, start);
    return buffer.subarray(0, bytesRead);
  };
  return openStoredReport(read, size);
}
