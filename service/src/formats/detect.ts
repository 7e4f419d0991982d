import { cobertura } from "./cobertura.js";
import { lcov } from "./lcov.js";
import type { ReportFormat } from "./parser.js";

/**
 * What a report seems to be: a format that is read; one that is known but not read; or nothing known. `undecided`
 * means that only more of it can tell: an LCOV record may come late.
 */
export type Detection =
  | { readonly kind: "read"; readonly format: ReportFormat }
  | { readonly kind: "unread"; readonly name: string }
  | { readonly kind: "unknown" }
  | { readonly kind: "undecided" };

const UNDECIDED: Detection = { kind: "undecided" };
const UNKNOWN: Detection = { kind: "unknown" };
/** A head of this size tells what it is, unless it is text. */
export const HEAD_BYTES = 1024 * 1024;
const JSON_HEAD_BYTES = 64 * 1024;

/** What makes an LCOV report, wherever it stands. */
export const END_OF_RECORD = Buffer.from("\nend_of_record");

const UNREAD_NAMES: readonly (readonly [RegExp, string])[] = [
  [/(?:app|framework|xctest)\.coverage\.txt$/, "xcode"],
  [/\.plist$/, "xccoverage.plist"],
];

/** Root elements in the order in which they are asked about. */
const UNREAD_ROOTS: readonly (readonly [RegExp, string])[] = [
  [/^<BullseyeCoverage[\s>]/, "bullseye"],
  [/^<statements[\s>]/, "scoverage"],
  [/^<Root[\s>]/, "jetbrains"],
  [/^<coverage\s[^>]*\sgenerated=|^<coverage\sgenerated=/, "clover"],
  [/^<coverage[\s>][^<]*<assembly[\s>]/, "mono"],
  [/^<CoverageSession[\s>]/, "opencover"],
  [/^<report[\s>]/, "jacoco"],
  [/^<results[\s>]/, "vb"],
  [/^<CoverageDSPriv[\s>]/, "vb2"],
  [/^<plist[\s>]/, "xccoverage.plist"],
  [/^<classycle[\s>]/, "classycle"],
];
const COBERTURA_ROOT = /^<s?coverage[\s>/]/;

const UNREAD_JSON: readonly (readonly [RegExp, string])[] = [
  [/"statementMap"\s*:/, "istanbul"],
  [/"source_files"\s*:/, "coveralls"],
  [/"executed_lines"\s*:/, "coverage.py"],
  [/"coverageData"\s*:/, "elm"],
  [/"flowStatus"\s*:/, "flowcover"],
  [/"fileReports"\s*:/, "scala"],
  [/^\s*\{\s*"(?:RSpec|MiniTest|Minitest|coverage)"\s*:/, "v1"],
  [/"simplecov_version"\s*:|"command_name"\s*:\s*"RSpec"/, "simplecov"],
];

const UNREAD_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^[^\n]*\.(?:h|m|swift|hpp|cpp|cxx|c|C|cc|c\+\+):\r?\n/, "xcode"],
  [/^[^\n]*0:Source:/, "gcov"],
  [/^=======/, "lua"],
  [/^(?:mode: |[^\n]*\.go:)/, "go"],
];

/**
 * @param head the report's first bytes, without leading whitespace or a byte order mark
 * @param complete whether `head` is all of it
 * @param name of the report's own file, if the client gave one
 */
export function detectFormat(head: Buffer, complete: boolean, name: string | null): Detection {
  const enough = complete || head.length >= HEAD_BYTES;
  const unreadName = UNREAD_NAMES.find(([pattern]) => name !== null && pattern.test(name));
  if (unreadName !== undefined) return { kind: "unread", name: unreadName[1] };
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
  const root = head.toString("latin1", start, start + JSON_HEAD_BYTES);
  // Up to the first child, which tells Mono's reports from Cobertura's.
  if (!/^<[^>]*>[^<]*<\/?\w[^\s/>]*[\s/>]/.test(root) && !enough) return UNDECIDED;
  for (const [pattern, name] of UNREAD_ROOTS) if (pattern.test(root)) return { kind: "unread", name };
  return COBERTURA_ROOT.test(root) ? { kind: "read", format: cobertura } : UNKNOWN;
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
  const text = head.toString("latin1", 0, JSON_HEAD_BYTES);
  for (const [pattern, name] of UNREAD_JSON) if (pattern.test(text)) return { kind: "unread", name };
  return enough || head.length >= JSON_HEAD_BYTES ? { kind: "unread", name: "JSON" } : UNDECIDED;
}

function detectText(head: Buffer, complete: boolean, enough: boolean): Detection {
  const start = head.toString("latin1", 0, 4096);
  if (/^(?:TN|SF):/.test(start) || head.includes(END_OF_RECORD)) return { kind: "read", format: lcov };
  if (!complete && start.length < 4096) return UNDECIDED;
  for (const [pattern, name] of UNREAD_TEXTS) if (pattern.test(start)) return { kind: "unread", name };
  if (complete) return UNKNOWN;
  // Neither a record nor a list of files can begin with a line as long as this.
  return enough && !head.includes(0x0a) ? UNKNOWN : UNDECIDED;
}
