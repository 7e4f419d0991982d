import {
  CorruptReportError,
  type ParserLimits,
  type ReportContext,
  type ReportFormat,
} from "../../src/formats/parser.js";
import { DEFAULT_PARSER_OPTIONS } from "../../src/formats/parser-options.js";
import { CoverageBuilder } from "../../src/report/coverage-builder.js";
import type { FileCoverage } from "../../src/report/file-coverage.js";
import { mergeFiles } from "../../src/report/merge.js";
import { DEFAULT_LIMITS } from "../../src/settings/defaults.js";
import { type Line, linesOf } from "./coverage.js";

export interface Parsed {
  readonly files: Record<string, Line[]>;
  readonly sources: string[];
  readonly notes: string[];
  /** When the report says that it was made, in milliseconds since 1970. */
  readonly madeAt: number | null;
  /** Message of the error that ended it, null when it was read to its end. */
  readonly fault: string | null;
}

/** What a format makes of a report that comes in these chunks; pieces of a file are merged. */
export function parse(
  format: ReportFormat,
  report: string | Buffer | readonly Buffer[],
  limits: Partial<ParserLimits> = {},
  context: Partial<ReportContext> = {},
): Parsed {
  const merged = new Map<string, FileCoverage>();
  const [sources, notes]: [string[], string[]] = [[], []];
  let madeAt: number | null = null;
  const parser = format.parser(
    {
      file(name, coverage) {
        const into = new CoverageBuilder();
        mergeFiles(merged.get(name) ?? new CoverageBuilder().view(), coverage, into);
        merged.set(name, into.view());
      },
      source: (folder) => sources.push(folder),
      note: (message) => notes.push(message),
      made(milliseconds) {
        madeAt ??= milliseconds;
      },
    },
    { ...DEFAULT_LIMITS, ...limits },
    { reportName: null, options: DEFAULT_PARSER_OPTIONS, ...context },
  );
  let fault: string | null = null;
  try {
    const chunks = Array.isArray(report) ? report : [Buffer.from(report as string | Buffer)];
    for (const chunk of chunks) parser.write(chunk);
    parser.end();
  } catch (error) {
    if (!(error instanceof CorruptReportError)) throw error;
    fault = error.message;
  }
  const files = Object.fromEntries(Array.from(merged, ([name, coverage]) => [name, linesOf(coverage)]));
  return { files, sources, notes, madeAt, fault };
}

/** Names that a report's files may have, in the order in which they are asked for. */
export function namesIn(format: ReportFormat, report: string, reportName: string | null = null): string[][] {
  const names: string[][] = [];
  const sink = {
    file: (name: string, _: unknown, others: readonly string[] = []) => names.push([name, ...others]),
    source() {},
    note() {},
    made() {},
  };
  const parser = format.parser(sink, DEFAULT_LIMITS, { reportName, options: DEFAULT_PARSER_OPTIONS });
  parser.write(Buffer.from(report));
  parser.end();
  return names;
}

/** `{ LINE: value }` of one file. */
export function values(lines: readonly Line[]): Record<number, Line["value"]> {
  return Object.fromEntries(lines.map(({ line, value }) => [line, value]));
}

/** Cuts bytes at the given places, taken modulo their length. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}
