import { coveragePy } from "./coverage-py.js";
import { coveralls } from "./coveralls.js";
import { type Detection, HEAD_BYTES, LINE_BYTES, read, UNDECIDED, unread } from "./detection.js";
import { elm } from "./elm.js";
import { flowcover } from "./flowcover.js";
import { gap } from "./gap.js";
import { istanbul } from "./istanbul.js";
import { JsonChoice, JsonSplitter } from "./json-splitter.js";
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

/** What the keys of JSON tell. */
export function detectJson(head: Buffer, enough: boolean): Detection {
  const firstLine = head.toString("utf8", 0, Math.min(head.length, LINE_BYTES)).split("\n", 1)[0];
  if (/^\{.*"Type"\s*:\s*"_"/.test(firstLine)) return read(gap);
  if (/^\{.*"Type"\s*:/.test(firstLine) && /"File"\s*:/.test(firstLine)) return read(gap);
  const keys = keysIn(head);
  for (const [pattern, format] of JSON_SHAPES) if (pattern.test(keys)) return read(format);
  return enough ? unread("JSON") : UNDECIDED;
}

/** More keys than any format needs to be told. */
const MOST_KEYS = 2000;
const DEEPEST_KEY = 3;

/**
 * Keys of the values that begin in the head, with those that lead to them: `files/a.py/executed_lines`, a line each. A
 * slash within a key is none between keys.
 */
function keysIn(head: Buffer): string {
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
  try {
    splitter.write(head.length > HEAD_BYTES ? head.subarray(0, HEAD_BYTES) : head);
  } catch (error) {
    // What comes before the fault may still tell; the format's own parser speaks of the fault.
    if (!(error instanceof CorruptReportError)) throw error;
  }
  return found.join("\n");
}
