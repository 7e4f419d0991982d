import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fetchReports } from "../../src/processing/report-files.js";
import { openFolderStore } from "../../src/storage/folder-store.js";
import { coverage } from "../support/coverage.js";
import { contentsOf, writeReport } from "../support/stored-reports.js";
import { temporaryFolder } from "../support/temporary-folder.js";

describe("copies of reports", () => {
  const folder = temporaryFolder();
  const objects = openFolderStore(join(folder, "objects"));
  const lines = [{ line: 1, value: 1 }];

  it("are held in memory as long as there is room, and else in files", async () => {
    const keys = ["a", "b", "c"];
    let bytes = 0;
    for (const key of keys) {
      const report = readFileSync(await writeReport(folder, [[key, coverage(lines)]]));
      bytes = report.length;
      await objects.put(key, report);
    }
    for (const { room, files } of [
      { room: 3 * bytes, files: 0 },
      { room: 2 * bytes, files: 1 },
      { room: 0, files: 3 },
    ]) {
      const copies = mkdtempSync(join(folder, "copies-"));
      const reports = await fetchReports(objects, keys, copies, room);
      expect(readdirSync(copies)).toHaveLength(files);
      const contents = await Promise.all(reports.opened.map(contentsOf));
      expect(contents.map((content) => Object.keys(content))).toEqual([["a"], ["b"], ["c"]]);
      await reports.close();
    }
  });
});
