import { describe, expect, it } from "vitest";
import { partOf } from "../../src/http/reports.js";
import { linesWith } from "../support/diffs.js";
import { openReport, writeReport } from "../support/stored-reports.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { within } from "../support/within.js";

const folder = temporaryFolder();
const PATHS = ["src/a.ts", "src/deep/b.ts", "src2/c.ts"];

async function report() {
  return openReport(
    await writeReport(
      folder,
      PATHS.map((path) => [path, linesWith({ 1: 1 })] as const),
    ),
  );
}

describe("a part of a report", () => {
  it.each([
    ["src", ["src/a.ts", "src/deep/b.ts"]],
    ["src/", ["src/a.ts", "src/deep/b.ts"]],
    ["src///", ["src/a.ts", "src/deep/b.ts"]],
    ["src/a.ts", ["src/a.ts"]],
    ["/", []],
  ])("at %s is of %j", async (path, expected) => {
    const part = partOf(await report(), path);
    expect(part.entries.map((entry) => entry.path.toString())).toEqual(expected);
    expect(part.totals.files).toBe(expected.length);
  });

  it("is found in linear time", async () => {
    const opened = await report();
    const path = `${"/".repeat(300_000)}x`;
    expect(within(1000, () => partOf(opened, path)).entries).toEqual([]);
  });
});
