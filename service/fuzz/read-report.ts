import {
  CorruptReportError,
  LimitExceededError,
  type ParserLimits,
  type ReportFormat,
} from "#service/formats/parser.js";
import { DEFAULT_PARSER_OPTIONS, type ParserOptions } from "#service/formats/parser-options.js";
import { DEFAULT_LIMITS } from "#service/settings/defaults.js";
import type { Random } from "../bench/random.js";
import { checkCoverage } from "./sanity.js";

const NARROW_LIMITS: ParserLimits = { lineBytes: 1024, depth: 8, lines: 50, files: 2 };

/** Every option the other way than it usually is. */
const OTHER_OPTIONS: ParserOptions = {
  go: { partialsAsHits: true },
  jacoco: { partialsAsHits: true },
  lcov: { partialsAsHits: true },
  cobertura: { partialsAsHits: true, handleMissingConditions: true },
  javascript: { enablePartials: true },
  gcov: { branchDetection: { conditional: true, loop: true, method: true, macro: true } },
};

/** Reads a report by its format's parser alone, as it is or in pieces, and checks each file that comes of it. */
export function readReport(format: ReportFormat, bytes: Buffer, random: Random): boolean {
  const limits = random.chance(10) ? NARROW_LIMITS : DEFAULT_LIMITS;
  const parser = format.parser(
    { file: (_, coverage) => checkCoverage(coverage), source() {}, note() {}, made: checkDate },
    limits,
    {
      reportName: random.chance(50) ? "coverage/report" : null,
      options: random.chance(80) ? DEFAULT_PARSER_OPTIONS : OTHER_OPTIONS,
    },
  );
  try {
    for (const chunk of cutAnywhere(bytes, random)) parser.write(chunk);
    parser.end();
    return true;
  } catch (error) {
    if (error instanceof CorruptReportError || error instanceof LimitExceededError) return false;
    throw error;
  }
}

/** Half of the time whole, else in pieces, some of which may be empty. */
export function* cutAnywhere(bytes: Buffer, random: Random): Generator<Buffer> {
  const cuts = random.chance(50) ? 0 : 1 + random.below(8);
  const places = Array.from({ length: cuts }, () => random.below(bytes.length + 1)).sort((a, b) => a - b);
  let start = 0;
  for (const end of [...places, bytes.length]) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

function checkDate(milliseconds: number): void {
  if (Number.isNaN(new Date(milliseconds).getTime())) throw new RangeError(`${milliseconds} is no time`);
}
