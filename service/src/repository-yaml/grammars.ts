import { GrammarError } from "./grammar-error.js";
import { readBranchPattern } from "./patterns/branch-pattern.js";
import { readFix } from "./patterns/fix.js";
import { readPathPattern } from "./patterns/path-pattern.js";
import { compileRegex } from "./patterns/regex.js";
import { type Requirement, readRequirement } from "./requirement.js";

/** `[60, 80]`: up to the first is red, from the second on green. */
export type Range = readonly [low: number, high: number];

export type BundleThreshold =
  | { readonly unit: "bytes"; readonly value: number }
  | { readonly unit: "percent"; readonly value: number };

/** 80, 80.5, "80%". @throws GrammarError */
export function readPercent(value: string | number): number {
  const text = String(value).trim();
  if (!/^-?\d+(?:\.\d*)?(?:e[-+]?\d+)?\s*%?$/i.test(text)) throw new GrammarError("it is no number");
  return Number.parseFloat(text);
}

/** As a percentage, or "auto". @throws GrammarError */
export function readTarget(value: string | number): number | "auto" {
  return value === "auto" ? "auto" : readPercent(value);
}

/** "60..80", "60...80", [60, 80]. @throws GrammarError */
export function readRange(value: string | readonly (string | number)[]): Range {
  const ends = typeof value === "string" ? /^([^.]*(?:\.\d+)?)\.{2,3}(\d.*)$/.exec(value.trim())?.slice(1) : value;
  if (ends?.length !== 2) throw new GrammarError("it has no two ends");
  const [low, high] = typeof value === "string" ? ends.map(readPercent) : ends.map(readPercent).sort((a, b) => a - b);
  if (low < 0 || high > 100) throw new GrammarError("its ends lie outside of 0 to 100");
  if (low > high) throw new GrammarError("its first end is the greater one");
  return [low, high];
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** "12h", "2 days", seconds; false: any age. Null: the default. @throws GrammarError */
export function readAge(value: string | number | boolean): number | false | null {
  if (typeof value === "boolean") return value ? null : false;
  if (value === "off") return false;
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*(?:([smhdw])[a-z]*(?: ago)?)?$/i.exec(String(value).trim()) ?? [];
  if (count === undefined) throw new GrammarError("it is no such time");
  return Number(count) * SECONDS[(unit?.toLowerCase() ?? "s") as keyof typeof SECONDS];
}

const BYTES = { b: 1, bytes: 1, kb: 1e3, mb: 1e6, gb: 1e9 } as const;

/** "10%" and 0.5 are percentages, "10 mb" and 100 bytes. @throws GrammarError */
export function readThreshold(value: string | number): BundleThreshold {
  if (typeof value === "number" ? !Number.isInteger(value) : value.includes("%")) {
    return { unit: "percent", value: readPercent(value) };
  }
  const [, count, unit] = /^(\d+)\s*(bytes|[kmg]?b)?$/i.exec(String(value).trim()) ?? [];
  if (count === undefined) throw new GrammarError("it is no size");
  return { unit: "bytes", value: Number(count) * BYTES[(unit?.toLowerCase() ?? "b") as keyof typeof BYTES] };
}

export const LAYOUT_PARTS = [
  ..."reach diff flag flags file files tree changes components component uncovered sunburst footer header".split(" "),
  ..."suggestions feedback betaprofiling newheader newfooter newfiles".split(" "),
  ..."condensed_header condensed_files condensed_footer".split(" "),
] as const;

export interface LayoutPart {
  readonly name: string;
  /** `files:10`: so many of them. */
  readonly limit: number | null;
}

/** A list such as `reach, diff, files:10`. Parts that nobody knows are left out. @throws GrammarError */
export function readLayout(value: string): readonly LayoutPart[] {
  return partsOfLayout(value).filter(({ name }) => LAYOUT_PARTS.includes(name));
}

/** None of a text that is no layout: that is a fault. */
export function unknownParts(layout: string): readonly string[] {
  try {
    return partsOfLayout(layout).flatMap(({ name }) => (LAYOUT_PARTS.includes(name) ? [] : [name]));
  } catch (error) {
    if (error instanceof GrammarError) return [];
    throw error;
  }
}

function partsOfLayout(value: string): readonly LayoutPart[] {
  const parts = value.split(",").map((part) => part.trim());
  return parts.filter(Boolean).map((part) => {
    const [, name, limit] = /^(\w+)(?:\s*:\s*(\d+))?$/.exec(part) ?? [];
    if (name === undefined) throw new GrammarError(`${JSON.stringify(part)} is none of its parts`);
    return { name, limit: limit === undefined ? null : Number(limit) };
  });
}

/** A branch without what git puts before it. */
export function readBranch(value: string): string {
  return value.replace(/^(?:origin\/|refs\/heads\/)/, "");
}

function readRegex(value: string): string {
  compileRegex(value);
  return value;
}

function readWebAddress(value: string): string {
  if (!URL.canParse(value) || !/^https?:\/\/./.test(value)) throw new GrammarError("it is no address");
  return value;
}

/**
 * What the values of the yaml are read by, under the names that its schema gives them. The schema has made sure that a
 * value is of one of the types that its grammar takes.
 */
export const GRAMMARS = {
  percent: readPercent,
  target: readTarget,
  range: readRange,
  age: readAge,
  threshold: readThreshold,
  layout: readLayout,
  branch: readBranch,
  "branch-pattern": (value: string) => readBranchPattern(value).source,
  "path-pattern": (value: string) => readPathPattern(value).source,
  fix: (value: string) => readFix(value).source,
  regex: readRegex,
  requirement: (value: string | boolean): Requirement => readRequirement(value),
  "web-address": readWebAddress,
} as const;

export type GrammarName = keyof typeof GRAMMARS;
