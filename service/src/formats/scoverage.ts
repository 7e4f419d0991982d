import { LineKind } from "../report/file-coverage.js";
import { recordFormat } from "./xml-records.js";
import { numberIn } from "./xml-values.js";

/** Statements of Scala's scoverage, each with its file. */
export const scoverage = recordFormat("scoverage", ["statement"], ({ lines }) => ({
  read(_, fields) {
    if (fields.get("ignored") === "true") return;
    const source = fields.get("source") ?? null;
    if (source !== lines.name) lines.open(source);
    const [line, count] = [numberIn(fields.get("line") ?? ""), numberIn(fields.get("count") ?? "")];
    // Each side of a branch is a statement of its own.
    if (fields.get("branch") === "true") lines.add(line, Math.min(count, 2), 2, LineKind.Branch);
    else lines.add(line, count);
  },
}));
