import { recordFormat } from "./xml-records.js";
import { numberIn } from "./xml-values.js";

const MOST_RECORDS = 2_000_000;
const [HIT, PARTIAL] = ["0", "1"];

/** XML of Visual Studio's coverage data set (`CoverageDSPriv`): lines by the ids of files, which are listed last. */
export const vb2 = recordFormat("vb2", ["Lines", "SourceFileNames"], ({ lines }) => {
  const files = new Map<string, string>();
  const held: { readonly file: string; readonly start: number; readonly end: number; readonly value: string }[] = [];
  return {
    read(record, fields) {
      const id = fields.get("SourceFileID") ?? "";
      if (record === "SourceFileNames") files.set(id, (fields.get("SourceFileName") ?? "").replaceAll("\\", "/"));
      else if (held.length < MOST_RECORDS) {
        const [start, end] = [numberIn(fields.get("LnStart") ?? ""), numberIn(fields.get("LnEnd") ?? "")];
        held.push({ file: id, start, end, value: fields.get("Coverage") ?? "" });
      } else lines.skipped.count("line too many");
    },
    end() {
      held.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
      let open: string | null = null;
      for (const { file, start, end, value } of held) {
        if (file !== open) lines.open(files.get(file) ?? null);
        open = file;
        if (value === PARTIAL) lines.addPartialSpan(start, end);
        else lines.addSpan(start, end, value === HIT ? 1 : 0);
      }
    },
  };
});
