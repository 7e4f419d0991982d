import {
  IdNumbers,
  type ReadUsual,
  readBranchCounts,
  readCounts,
  readEntries,
  readLocations,
} from "./istanbul-usual.js";
import { isObject, memberOf, parseJson, toNumber } from "./json-values.js";

type Take = (line: number, hits: number) => void;

/** What a map names, by id: of branches `ID/INDEX`. */
type Named = readonly (readonly [id: string, number: number])[];

interface Form {
  readonly read: ReadUsual;
  /** The same of any JSON, with ids of any kind, and without what is to be skipped. */
  named(value: unknown): Named;
  /** Whether an id has several numbers. */
  readonly isList: boolean;
}

const PLACES: Form = { read: readEntries, named: placesOf, isList: false };
const COUNTS: Form = { read: readCounts, named: countsOf, isList: false };
const LOCATIONS: Form = { read: readLocations, named: locationsOf, isList: true };
const BRANCH_COUNTS: Form = { read: readBranchCounts, named: branchCountsOf, isList: true };

/** A member of a file of Istanbul's: read byte by byte where it is written as usual, else kept until the file is over. */
class MapMember {
  readonly #usual = new IdNumbers();
  #isUsual = false;
  #kept: Buffer | null = null;

  constructor(readonly form: Form) {}

  get isEmpty(): boolean {
    return !this.#isUsual && this.#kept === null;
  }

  /** The numbers in their order; null when it is not written as usual. */
  get usual(): IdNumbers | null {
    return this.#isUsual ? this.#usual : null;
  }

  /** @returns where the value ends; -1 when it has to be kept */
  read(bytes: Buffer, start: number): number {
    const end = this.form.read(bytes, start, this.#usual);
    this.#isUsual = end >= 0;
    this.#kept = null;
    return end;
  }

  keep(bytes: Buffer): void {
    if (this.read(bytes, 0) < 0) this.#kept = Buffer.from(bytes);
  }

  named(): Named {
    if (this.#kept !== null) return this.form.named(parseJson(this.#kept, "a map of Istanbul's"));
    return this.form.isList ? numberedIds(this.#usual) : plainIds(this.#usual);
  }

  clear(): void {
    this.#isUsual = false;
    this.#kept = null;
  }
}

/** Lines that things begin at, and counts of them, each by the id of the thing. */
export class CountedLines {
  readonly places: MapMember;
  readonly counts: MapMember;

  /** @param branches whether each thing has several places, with a count each */
  constructor(branches: boolean) {
    this.places = new MapMember(branches ? LOCATIONS : PLACES);
    this.counts = new MapMember(branches ? BRANCH_COUNTS : COUNTS);
  }

  /** Tells each line with its count, 0 for what has no place of its own, such as an `else` that is not there. */
  forEach(take: Take): void {
    const { places, counts } = this;
    if (places.isEmpty || counts.isEmpty) return;
    const [lines, hits] = [places.usual, counts.usual];
    if (lines !== null && hits !== null && haveSameIds(lines, hits)) {
      for (let i = 0; i < lines.length; i++) take(lines.numbers[i], hits.numbers[i]);
      return;
    }
    const byId = new Map(counts.named());
    for (const [id, line] of places.named()) take(line, byId.get(id) ?? Number.NaN);
  }

  clear(): void {
    this.places.clear();
    this.counts.clear();
  }
}

function haveSameIds(some: IdNumbers, others: IdNumbers): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some.ids[i] !== others.ids[i]) return false;
  return true;
}

function plainIds({ ids, numbers, length }: IdNumbers): Named {
  return Array.from({ length }, (_, at) => [String(ids[at]), numbers[at]]);
}

function numberedIds({ ids, numbers, length }: IdNumbers): Named {
  let index = 0;
  return Array.from({ length }, (_, at) => {
    index = at > 0 && ids[at] === ids[at - 1] ? index + 1 : 0;
    return [`${ids[at]}/${index}`, numbers[at]];
  });
}

function placesOf(value: unknown): Named {
  return membersOf(value).flatMap(([id, entry]) =>
    memberOf(entry, "skip") === true ? [] : [[id, lineOf(entry)] as const],
  );
}

function countsOf(value: unknown): Named {
  return membersOf(value).map(([id, count]) => [id, toNumber(count)]);
}

function locationsOf(value: unknown): Named {
  return membersOf(value).flatMap(([id, entry]) => {
    const locations = memberOf(entry, "locations");
    if (memberOf(entry, "skip") === true || !Array.isArray(locations)) return [];
    return locations.flatMap((location, index) =>
      memberOf(location, "skip") === true ? [] : [[`${id}/${index}`, lineOf(location)] as const],
    );
  });
}

function branchCountsOf(value: unknown): Named {
  return membersOf(value).flatMap(([id, counts]) =>
    Array.isArray(counts) ? counts.map((count, index) => [`${id}/${index}`, toNumber(count)] as const) : [],
  );
}

function membersOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

/** Where an entry begins, 0 when it has no place of its own. */
function lineOf(entry: unknown): number {
  const at = memberOf(entry, "loc") ?? entry;
  return memberOf(at, "skip") === true ? 0 : toNumber(memberOf(at, "start", "line") ?? 0);
}
