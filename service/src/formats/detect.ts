import { bullseye } from "./bullseye.js";
import { clover } from "./clover.js";
import { cobertura } from "./cobertura.js";
import { coveragePy } from "./coverage-py.js";
import { coveralls } from "./coveralls.js";
import { dlst } from "./dlst.js";
import { elm } from "./elm.js";
import { flowcover } from "./flowcover.js";
import { gap } from "./gap.js";
import { gcov } from "./gcov.js";
import { go } from "./go.js";
import { istanbul } from "./istanbul.js";
import { jacoco } from "./jacoco.js";
import { jetbrains } from "./jetbrains.js";
import { JsonChoice, JsonSplitter } from "./json-splitter.js";
import { lcov } from "./lcov.js";
import { llvm } from "./llvm.js";
import { lua } from "./lua.js";
import { mono } from "./mono.js";
import { opencover } from "./opencover.js";
import { CorruptReportError, type ReportFormat } from "./parser.js";
import { phpunit } from "./phpunit.js";
import { rlang } from "./rlang.js";
import { salesforce } from "./salesforce.js";
import { scala } from "./scala.js";
import { scoverage } from "./scoverage.js";
import { simplecov } from "./simplecov.js";
import { sonarqube } from "./sonarqube.js";
import { v1 } from "./v1.js";
import { vb } from "./vb.js";
import { vb2 } from "./vb2.js";
import { xccoverage } from "./xccoverage.js";
import { xcode } from "./xcode.js";

/**
 * What a report seems to be: a format that is read; one that is known but not read; something known that is no
 * coverage; or nothing known. `undecided` means that only more of it can tell: an LCOV record may come late.
 */
export type Detection =
  | { readonly kind: "read"; readonly format: ReportFormat }
  | { readonly kind: "unread"; readonly name: string }
  | { readonly kind: "foreign"; readonly reason: string }
  | { readonly kind: "unknown" }
  | { readonly kind: "undecided" };

/** A first line that is the name of a source file and a colon. */
const XCODE_LINE = /^[^\n|]*\.(?:h|m|swift|hpp|cpp|cxx|c|C|cc|c\+\+):(?:.\[0m)?\r?\n/;

const UNDECIDED: Detection = { kind: "undecided" };
const UNKNOWN: Detection = { kind: "unknown" };
/** A head of this size tells what it is, unless it is text. */
export const HEAD_BYTES = 1024 * 1024;
const ROOT_BYTES = 64 * 1024;

/** What makes an LCOV report, wherever it stands. */
export const END_OF_RECORD = Buffer.from("\nend_of_record");

const NAMES: readonly (readonly [RegExp, ReportFormat])[] = [
  [/(?:app|framework|xctest)\.coverage\.txt$/, xcode],
  [/xccoverage\.plist$/, xccoverage],
];

/** Root elements, up to their first child, in the order in which they are asked about. */
const ROOTS: readonly (readonly [RegExp, Detection])[] = [
  [/^<BullseyeCoverage[\s>]/, read(bullseye)],
  [/^<statements[\s>]/, read(scoverage)],
  [/^<Root[\s>]/, read(jetbrains)],
  [/^<coverage\s[^>]*\sgenerated=|^<coverage\sgenerated=/, read(clover)],
  [/^<coverage[\s>][^<]*<assembly[\s>]/, read(mono)],
  [/^<CoverageSession[\s>]/, read(opencover)],
  [/^<report[\s>]/, read(jacoco)],
  [/^<results[\s>]/, read(vb)],
  [/^<CoverageDSPriv[\s>]/, read(vb2)],
  [/^<plist[\s>]/, read(xccoverage)],
  [/^<coverage[\s>][^<]*<file[\s>]/, read(sonarqube)],
  [/^<s?coverage[\s>/]/, read(cobertura)],
  [/^<testsuites?[\s>/]/, foreign("it holds test results (JUnit XML), not coverage")],
  [/^<classycle[\s>]/, foreign("it holds dependencies of classes (Classycle), not coverage")],
  [/^<phpunit\s[^>]*\/coverage\/\d/, read(phpunit)],
  [/^<phpunit[\s>]/, foreign("it is PHPUnit's configuration, not coverage")],
];

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
  [/^.*\/(?:statementMap|lineData|linesCovered)$/m, istanbul],
];

