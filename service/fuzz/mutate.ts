import type { Random } from "../bench/random.js";

/** Inputs are no longer than this: what a mutation makes of a report grows with each one. */
const MOST_BYTES = 256 * 1024;
const MOST_MUTATIONS = 6;

/** What some format, or some layer above one, gives a meaning to. */
const TOKENS = [
  ..."<>\"'&/\0\n,:-{}[]|=#@ \t\\",
  ..."\r\n <!-- --> <![CDATA[ ]]> <?xml </ /> &#65; &#xFFFFFFFF; &lt; null true false NaN -1".split(" "),
  ..."end_of_record\n SF: DA: BRDA: FN: mode: =====\n 0:Source: .go: covered \ufeff \ud800 %(1/2)".split(" "),
  ..."__proto__ constructor .. // C:\\ ../../ <<<<<<\u0020network <<<<<<\u0020EOF @@ --- +++ *a &a !!map".split(" "),
  "<!DOCTYPE x [",
  "<!ENTITY a '&a;'>",
  "# path=a\n",
  "==FROMNOWONIGNOREDBYCODECOV==>>>",
  "\u001b[0m",
].map((text) => Buffer.from(text));

const NUMBERS = [
  "0",
  "-0",
  "-1",
  "1",
  "2",
  "1.5",
  "-2.5",
  "1e3",
  "1e309",
  "-1e309",
  "0x10",
  "007",
  "+3",
  ".5",
  "99999",
  "100001",
  "67108863",
  "67108864",
  "2147483648",
  "4294967295",
  "4294967296",
  "9007199254740991",
  "9007199254740993",
  "9".repeat(30),
  "",
];

const OPENINGS: readonly (readonly [open: string, close: string])[] = [
  ["[", "]"],
  ['{"a":', "}"],
  ["<a>", "</a>"],
  ["(", ")"],
  ["<!--", "-->"],
  ["- ", ""],
  ["<class>", "</class>"],
];

const FILLINGS = ["a", " ", "9", "\\", "&", "\t", "ä", "/", ".", "*", "\n", ","];

/** A key with its value, in JSON and in XML, or a line. */
const ENTRY = /"[^"]{0,99}"\s*:\s*(?:"[^"]{0,99}"|[^",{}[\]]{1,99}),?|\s[\w:-]{1,99}="[^"]{0,99}"|[^\n]{0,999}\n/;
/** Entries are looked for in so many bytes. */
const ENTRY_BYTES = 1024;

/** An element, an object or list, or a line: what a report has many of. */
const ITEM =
  /<([\w:-]{1,99})(?:\s[^<>]{0,499})?(?:\/>|>.{0,499}?<\/\1>)|\{[^{}]{1,499}\}|\[[^[\]]{1,499}\]|[^\n]{1,499}\n/s;
/** So many percent of the inputs that are filled are full, all others are short. */
const FULL_PERCENT = 20;
const SHORT_BYTES = 8 * 1024;
/** A key of JSON, an attribute, or the start of a line, whose value is a number. */
const NUMBERED = /("[^"]{1,99}"\s*:\s*|\s[\w:-]{1,99}="|\n[A-Z]{1,9}:)-?\d/;

/** Another report in the place of the one given; `others` are reports that it may get parts of. */
type Mutation = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  flip,
  remove,
  insert,
  repeat,
  cut,
  splice,
  renumber,
  nest,
  lengthen,
  repeatEntry,
  fill,
  setAll,
];

/** Mutates a report a few times over. The same `random` gives the same result. */
export function mutate(report: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  let bytes = report;
  for (let left = 1 + random.below(MOST_MUTATIONS); left > 0; left--) {
    bytes = pick(MUTATIONS, random)(bytes, random, others).subarray(0, MOST_BYTES);
  }
  return bytes;
}

export function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random.below(items.length)];
}

export function flip(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return bytes;
  const flipped = Buffer.from(bytes);
  flipped[random.below(bytes.length)] ^= random.chance(50) ? 1 << random.below(8) : random.below(256);
  return flipped;
}

function remove(bytes: Buffer, random: Random): Buffer {
  const [start, end] = slice(bytes, random, random.chance(80) ? 16 : bytes.length);
  return replaced(bytes, start, end, "");
}

