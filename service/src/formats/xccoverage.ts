import { LineKind } from "../report/file-coverage.js";
import type { FileLines } from "./file-lines.js";
import { PlistReader, type PlistValue } from "./plist.js";
import { xmlFormat } from "./xml-format.js";

/** `xccoverage.plist` of older Xcodes: an archive of objects that refer to each other by number. */
export const xccoverage = xmlFormat("xccoverage.plist", (report) => {
  return new PlistReader(report, (root) => addArchive(root, report.lines));
});

function addArchive(root: PlistValue, lines: FileLines): void {
  const objects = listAt(root, "$objects");
  const follow = (reference: PlistValue | undefined) => objects[Number(memberAt(reference, "CF$UID"))];
  const itemsOf = (list: PlistValue | undefined) => listAt(list, "NS.objects").map(follow);
  for (const target of itemsOf(objects[2])) {
    for (const file of itemsOf(follow(memberAt(target, "sourceFiles")))) {
      const name = follow(memberAt(file, "documentLocation"));
      lines.open(typeof name === "string" ? name : null);
      for (const [index, line] of itemsOf(follow(memberAt(file, "lines"))).entries()) {
        if (memberAt(line, "x") === false) continue;
        const parts = memberAt(line, "s");
        const isWhole = parts === undefined || memberAt(parts, "CF$UID") === 0;
        if (isWhole) lines.add(index + 1, Number(memberAt(line, "c")));
        else addParts(index + 1, itemsOf(follow(parts)), lines);
      }
    }
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