const TEXTS: readonly (readonly [RegExp, ReportFormat])[] = [
  [XCODE_LINE, xcode],
  [/^[^\n]*0:Source:/, gcov],
  [/^=======/, lua],
  [/^(?:mode: |[^\n]*\.go:)/, go],
];

function read(format: ReportFormat): Detection {
  return { kind: "read", format };
}

function foreign(reason: string): Detection {
  return { kind: "foreign", reason };
}

/**
 * @param head the report's first bytes, without leading whitespace or a byte order mark
 * @param complete whether `head` is all of it
 * @param name of the report's own file, if the client gave one
 */
export function detectFormat(head: Buffer, complete: boolean, name: string | null): Detection {
  const enough = complete || head.length >= HEAD_BYTES;
  const named = NAMES.find(([pattern]) => name !== null && pattern.test(name));
  if (named !== undefined) return read(named[1]);
  if (isUtf16(head)) return { kind: "unread", name: "UTF-16 text" };
  if (head[0] === 0x3c) return detectXml(head, enough);
  if (head[0] === 0x7b || head[0] === 0x5b) return detectJson(head, enough);
  return detectText(head, complete, enough);
}

function isUtf16(head: Buffer): boolean {
  return head.length >= 2 && ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff));
}

function detectXml(head: Buffer, enough: boolean): Detection {
  const start = rootStart(head);
  const undecided = enough ? UNKNOWN : UNDECIDED;
  if (start < 0) return undecided;
  const root = head.toString("latin1", start, start + ROOT_BYTES);
  // Up to the first child, which tells Mono's reports from Cobertura's.
  if (!/^<[^>]*>[^<]*<\/?\w[^\s/>]*[\s/>]/.test(root) && !enough) return UNDECIDED;
  return ROOTS.find(([pattern]) => pattern.test(root))?.[1] ?? UNKNOWN;
}

/** Where the root element starts, behind declaration, comments and document type; -1 when it is not there yet. */
function rootStart(head: Buffer): number {
  let at = 0;
  for (;;) {
    at = head.indexOf(0x3c, at);
    if (at < 0 || at + 1 >= head.length) return -1;
    if (head[at + 1] === 0x3f) at = after(head, "?>", at);
    else if (head.toString("latin1", at, at + 4) === "<!--") at = after(head, "-->", at);
    else if (head[at + 1] === 0x21) at = afterDoctype(head, at);
    else return at;
    if (at < 0) return -1;
  }
}

function after(head: Buffer, end: string, from: number): number {
  const at = head.indexOf(end, from, "latin1");
  return at < 0 ? -1 : at + end.length;
}

function afterDoctype(head: Buffer, start: number): number {
  const end = head.indexOf(0x3e, start);
  const subset = head.indexOf(0x5b, start);
  return subset >= 0 && subset < end ? after(head, "]", subset) : end < 0 ? -1 : end + 1;
}

function detectJson(head: Buffer, enough: boolean): Detection {
  const firstLine = head.toString("utf8", 0, Math.min(head.length, 4096)).split("\n", 1)[0];
  if (/^\{.*"Type"\s*:/.test(firstLine) && /"File"\s*:/.test(firstLine)) return read(gap);
  const keys = keysIn(head);
  for (const [pattern, format] of JSON_SHAPES) if (pattern.test(keys)) return read(format);
  return enough ? { kind: "unread", name: "JSON" } : UNDECIDED;
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

function detectText(head: Buffer, complete: boolean, enough: boolean): Detection {
  const start = head.toString("latin1", 0, 4096);
  if (/^(?:TN|SF):/.test(start) || head.includes(END_OF_RECORD)) return read(lcov);
  if (!complete && start.length < 4096) return UNDECIDED;
  const text = TEXTS.find(([pattern]) => pattern.test(start));
  if (text !== undefined) return read(text[1]);
  if (complete) return detectEnd(head);
  // Neither a record nor a list of files can begin with a line as long as this.
  return enough && !head.includes(0x0a) ? UNKNOWN : UNDECIDED;
}

/** What only the last words tell: a listing of D. */
function detectEnd(text: Buffer): Detection {
  const end = text.toString("latin1", Math.max(0, text.length - 4096)).trimEnd();
  if (end.endsWith("covered")) return read(dlst);
  return end.endsWith("has no code") ? foreign("it is a listing without code") : UNKNOWN;
}
