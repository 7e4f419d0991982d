import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byBasePath } from "../../src/comparison/diff.js";
import { namesOfHeader, pathOfSide, unquotePath } from "../../src/comparison/diff-paths.js";
import { addedLines, baseLine, headLine, shiftLines } from "../../src/comparison/lines.js";
import { DiffError, readDiff } from "../../src/comparison/read-diff.js";
import { CoverageBuilder } from "../../src/report/coverage-builder.js";
import { coverage, linesOf, valuesOf } from "../support/coverage.js";
import { edits, linesWith, type Step, unifiedDiff } from "../support/diffs.js";

describe("a diff", () => {
  it("names what became of its files", () => {
    const files = readDiff(`diff --git a/old name.ts b/new name.ts
similarity index 100%
rename from old name.ts
rename to new name.ts
diff --git a/gone.ts b/gone.ts
deleted file mode 100644
index abc..0000000
--- a/gone.ts
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/made.ts b/made.ts
new file mode 100644
index 0000000..abc
--- /dev/null
+++ b/made.ts
@@ -0,0 +1,2 @@
+x
+y
diff --git a/picture.png b/picture.png
index 1..2 100644
Binary files a/picture.png and b/picture.png differ
diff --git "a/caf\\303\\251 \\"x\\".ts" "b/caf\\303\\251 \\"x\\".ts"
--- "a/caf\\303\\251 \\"x\\".ts"
+++ "b/caf\\303\\251 \\"x\\".ts"
@@ -1 +1 @@
-a
\\ No newline at end of file
+b
\\ No newline at end of file
`);
    expect(files).toEqual([
      { basePath: "old name.ts", headPath: "new name.ts", edits: [] },
      { basePath: "gone.ts", headPath: null, edits: [{ base: 1, removed: 1, head: 1, added: 0 }] },
      { basePath: null, headPath: "made.ts", edits: [{ base: 1, removed: 0, head: 1, added: 2 }] },
      { basePath: "picture.png", headPath: "picture.png", edits: [] },
      { basePath: 'café "x".ts', headPath: 'café "x".ts', edits: [{ base: 1, removed: 1, head: 1, added: 1 }] },
    ]);
  });

  it("may hold lines that look like headers", () => {
    const [file, ...others] = readDiff(
      "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n--- x\n+++ y\n-@@\n+diff --git a/g b/g\n",
    );
    expect(others).toEqual([]);
    expect(file.edits).toEqual([{ base: 2, removed: 2, head: 2, added: 2 }]);
  });

  it("may be empty", () => expect([readDiff(""), readDiff("\n")]).toEqual([[], []]));

  it("need not be git's", () => {
    expect(
      readDiff("Index: f\n--- src://f\n+++ dst://f\n@@ -2 +2 @@ x\n-a\n+b\n--- g\n+++ g\n@@ -1,2 +1 @@\n\n-b\n"),
    ).toEqual([
      { basePath: "f", headPath: "f", edits: [{ base: 2, removed: 1, head: 2, added: 1 }] },
      { basePath: "g", headPath: "g", edits: [{ base: 2, removed: 1, head: 2, added: 0 }] },
    ]);
  });

  it.each([
    ["--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n", "the diff ends within a hunk"],
    ["--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\nb\n", "line 5 of the diff is none of a hunk"],
    ["--- a/f\n+++ b/f\n@@ -1,1 +1,3 @@\n-a\n-b\n", "line 5 of the diff is none of a hunk"],
    ["--- a/f\n+++ b/f\n@@ -5 +5 @@\n-a\n+b\n@@ -3 +3 @@\n-a\n+b\n", "line 6 of the diff goes back"],
    ["diff --cc f\n@@@ -1,1 -1,1 +1,1 @@@\n", "the diff is one of a merge, with several bases"],
  ])("is refused when it is damaged (%#)", (text, message) =>
    expect(() => readDiff(text)).toThrow(new DiffError(message)),
  );

  it("is read in linear time, whatever its header", () => {
    const started = performance.now();
    for (const header of ["a/".repeat(100_000), `"${"\\".repeat(100_000)}`, " ".repeat(100_000)]) {
      readDiff(`diff --git ${header}\n--- ${header}\n+++ ${header}\nrename from ${header}\n`);
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("is read or refused, whatever the text", () => {
    const line = fc.constantFrom(
      " a",
      "-a",
      "+a",
      "\\ No",
      "@@ -1,2 +1,2 @@",
      "@@ -3 +4,0 @@",
      "--- a/f",
      "+++ b/f",
      "diff --git a/f b/f",
      "",
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          for (const { edits } of readDiff(lines.join("\n"))) {
            for (const { removed, added } of edits) expect(removed + added).toBeGreaterThan(0);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(DiffError);
        }
      }),
    );
  });

  it("takes a copied file for what became of itself", () => {
    const [copy, own] = [
      { basePath: "a", headPath: "b", edits: [] },
      { basePath: "a", headPath: "a", edits: [] },
    ];
    expect(byBasePath([copy, own]).get("a")).toBe(own);
    expect(byBasePath([own, copy]).get("a")).toBe(own);
    expect(byBasePath([copy]).get("a")).toBe(copy);
  });
});

describe("a path in a diff", () => {
  it.each([
    ["plain/path.ts", "plain/path.ts"],
    ['"caf\\303\\251"', "café"],
    ['"a\\tb\\\\c\\"d"', 'a\tb\\c"d'],
    ['"é\\303\\251"', "éé"],
    ["it's", "it's"],
  ])("%s is %j", (written, path) => expect(unquotePath(written)).toBe(path));

  it.each([
    ["a/f.ts", "f.ts"],
    ["b/a b/f.ts\t", "a b/f.ts"],
    ["b/end'", "end'"],
    ['"b/caf\\303\\251"\t', "café"],
    ["dst://f.ts", "f.ts"],
    ["/dev/null", null],
  ])("on one side, %j, is %j", (written, path) => expect(pathOfSide(written)).toBe(path));

  it.each([
    ["a/f.ts b/f.ts", "f.ts"],
    ["a/x b/y b/x b/y", "x b/y"],
    ['"a/\\303\\251 x" "b/\\303\\251 x"', "é x"],
    ["a/old.ts b/new.ts", null],
    ["a/f.ts", null],
    ["", null],
  ])("named twice, %s, is %j", (written, path) => expect(namesOfHeader(written)).toBe(path));
});

const steps = fc.array(fc.constantFrom<Step>(" ", " ", " ", "-", "+"), { maxLength: 60 });

describe("lines of a diff", () => {
  it("are followed from base to head and back, whatever the edits and their context", () => {
    fc.assert(
      fc.property(steps, fc.nat(5), fc.nat(10), (given, context, rest) => {
        const all: Step[] = [...given, ...Array<Step>(rest).fill(" ")];
        const found = readDiff(unifiedDiff(all, context))[0].edits;
        let [base, head] = [0, 0];
        for (const step of all) {
          if (step !== "+") base++;
          if (step !== "-") head++;
          if (step === " ") expect([headLine(found, base), baseLine(found, head)]).toEqual([head, base]);
          if (step === "-") expect(headLine(found, base)).toBeNull();
          if (step === "+") expect(baseLine(found, head)).toBeNull();
        }
        expect(headLine(found, base + 1)).toBe(head + 1);
        expect(baseLine(found, head + 1)).toBe(base + 1);
      }),
    );
  });

  it("carry their coverage along", () => {
    const shifted = shiftLines(linesWith({ 1: 1, 2: 0, 3: "1/2", 4: 7 }), edits(" -+++ "), new CoverageBuilder());
    expect(valuesOf(shifted)).toEqual({ 1: 1, 5: "1/2", 6: 7 });
  });

  it("keep what is known of their branches", () => {
    const file = coverage([
      { line: 1, value: "0/1", missing: ["9"] },
      { line: 2, value: "1/3", missing: ["0", "2"] },
      { line: 3, value: true },
    ]);
    expect(linesOf(shiftLines(file, edits("-+++"), new CoverageBuilder()))).toMatchObject([
      { line: 4, value: "1/3", missing: ["0", "2"] },
      { line: 5, value: true },
    ]);
  });

  it("are as they were without edits, and all of those that stay otherwise", () => {
    fc.assert(
      fc.property(steps, fc.uniqueArray(fc.integer({ min: 1, max: 80 })), (given, numbers) => {
        const found = readDiff(unifiedDiff(given, 3))[0].edits;
        const file = coverage(numbers.sort((a, b) => a - b).map((line) => ({ line, value: line })));
        const shifted = shiftLines(file, found, new CoverageBuilder());
        const stay = numbers.filter((line) => headLine(found, line) !== null);
        expect(valuesOf(shifted)).toEqual(Object.fromEntries(stay.map((line) => [headLine(found, line), line])));
        expect([...shifted.lines]).toEqual([...shifted.lines].sort((a, b) => a - b));
        expect(addedLines(shifted, found, new CoverageBuilder()).lines).toHaveLength(0);
      }),
    );
  });
});