function insert(bytes: Buffer, random: Random): Buffer {
  const [at] = slice(bytes, random, 0);
  return replaced(bytes, at, at, pick(TOKENS, random));
}

function repeat(bytes: Buffer, random: Random): Buffer {
  const [start, end] = slice(bytes, random, random.chance(50) ? 64 : bytes.length);
  const times = random.chance(90) ? 1 + random.below(3) : random.below(50);
  return replaced(bytes, end, end, ...Array(times).fill(bytes.subarray(start, end)));
}

function cut(bytes: Buffer, random: Random): Buffer {
  return bytes.subarray(0, random.below(bytes.length + 1));
}

function splice(bytes: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  const other = pick(others, random);
  const [start, end] = slice(bytes, random, bytes.length);
  const [from, to] = slice(other, random, other.length);
  return replaced(bytes, start, random.chance(50) ? start : end, other.subarray(from, to));
}

function renumber(bytes: Buffer, random: Random): Buffer {
  const found = entryIn(bytes, /-?\d[\d.]*/, random);
  if (found === null) return bytes;
  return replaced(bytes, found.start, found.start + found.text.length, pick(NUMBERS, random));
}

function nest(bytes: Buffer, random: Random): Buffer {
  const [start, end] = slice(bytes, random, 64);
  const [open, close] = pick(OPENINGS, random);
  const depth = random.chance(70) ? random.below(20) : random.below(5000);
  return replaced(
    bytes,
    start,
    end,
    open.repeat(depth),
    bytes.subarray(start, end),
    random.chance(50) ? close.repeat(depth) : "",
  );
}

function lengthen(bytes: Buffer, random: Random): Buffer {
  const [at] = slice(bytes, random, 0);
  return replaced(bytes, at, at, pick(FILLINGS, random).repeat(random.below(random.chance(80) ? 300 : 65_536)));
}

function repeatEntry(bytes: Buffer, random: Random): Buffer {
  const found = entryIn(bytes, ENTRY, random);
  if (found === null) return bytes;
  const { start, text } = found;
  const entry = bytes.subarray(start, start + text.length);
  return replaced(bytes, start, start, ...Array(1 + random.below(4)).fill(entry));
}

/** Repeats one item until the input is full: what is cheap once may be dear ten thousand times. */
export function fill(bytes: Buffer, random: Random): Buffer {
  const found = entryIn(bytes, ITEM, random);
  if (found === null) return bytes;
  const item = /^[{[]/.test(found.text) ? `${found.text},` : found.text;
  const most = random.chance(FULL_PERCENT) ? MOST_BYTES : SHORT_BYTES;
  const times = Math.max(0, Math.floor((most - bytes.length) / item.length));
  return replaced(bytes, found.start, found.start, Buffer.from(item.repeat(times), "latin1"));
}

/** Gives all numbers of one key or attribute the same value: all lines are one, or all counts are huge. */
export function setAll(bytes: Buffer, random: Random): Buffer {
  const found = entryIn(bytes, NUMBERED, random);
  if (found === null) return bytes;
  const key = found.groups[0];
  const number = pick(NUMBERS, random);
  const [before, ...behind] = bytes.toString("latin1").split(key);
  const set = behind.map((text) => key + text.replace(/^-?\d[\d.]*/, number));
  return Buffer.from(before + set.join(""), "latin1");
}

interface Found {
  readonly start: number;
  readonly text: string;
  readonly groups: readonly string[];
}

/** The first match behind some place. */
function entryIn(bytes: Buffer, pattern: RegExp, random: Random): Found | null {
  const from = random.below(bytes.length + 1);
  const found = pattern.exec(bytes.toString("latin1", from, from + ENTRY_BYTES));
  return found === null ? null : { start: from + found.index, text: found[0], groups: found.slice(1) };
}

/** Start and end of a slice of at most `most` bytes. */
function slice(bytes: Buffer, random: Random, most: number): readonly [start: number, end: number] {
  const start = random.below(bytes.length + 1);
  return [start, Math.min(bytes.length, start + random.below(most + 1))];
}

function replaced(bytes: Buffer, start: number, end: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const inserted = parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part));
  return Buffer.concat([bytes.subarray(0, start), ...inserted, bytes.subarray(end)]);
}
