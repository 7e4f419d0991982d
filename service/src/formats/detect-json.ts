import { coveragePy } from "./coverage-py.js";
import { coveralls } from "./coveralls.js";
import { type Detection, foreign, HEAD_BYTES, LINE_BYTES, read, UNDECIDED } from "./detection.js";
import { elm } from "./elm.js";
import { flowcover } from "./flowcover.js";
import { gap } from "./gap.js";
import { istanbul } from "./istanbul.js";
import { JsonChoice, JsonSplitter } from "./json-splitter.js";
import { parseJson } from "./json-values.js";
import { llvm } from "./llvm.js";
import { CorruptReportError, type ReportFormat } from "./parser.js";
import { rlang } from "./rlang.js";
import { salesforce } from "./salesforce.js";
import { scala } from "./scala.js";
import { simplecov } from "./simplecov.js";
import { v1 } from "./v1.js";

/** Keys from the root on, in the order in which they are asked about. */
const JSON_SHAPES: readonly (readonly [RegExp, ReportFormat])[] = [
  [/^0\/name$/m, salesforce],
  [/^coverageData$/m, elm],
  [/^files\/0\/name$/m, rlang],
  [/^flowStatus$/m, flowcover],
  [/^coverage$|^(?!files\/|meta\/|data\/)[^/\n]+\/coverage$/m, v1],
  [/^fileReports$/m, scala],
  [/^source_files$/m, coveralls],
  [/^meta\/simplecov_version$|^files\/0\/filename$|^command_name$/m, simplecov],
  [/^data\/0\/files$/m, llvm],
  [/^meta\/show_contexts$|^files\/.*\/executed_lines$/m, coveragePy],
  [/^.*\/(?:statementMap|branchMap|fnMap|lineData|linesCovered)$/m, istanbul],
];

/** Keys of what Codecov's CLI sends, which holds reports but is none. */
const CLI_BODY = /^(?:coverage_files|network_files|report_fixes|path_fixes|test_results_files)$/m;

const NO_FORMAT = foreign("it is JSON of no known report format: docs/formats.md lists those that are read");
const CLI = foreign(
  "it is the body of Codecov's CLI: send the report itself, or the body to the address that the CLI asks for",
);

/** What the keys of JSON tell. */
export function detectJson(head: Buffer, complete: boolean, enough: boolean): Detection {
  const firstLine = head.toString("utf8", 0, Math.min(head.length, LINE_BYTES)).split("\n", 1)[0];
  if (/^\{.*"Type"\s*:\s*"_"/.test(firstLine)) return read(gap);
  if (/^\{.*"Type"\s*:/.test(firstLine) && /"File"\s*:/.test(firstLine)) return read(gap);
  const { keys, fault } = walk(head);
  for (const [pattern, format] of JSON_SHAPES) if (pattern.test(keys)) return read(format);
  if (!enough) return UNDECIDED;
  const wrong = fault ?? (complete ? faultOfSmall(head) : null);
  if (wrong !== null) return foreign(wrong);
  return CLI_BODY.test(keys) ? CLI : NO_FORMAT;
}

/** More keys than any format needs to be told. */
const MOST_KEYS = 2000;
const DEEPEST_KEY = 3;

/** So much is parsed only to say what is wrong with it. */
const SMALL_BYTES = 64 * 1024;

interface Walk {
  /**
   * Keys of the values that begin in the head, with those that lead to them: `files/a.py/executed_lines`, a line each.
   * A slash within a key is none between keys.
   */
  readonly keys: string;
  /** What is wrong with the JSON, as far as the walk saw it. What comes before the fault may still tell the format. */
  readonly fault: string | null;
}

function walk(head: Buffer): Walk {
  const found: string[] = [];
  const splitter = new JsonSplitter(
    {
      choose(path) {
        if (path.length > 0 && found.length < MOST_KEYS)
          found.push(path.map((key) => key.replace(/[\n/]/g, " ")).join("/"));
        return path.length < DEEPEST_KEY && found.length < MOST_KEYS ? JsonChoice.Enter : JsonChoice.Skip;
      },
      value() {},
    },
    { lineBytes: HEAD_BYTES, depth: 256, lines: MOST_KEYS, files: MOST_KEYS },
  );
  let fault: string | null = null;
  try {
    splitter.write(head.length > HEAD_BYTES ? head.subarray(0, HEAD_BYTES) : head);
  } catch (error) {
    if (!(error instanceof CorruptReportError)) throw error;
    fault = error.message;
  }
  return { keys: found.join("\n"), fault };
}

/** What the walk passes over may be wrong too, or be missing at the end. */
function faultOfSmall(document: Buffer): string | null {
  if (document.length > SMALL_BYTES) return null;
  try {
    parseJson(document, "the report");
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
