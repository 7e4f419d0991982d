import { bullseye } from "./bullseye.js";
import { clover } from "./clover.js";
import { cobertura } from "./cobertura.js";
import { type Detection, foreign, read, UNDECIDED, UNKNOWN } from "./detection.js";
import { jacoco } from "./jacoco.js";
import { jetbrains } from "./jetbrains.js";
import { mono } from "./mono.js";
import { opencover } from "./opencover.js";
import { phpunit } from "./phpunit.js";
import { scoverage } from "./scoverage.js";
import { sonarqube } from "./sonarqube.js";
import { vb } from "./vb.js";
import { vb2 } from "./vb2.js";
import { xccoverage } from "./xccoverage.js";
import { after, endOfDoctype, endOfName, INCOMPLETE, readAttribute } from "./xml-markup.js";
import { XmlTag } from "./xml-tag.js";
import { ascii } from "./xml-values.js";

const NAME_BYTES = 256;
const [LT, GT, SLASH, BANG, QUESTION, SPACE] = [0x3c, 0x3e, 0x2f, 0x21, 0x3f, 0x20];
const GENERATED = ascii("generated");
const PHPUNIT_COVERAGE = /\/coverage\/\d/;

/** The start of a document. */
interface Root {
  readonly name: string;
  readonly tag: XmlTag;
  /** Name of its first child; of its own end with the slash, and empty, where it has none. */
  readonly child: string;
}

/** Root elements, in the order in which they are asked about. */
const ROOTS: readonly (readonly [(root: Root) => boolean, Detection])[] = [
  [called("BullseyeCoverage"), read(bullseye)],
  [called("statements"), read(scoverage)],
  [called("Root"), read(jetbrains)],
  [({ name, tag }) => name === "coverage" && tag.find(GENERATED) >= 0, read(clover)],
  [called("coverage", "assembly"), read(mono)],
  [called("CoverageSession"), read(opencover)],
  [called("report"), read(jacoco)],
  [called("results"), read(vb)],
  [called("CoverageDSPriv"), read(vb2)],
  [called("plist"), read(xccoverage)],
  [called("coverage", "file"), read(sonarqube)],
  [called("coverage"), read(cobertura)],
  [called("scoverage"), read(cobertura)],
  [called("testsuites"), foreign("it holds test results (JUnit XML), not coverage")],
  [called("testsuite"), foreign("it holds test results (JUnit XML), not coverage")],
  [called("html"), foreign("it is a web page, such as one that asks for a sign-in, not a report")],
  [called("classycle"), foreign("it holds dependencies of classes (Classycle), not coverage")],
  [({ name, tag }) => name === "phpunit" && hasValue(tag, PHPUNIT_COVERAGE), read(phpunit)],
  [called("phpunit"), foreign("it is PHPUnit's configuration, not coverage")],
];

function called(root: string, firstChild?: string): (root: Root) => boolean {
  return ({ name, child }) => name === root && (firstChild === undefined || child === firstChild);
}

function hasValue(tag: XmlTag, pattern: RegExp): boolean {
  for (let index = 0; index < tag.count; index++) if (pattern.test(tag.valueBytes(index).toString())) return true;
  return false;
}

/** What the root element of XML tells. */
export function detectXml(head: Buffer, enough: boolean): Detection {
  const undecided = enough ? UNKNOWN : UNDECIDED;
  const start = tagStart(head, 0);
  if (start === INCOMPLETE) return undecided;
  const tag = new XmlTag();
  const end = readTag(head, start, tag);
  if (end === INCOMPLETE) return undecided;
  // The first child tells Mono's and SonarQube's reports from Cobertura's.
  const child = tag.empty ? "" : nameAt(head, tagStart(head, end));
  if (child === null && !enough) return UNDECIDED;
  const root = { name: tag.name, tag, child: child ?? "" };
  return ROOTS.find(([isRoot]) => isRoot(root))?.[1] ?? UNKNOWN;
}

/** @returns where the tag ends that begins at `start` */
function readTag(head: Buffer, start: number, tag: XmlTag): number {
  let q = endOfName(head, start + 1);
  tag.begin(head, start + 1, q);
  while (q < head.length && head[q] !== GT) {
    tag.empty = head[q] === SLASH;
    if (head[q] <= SPACE || head[q] === SLASH) q++;
    else q = readAttribute(head, q, tag);
    if (q === INCOMPLETE) return INCOMPLETE;
  }
  return q < head.length ? q + 1 : INCOMPLETE;
}

/** Name of the tag at `start`, with its slash if it ends an element; null when it is not there yet. */
function nameAt(head: Buffer, start: number): string | null {
  if (start === INCOMPLETE) return null;
  const from = start + 1;
  const end = endOfName(head, head[from] === SLASH ? from + 1 : from);
  return end < head.length ? head.toString("latin1", from, Math.min(end, from + NAME_BYTES)) : null;
}

/** Where the next tag starts, behind declaration, comments and document type. */
function tagStart(head: Buffer, from: number): number {
  let at = from;
  while (at !== INCOMPLETE) {
    at = head.indexOf(LT, at);
    if (at < 0 || at + 1 >= head.length) return INCOMPLETE;
    if (head[at + 1] === QUESTION) at = after(head, "?>", at);
    else if (head.toString("latin1", at, at + 4) === "<!--") at = after(head, "-->", at + 4);
    else if (head[at + 1] === BANG) at = endOfDoctype(head, at, true);
    else return at;
  }
  return INCOMPLETE;
}
