import { LineKind } from "../report/file-coverage.js";
import type { FileLines } from "./file-lines.js";
import { CorruptReportError } from "./parser.js";
import { PlistReader, type PlistValue } from "./plist.js";
import { xmlFormat } from "./xml-format.js";

/** `xccoverage.plist` of older Xcodes: an archive of objects that refer to each other by number. */
export const xccoverage = xmlFormat("xccoverage.plist", (report) => {
  return new PlistReader(report, (root) => addArchive(root, report.lines));
});

function addArchive(root: PlistValue, lines: FileLines): void {
  const archive = new Archive(listAt(root, "$objects"));
  for (const target of archive.itemsAt(2)) {
    for (const file of archive.itemsOf(memberAt(target, "sourceFiles"))) {
      const name = archive.follow(memberAt(file, "documentLocation"));
      if (typeof name !== "string") continue;
      lines.open(name);
      for (const [index, line] of archive.itemsOf(memberAt(file, "lines")).entries()) {
        if (memberAt(line, "x") === false) continue;
        const parts = memberAt(line, "s");
        const isWhole = parts === undefined || memberAt(parts, "CF$UID") === 0;
        if (isWhole) lines.add(index + 1, Number(memberAt(line, "c")));
        else addParts(index + 1, archive.itemsOf(parts), lines);
      }
    }
  }
}

/** How often all objects may be referred to, each on average: most are once, equal texts and empty lists more often. */
const MOST_REFERENCES = 16;

/** Objects that refer to each other: a few that refer to the same ones over and over would be a whole world. */
class Archive {
  readonly #objects: readonly PlistValue[];
  #left: number;

  constructor(objects: readonly PlistValue[]) {
    this.#objects = objects;
    this.#left = MOST_REFERENCES * objects.length;
  }

  /** @throws CorruptReportError when more was followed than an archive has */
  follow(reference: PlistValue | undefined): PlistValue | undefined {
    if (this.#left-- <= 0) {
      const most = MOST_REFERENCES * this.#objects.length;
      throw new CorruptReportError(
        `its ${this.#objects.length} objects refer to each other more than ${most} times, the most that is followed`,
      );
    }
    return this.#objects[Number(memberAt(reference, "CF$UID"))];
  }

  /** The items of the list that is referred to. */
  itemsOf(reference: PlistValue | undefined): readonly (PlistValue | undefined)[] {
    return this.#itemsIn(this.follow(reference));
  }

  /** The items of the list that is an object of its own. */
  itemsAt(index: number): readonly (PlistValue | undefined)[] {
    return this.#itemsIn(this.#objects[index]);
  }

  #itemsIn(list: PlistValue | undefined): readonly (PlistValue | undefined)[] {
    return listAt(list, "NS.objects").map((reference) => this.follow(reference));
  }
}

/** Parts of a line of which each was or was not run; those of two columns end a function. */
function addParts(line: number, parts: readonly (PlistValue | undefined)[], lines: FileLines): void {
  const columns: number[] = [];
  let [hit, total] = [0, 0];
  for (const part of parts) {
    const [start, length, count] = ["c", "len", "x"].map((key) => Number(memberAt(part, key)));
    if (length === 2) continue;
    columns.push(start, start + length, count);
    total++;
    if (count > 0) hit++;
  }
  if (total > 0 && lines.add(line, hit, total, LineKind.Branch)) lines.columns(columns);
}

function memberAt(value: PlistValue | undefined, key: string): PlistValue | undefined {
  return value instanceof Map ? value.get(key) : undefined;
}

function listAt(value: PlistValue | undefined, key: string): readonly PlistValue[] {
  const list = memberAt(value, key);
  return Array.isArray(list) ? list : [];
}
