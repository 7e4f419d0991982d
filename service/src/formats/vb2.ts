import { FileTable, LONGEST_ID } from "./file-table.js";
import { recordFormat } from "./xml-records.js";
import { numberIn } from "./xml-values.js";

const MOST_RECORDS = 2_000_000;
const [HIT, PARTIAL] = ["0", "1"];

/** A record that waits for the list of files. */
interface Held {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  /** null: in part. */
  readonly hits: number | null;
}

/** XML of Visual Studio's coverage data set (`CoverageDSPriv`): lines by the ids of files, which are listed last. */
export const vb2 = recordFormat("vb2", ["Lines", "SourceFileNames"], ({ lines, limits }) => {
  const files = new FileTable(limits);
  const held: Held[] = [];
  return {
    read(record, fields) {
      const id = fields.get("SourceFileID") ?? "";
      if (record === "SourceFileNames") files.add(id, fields.get("SourceFileName") ?? "");
      else if (id.length > LONGEST_ID) return;
      else if (held.length < MOST_RECORDS) {
        const [start, end] = [numberIn(fields.get("LnStart") ?? ""), numberIn(fields.get("LnEnd") ?? "")];
        const value = fields.get("Coverage");
        held.push({ file: id, start, end, hits: value === HIT ? 1 : value === PARTIAL ? null : 0 });
      } else lines.skipped.count("line too many");
    },
    end() {
      held.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
      let open: string | null = null;
      for (const { file, start, end, hits } of held) {
        if (file !== open) lines.open(files.nameOf(file) ?? null);
        open = file;
        if (hits === null) lines.addPartialSpan(start, end);
        else lines.addSpan(start, end, hits);
      }
    },
  };
});
