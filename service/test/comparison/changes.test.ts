import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carriedFiles } from "../../src/comparison/carried-files.js";
import { changedLines, differenceOf, type FileChange, indirectChanges } from "../../src/comparison/indirect-changes.js";
import { shiftLines } from "../../src/comparison/lines.js";
import { patchOf } from "../../src/comparison/patch.js";
import { readDiff } from "../../src/comparison/read-diff.js";
import { filesOf, type ReportFiles } from "../../src/comparison/report-files.js";
import { CoverageBuilder } from "../../src/report/coverage-builder.js";
import { readFileBlock } from "../../src/report/file-block.js";
import { LineStatus } from "../../src/report/line-value.js";
import { coverage, valuesOf } from "../support/coverage.js";
import { edits, linesWith, reportWith, type Step, unifiedDiff } from "../support/diffs.js";
import { openReport, writeReport } from "../support/stored-reports.js";
import { temporaryFolder } from "../support/temporary-folder.js";

function diffOf(steps: string, paths?: { base: string; head: string }) {
  return readDiff(unifiedDiff([...steps] as Step[], 1, paths));
}

async function changes(base: ReportFiles, head: ReportFiles, diff: ReturnType<typeof readDiff>): Promise<FileChange[]> {
  const found: FileChange[] = [];
  for await (const change of indirectChanges(base, head, diff)) found.push(change);
  return found;
}

const { Hit, Miss, Partial } = LineStatus;
const folder = temporaryFolder();

describe("a patch", () => {
  it("counts the lines that were added and have coverage data", async () => {
    const head = reportWith({ "f.ts": { 1: 1, 2: 0, 3: 5, 4: "1/2", 6: 0 }, "other.ts": { 1: 0 } });
    const { totals, files } = await patchOf(head, diffOf(" ++-++ "));
    expect(totals).toMatchObject({ files: 1, lines: 3, hits: 1, misses: 1, partials: 1, coverage: "33.33333" });
    expect([...files.keys()]).toEqual(["f.ts"]);
    expect(files.get("f.ts")).toMatchObject({ lines: 3 });
  });

  it.each([
    ["removes lines alone", " -- "],
    ["adds lines without coverage data", "    ++"],
  ])("has no coverage when it %s", async (_, steps) => {
    const { totals, files } = await patchOf(reportWith({ "f.ts": { 1: 1, 2: 0 } }), diffOf(steps));
    expect([totals.coverage, totals.lines, files.size]).toEqual([null, 0, 0]);
  });

  it("counts every line of a new file, and none of a deleted one", async () => {
    const made = readDiff(
      "--- /dev/null\n+++ b/f.ts\n@@ -0,0 +1,2 @@\n+a\n+b\n--- a/g.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n",
    );
    const { totals } = await patchOf(reportWith({ "f.ts": { 1: 1, 2: 1 }, "g.ts": { 1: 0 } }), made);
    expect(totals).toMatchObject({ lines: 2, hits: 2, coverage: "100" });
  });
});

