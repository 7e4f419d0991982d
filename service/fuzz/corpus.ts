import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { detectFormat } from "#service/formats/detect.js";
import type { ReportFormat } from "#service/formats/parser.js";
import { SAMPLES } from "./samples.js";

export interface Report {
  /** Name of the sample, or `FOLDER/FILE` of what a tool wrote. */
  readonly title: string;
  readonly format: ReportFormat;
  readonly bytes: Buffer;
}

/**
 * Reports of all formats: the samples, and those that real tools wrote.
 * @param fixtures the folder in which the latter lie, in one for each tool
 */
export function readReports(fixtures: string): readonly Report[] {
  return [
    ...Object.entries(SAMPLES).map(([title, text]) => report(title, Buffer.from(text))),
    ...filesIn(fixtures).map((file) => report(file, readFileSync(join(fixtures, file)))),
  ];
}

/** Reports of coverage as `TOOL/FILE`, in the order of their names. */
export function filesIn(fixtures: string): readonly string[] {
  const files = readdirSync(fixtures, { recursive: true, encoding: "utf8" });
  return files.filter((file) => /\/.+\.\w+$/.test(file) && !file.startsWith("no-coverage/")).sort();
}

function report(title: string, bytes: Buffer): Report {
  const detection = detectFormat(bytes, true, null);
  if (detection.kind !== "read") throw new Error(`the format of ${title} is not recognised`);
  return { title, format: detection.format, bytes };
}

/** Some of the repository's files, among them a few that samples speak of. */
const NETWORK = ["src/a.ts", "src/ä.ts", "b.py", "src/a.js", "a/b/C.java", "src/A.cs", "a.go"];

/**
 * The text that uploaders send.
 * @param withLists whether the repository's files, the environment and lines to ignore are in it
 */
export function legacyBody(reports: readonly Buffer[], withLists: boolean): Buffer {
  const sections = reports.flatMap((bytes, index) => [
    Buffer.from(`# path=coverage/report-${index}\n`),
    bytes,
    Buffer.from("\n<<<<<< EOF\n"),
  ]);
  if (!withLists) return Buffer.concat(sections);
  const lists = `${NETWORK.join("\n")}\n<<<<<< network\nCI=1\n<<<<<< ENV\n`;
  const fixes = "# path=fixes\nsrc/a.ts:3:}\nEOF: 7 src/a.ts\n<<<<<< EOF\n";
  return Buffer.concat([Buffer.from(lists), ...sections, Buffer.from(fixes)]);
}

/**
 * The JSON that the CLI sends.
 * @param withLists whether the repository's files and lines to ignore are in it
 */
export function cliBody(reports: readonly Buffer[], withLists: boolean): Buffer {
  const files = reports.map((bytes, index) => ({
    filename: `coverage/report-${index}`,
    format: "base64+compressed",
    data: deflateSync(bytes).toString("base64"),
    labels: "",
  }));
  const body = {
    report_fixes: { format: "legacy", value: withLists ? { "src/a.ts": { eof: 7, lines: [3, 4] } } : {} },
    network_files: withLists ? NETWORK : [],
    coverage_files: files,
    metadata: {},
  };
  return Buffer.from(JSON.stringify(body));
}
