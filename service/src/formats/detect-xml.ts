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

const ROOT_BYTES = 64 * 1024;
const NAME_BYTES = 256;

/** Root elements with the start of their first child behind them, in the order in which they are asked about. */
const ROOTS: readonly (readonly [RegExp, Detection])[] = [
  [/^<BullseyeCoverage[\s/>]/, read(bullseye)],
  [/^<statements[\s/>]/, read(scoverage)],
  [/^<Root[\s/>]/, read(jetbrains)],
  [/^<coverage\s[^>]*\sgenerated=|^<coverage\sgenerated=/, read(clover)],
  [/^<coverage[\s>][^<]*<assembly[\s/>]/, read(mono)],
  [/^<CoverageSession[\s/>]/, read(opencover)],
  [/^<report[\s/>]/, read(jacoco)],
  [/^<results[\s/>]/, read(vb)],
  [/^<CoverageDSPriv[\s/>]/, read(vb2)],
  [/^<plist[\s/>]/, read(xccoverage)],
  [/^<coverage[\s>][^<]*<file[\s/>]/, read(sonarqube)],
  [/^<s?coverage[\s/>]/, read(cobertura)],
  [/^<testsuites?[\s/>]/, foreign("it holds test results (JUnit XML), not coverage")],
  [/^<classycle[\s/>]/, foreign("it holds dependencies of classes (Classycle), not coverage")],
  [/^<phpunit\s[^>]*\/coverage\/\d/, read(phpunit)],
  [/^<phpunit[\s/>]/, foreign("it is PHPUnit's configuration, not coverage")],
];

/** What the root element of XML tells. */
export function detectXml(head: Buffer, enough: boolean): Detection {
  const undecided = enough ? UNKNOWN : UNDECIDED;
  const start = tagStart(head, 0);
  if (start < 0) return undecided;
  const end = head.indexOf(0x3e, start) + 1;
  if (end === 0) return undecided;
  const root = head.toString("latin1", start, Math.min(end, start + ROOT_BYTES));
  // The first child tells Mono's and SonarQube's reports from Cobertura's.
  const childStart = tagStart(head, end);
  const child = childStart < 0 ? "" : head.toString("latin1", childStart, childStart + NAME_BYTES);
  if (!/^<\/?\w[^\s/>]*[\s/>]/.test(child) && !enough && !root.endsWith("/>")) return UNDECIDED;
  return ROOTS.find(([pattern]) => pattern.test(root + child))?.[1] ?? UNKNOWN;
}

/** Where the next tag starts, behind declaration, comments and document type; -1 when it is not there yet. */
function tagStart(head: Buffer, from: number): number {
  let at = from;
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