describe("indirect changes", () => {
  it("are lines that nobody edited, with another status, also where lines before them moved", async () => {
    const base = reportWith({ "f.ts": { 1: 1, 2: 1, 3: 1, 4: 1, 5: 0 } });
    const head = reportWith({ "f.ts": { 1: 1, 2: 0, 3: 0, 4: 0, 5: "1/2", 6: 3 } });
    const found = await changes(base, head, diffOf(" -++   "));
    expect(found).toEqual([
      {
        kind: "changed",
        path: "f.ts",
        basePath: "f.ts",
        lines: [
          { base: 3, head: 4, before: Hit, after: Miss },
          { base: 4, head: 5, before: Hit, after: Partial },
          { base: 5, head: 6, before: Miss, after: Hit },
        ],
      },
    ]);
  });

  it("are lines whose coverage data appeared or vanished", async () => {
    const found = await changes(
      reportWith({ f: { 1: 1, 3: 0, 4: null } }),
      reportWith({ f: { 1: 1, 2: 1, 4: -1 } }),
      [],
    );
    expect(found).toMatchObject([
      {
        lines: [
          { base: 2, head: 2, before: null, after: Hit },
          { base: 3, head: 3, before: Miss, after: null },
        ],
      },
    ]);
  });

  it("are none where only the number of hits is another", async () => {
    expect(await changes(reportWith({ f: { 1: 1, 2: "1/2" } }), reportWith({ f: { 1: 9, 2: true } }), [])).toEqual([]);
  });

  it("follow files that were renamed", async () => {
    const diff = diffOf("+   ", { base: "old.ts", head: "new.ts" });
    const base = reportWith({ "old.ts": { 1: 1, 2: 1 } });
    expect(await changes(base, reportWith({ "new.ts": { 1: 0, 2: 1, 3: 1 } }), diff)).toEqual([]);
    expect(await changes(base, reportWith({ "new.ts": { 1: 0, 2: 1, 3: 0 } }), diff)).toMatchObject([
      { path: "new.ts", basePath: "old.ts", lines: [{ base: 2, head: 3, before: Hit, after: Miss }] },
    ]);
  });

  it("are whole files that a diff does not account for", async () => {
    const [some, none] = [reportWith({ "f.ts": { 1: 1, 2: 1 } }), reportWith({})];
    const fresh = { kind: "new", path: "f.ts" };
    const gone = { kind: "deleted", path: "f.ts" };
    expect(await changes(none, some, [])).toEqual([fresh]);
    expect(await changes(some, none, [])).toEqual([gone]);
    expect(await changes(none, some, diffOf(" +  "))).toEqual([fresh]);
    expect(await changes(none, some, diffOf("++  "))).toEqual([]);
    expect(await changes(some, none, diffOf(" -  "))).toEqual([gone]);
    expect(await changes(some, none, diffOf("--  "))).toEqual([]);
  });

  it("are not those of files that a diff makes or deletes", async () => {
    const diff = readDiff(
      "--- /dev/null\n+++ b/f.ts\n@@ -0,0 +1,1 @@\n+a\n--- a/g.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n",
    );
    expect(await changes(reportWith({ "g.ts": { 1: 1 } }), reportWith({ "f.ts": { 1: 0, 2: 0 } }), diff)).toEqual([]);
  });

  it("are found in stored reports", async () => {
    const stored = async (first: number) => {
      const files = [["a.ts", linesWith({ 1: first })] as const, ["b.ts", linesWith({ 1: 1 })] as const];
      return filesOf(await openReport(await writeReport(folder, files)));
    };
    const [base, head] = [await stored(1), await stored(0)];
    expect(await changes(base, head, [])).toMatchObject([{ path: "a.ts" }]);
    expect([head.has("b.ts"), head.has("c.ts"), await head.block("c.ts"), [...head.paths]]).toEqual([
      true,
      false,
      null,
      ["a.ts", "b.ts"],
    ]);
  });

  it("are none between a report and itself, moved by any diff", () => {
    const lines = fc.uniqueArray(fc.integer({ min: 1, max: 60 })).map((numbers) => numbers.sort((a, b) => a - b));
    const steps = fc.array(fc.constantFrom<Step>(" ", "-", "+"), { maxLength: 50 });
    fc.assert(
      fc.property(lines, steps, (numbers, given) => {
        const found = readDiff(unifiedDiff(given, 2))[0].edits;
        const file = coverage(numbers.map((line) => ({ line, value: line % 3 })));
        expect(changedLines(file, shiftLines(file, found, new CoverageBuilder()), found)).toEqual([]);
      }),
    );
  });

  it("account for the whole difference between two reports of the same files", () => {
    const values = fc.dictionary(fc.integer({ min: 1, max: 30 }).map(String), fc.constantFrom(0, 1, "1/2"));
    fc.assert(
      fc.property(values, values, (before, after) => {
        const lines = changedLines(linesWith(before), linesWith(after), []);
        const count = (of: object, value: unknown) => Object.values(of).filter((other) => other === value).length;
        expect(differenceOf(lines)).toEqual({
          hits: count(after, 1) - count(before, 1),
          misses: count(after, 0) - count(before, 0),
          partials: count(after, "1/2") - count(before, "1/2"),
        });
      }),
    );
  });
});

describe("files that are carried forward", () => {
  const diff = [
    ...diffOf("+ ", { base: "old.ts", head: "new.ts" }),
    { basePath: "gone.ts", headPath: null, edits: [] },
  ];

  it.each([
    ["old.ts", { path: "new.ts", edits: edits("+ ") }],
    ["gone.ts", null],
    ["same.ts", { path: "same.ts", edits: [] }],
  ])("%s goes where the diff says", (path, expected) => expect(carriedFiles(diff)(path)).toEqual(expected));

  it("move with their lines", async () => {
    const block = await reportWith({ "old.ts": { 1: 4 } }).block("old.ts");
    const carried = carriedFiles(diff)("old.ts");
    const moved = shiftLines(readFileBlock(block!), carried?.edits ?? [], new CoverageBuilder());
    expect(valuesOf(moved)).toEqual({ 2: 4 });
  });
});
