import { detectJson } from "./detect-json.js";
import { detectXml } from "./detect-xml.js";
import { type Detection, foreign, HEAD_BYTES, LINE_BYTES, read, UNDECIDED, UNKNOWN, unread } from "./detection.js";
import { dlst } from "./dlst.js";
import { gcov } from "./gcov.js";
import { go } from "./go.js";
import { lcov } from "./lcov.js";
import { lua } from "./lua.js";
import type { ReportFormat } from "./parser.js";
import { xccoverage } from "./xccoverage.js";
import { xcode } from "./xcode.js";

/** A first line that is the name of a source file and a colon. */
const XCODE_LINE = /^[^\n|]*\.(?:h|m|swift|hpp|cpp|cxx|c|C|cc|c\+\+):(?:.\[0m)?\r?\n/;

/** What makes an LCOV report, wherever it stands. */
export const END_OF_RECORD = Buffer.from("\nend_of_record");

const XCODE_NAME = /(?:app|framework|xctest)\.coverage\.txt$/;
const XCCOVERAGE_NAME = /xccoverage\.plist$/;
const PLIST_NAME = /\.plist$/;
const OTHER_PLIST = unread("a property list other than xccoverage.plist");
const BINARY_PLIST = Buffer.from("bplist");

/** What tools keep for themselves, by its first bytes. */
const DATA: readonly (readonly [Buffer, Detection])[] = [
  [BINARY_PLIST, unread("a binary property list (plutil -convert xml1 makes XML of it)")],
  [
    Buffer.from("SQLite format 3\0"),
    unread("a database such as coverage.py's .coverage (coverage xml makes a report of it)"),
  ],
  [Buffer.from("adcg"), unread("gcov's .gcda data (gcov, lcov and gcovr make reports of it)")],
  [Buffer.from("oncg"), unread("gcov's .gcno data (gcov, lcov and gcovr make reports of it)")],
  // Its first byte, 1, is taken off as white space.
  [Buffer.from([0xc0, 0xc0]), unread("JaCoCo's exec data (its XML report is read)")],
  [Buffer.from("PK\x03\x04"), archive("a zip archive")],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), archive("packed by xz")],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), archive("packed by zstd")],
  ...Array.from("123456789", (level) => [Buffer.from(`BZh${level}1AY&SY`), archive("packed by bzip2")] as const),
];
const LONGEST_START = Math.max(...DATA.map(([start]) => start.length));

/** What a header of tar has, and where. */
const TAR_MARK = Buffer.from("ustar");
const TAR_MARK_AT = 257;
const TAR = archive("a tar archive");

/** The first lines of a form of several parts. */
const FORM = /^--[^\r\n]{1,70}\r?\nContent-(?:Disposition|Type):/i;
const FORM_BYTES = 128;
const A_FORM = foreign("it is a form: send the report itself, with curl by --data-binary @FILE");

const TEXTS: readonly (readonly [RegExp, ReportFormat])[] = [
  [/^[\s:-]*0:Source:/, gcov],
  [/^=======/, lua],
  [/^(?:mode: |[^\n]*\.go:)/, go],
  [XCODE_LINE, xcode],
];

/**
 * @param head the report's first bytes, without leading whitespace or a byte order mark
 * @param complete whether `head` is all of it
 * @param name of the report's own file, if the client gave one
 */
export function detectFormat(head: Buffer, complete: boolean, name: string | null): Detection {
  const enough = complete || head.length >= HEAD_BYTES;
  if (isUtf16(head)) return unread("UTF-16 text");
  if (!complete && head.length < LONGEST_START) return UNDECIDED;
  const data = DATA.find(([start]) => startsWith(head, start));
  if (data !== undefined) return data[1];
  if (startsWith(head.subarray(TAR_MARK_AT), TAR_MARK)) return TAR;
  if (name !== null && PLIST_NAME.test(name)) return XCCOVERAGE_NAME.test(name) ? read(xccoverage) : OTHER_PLIST;
  if (name !== null && XCODE_NAME.test(name)) {
    return complete || head.length >= LINE_BYTES ? read(textFormatOf(head) ?? xcode) : UNDECIDED;
  }
  if (head[0] === 0x3c) return detectXml(head, enough);
  if (head[0] === 0x7b || head[0] === 0x5b) return detectJson(head, complete, enough);
  return detectText(head, complete, enough);
}

function archive(what: string): Detection {
  return foreign(`it is ${what}: send the report itself, plain or packed by gzip`);
}

function startsWith(head: Buffer, start: Buffer): boolean {
  return head.subarray(0, start.length).equals(start);
}

function isUtf16(head: Buffer): boolean {
  return head.length >= 2 && ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff));
}

function detectText(head: Buffer, complete: boolean, enough: boolean): Detection {
  const format = textFormatOf(head);
  if (format === null && FORM.test(head.toString("latin1", 0, FORM_BYTES))) return A_FORM;
  if (format !== lcov && !complete && head.length < LINE_BYTES) return UNDECIDED;
  if (format !== null) return read(format);
  if (complete) return detectEnd(head);
  // Neither a record nor a list of files can begin with a line as long as this.
  return enough && !head.includes(0x0a) ? UNKNOWN : UNDECIDED;
}

/** The format that the start of a text tells. */
function textFormatOf(head: Buffer): ReportFormat | null {
  const start = head.toString("latin1", 0, LINE_BYTES);
  if (/^(?:TN|SF):/.test(start) || head.includes(END_OF_RECORD)) return lcov;
  return TEXTS.find(([pattern]) => pattern.test(start))?.[1] ?? null;
}

/** What only the last words tell: a listing of D. */
function detectEnd(text: Buffer): Detection {
  const end = text.toString("latin1", Math.max(0, text.length - LINE_BYTES)).trimEnd();
  if (end.endsWith("covered")) return read(dlst);
  return end.endsWith("has no code") ? foreign("it is a listing without code") : UNKNOWN;
}
