import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StoredReportError } from "../../src/report/byte-reader.js";
import { readFileBlock } from "../../src/report/file-block.js";
import { LineKind } from "../../src/report/file-coverage.js";
import { mergeReports } from "../../src/report/merge-reports.js";
import { inPathOrder } from "../../src/report/path-order.js";
import { openStoredReport } from "../../src/report/stored-report.js";
import { StoredReportWriter, writeStoredReport } from "../../src/report/stored-report-writer.js";
import { coverage, type Line, linesOf } from "../support/coverage.js";
import { contentsOf, openReport, writeReport } from "../support/stored-reports.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();

const some: readonly Line[] = [
  { line: 1, value: 0, kind: LineKind.Line },
  { line: 2, value: -1, kind: LineKind.Line },
  { line: 3, value: true, kind: LineKind.Line },
  { line: 4, value: null, kind: LineKind.Line },
  { line: 200, value: "1/3", kind: LineKind.Branch, missing: ["0:1", "0:2"] },
  { line: 201, value: "2/2", kind: LineKind.Method, missing: [] },
  { line: 70_000, value: 12_345_678_901, kind: LineKind.Method, complexity: [3, 5] },
  {
    line: 70_001,
    value: 1,
    kind: LineKind.Line,
    columns: [
      { start: 0, end: 4, hits: 0 },
      { start: 4, end: null, hits: 12_345_678_901 },
    ],
  },
];

describe("a stored report", () => {
  it("gives back every line as it was written", async () => {
    const report = await openReport(await writeReport(folder, [["src/a.js", coverage(some)]]));
    const file = await report.file("src/a.js");
    expect(file && linesOf(file)).toEqual(some);
  });

  it("has totals of the report and of each file, in the order of their paths' bytes", async () => {
    const paths = ["a", "a/b", "ab", "\uffee", "\u{1f600}"];
    const report = await openReport(
      await writeReport(
        folder,
        paths.map((path) => [path, coverage(some)]),
      ),
    );
    expect(report.files.map(({ path }) => path)).toEqual(paths);
    expect(report.files[0].totals).toMatchObject({
      files: 1,
      lines: 6,
      hits: 3,
      partials: 2,
      methods: 2,
      complexity: 3,
      complexityTotal: 5,
    });
    expect(report.totals).toMatchObject({ files: 5, lines: 30, hits: 15, coverage: "50.00000", complexity: 15 });
  });

  it("has no file under a path that it does not hold", async () => {
    const report = await openReport(await writeReport(folder, [["b", coverage(some)]]));
    expect(await report.file("a")).toBeNull();
    expect(await report.file("c")).toBeNull();
    expect(await report.file("")).toBeNull();
  });

  it("may be empty", async () => {
    const report = await openReport(await writeReport(folder, []));
    expect(report.files).toEqual([]);
    expect(report.totals).toMatchObject({ files: 0, lines: 0, coverage: null });
  });

  it("reads one file of ten thousand without reading the rest", async () => {
    const files = Array.from({ length: 10_000 }, (_, number) => {
      const path = `src/${String(number).padStart(5, "0")}.js`;
      // Hits that do not compress, as those of real reports hardly do.
      const lines = Array.from({ length: 100 }, (_, line) => ({
        line: line + 1,
        value: Math.imul(number * 100 + line, 0x9e3779b1) >>> 18,
      }));
      return [path, coverage(lines)] as const;
    });
    const file = await writeReport(folder, files);
    const size = readFileSync(file).length;
    const reads: number[] = [];
    const report = await openReport(file, async (start, end) => {
      reads.push(end - start);
      return Buffer.alloc(0);
    });
    const found = await report.file("src/07777.js");
    expect(found && linesOf(found)).toEqual(linesOf(files[7777][1]));
    const [footer, index, page, ...others] = reads;
    expect(others).toEqual([]);
    expect(footer + index + page).toBeLessThan(size / 4);
  });

  it("of the first version is read, which knew neither complexity nor columns", async () => {
    const block = Uint8Array.from([3, 1, 0, 0, 5, 1, 2, 8, 0, 0x51, 2, 2, 3, 0x30, 0x3a, 0x31]);
    expect(linesOf(readFileBlock(block))).toEqual([
      { line: 1, value: 0, kind: LineKind.Line },
      { line: 2, value: "1/2", kind: LineKind.Branch, missing: ["0:1"] },
      { line: 8, value: 7, kind: LineKind.Method },
    ]);
  });

  it("refuses paths that do not ascend", async () => {
    const writer = await StoredReportWriter.create(join(folder, "unordered"));
    await writer.add(Buffer.from("b"), coverage(some));
    await expect(writer.add(Buffer.from("b"), coverage(some))).rejects.toThrow("paths must ascend");
    await expect(writer.add(Buffer.from("a"), coverage(some))).rejects.toThrow("paths must ascend");
    await writer.abandon();
  });

  it("leaves no file when it cannot be completed", async () => {
    const file = join(folder, "incomplete");
    const written = writeStoredReport(file, async (writer) => {
      await writer.add(Buffer.from("a"), coverage(some));
      throw new Error("nothing more to be read");
    });
    await expect(written).rejects.toThrow("nothing more to be read");
    expect(existsSync(file)).toBe(false);
  });

  it("holds any lines at all", async () => {
    const anyLine = fc.record({
      line: fc.integer({ min: 1, max: 2 ** 26 - 1 }),
      value: fc.oneof(fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 }), fc.constantFrom(-1, null, true as const)),
      kind: fc.constantFrom(LineKind.Line, LineKind.Branch, LineKind.Method),
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyLine, { selector: ({ line }) => line }), async (lines) => {
        const ascending = lines.sort((a, b) => a.line - b.line);
        const report = await openReport(await writeReport(folder, [["a", coverage(ascending)]]));
        expect((await contentsOf(report)).a).toEqual(ascending);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a damaged stored report", () => {
  const good = writeReport(
    folder,
    Array.from({ length: 20 }, (_, number) => [`f${String(number).padStart(2, "0")}`, coverage(some)] as const),
  ).then((file) => readFileSync(file));

  it("is refused wherever it was cut", async () => {
    const bytes = await good;
    for (let length = 0; length < bytes.length; length += 7) {
      const read = async (start: number, end: number) => bytes.subarray(0, length).subarray(start, end);
      await expect(openStoredReport(read, length)).rejects.toThrow(StoredReportError);
    }
  });

  it("is refused, or read as something else, but never with another error, whichever byte was changed", async () => {
    const bytes = await good;
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] ^= 0x55;
      try {
        await contentsOf(await openStoredReport(async (start, end) => changed.subarray(start, end), changed.length));
      } catch (error) {
        expect(error).toBeInstanceOf(StoredReportError);
      }
    }
  });

  it("is refused when a later version wrote it", async () => {
    const bytes = Buffer.from(await good);
    bytes.writeUInt16LE(9, bytes.length - 10);
    const file = join(folder, "later");
    writeFileSync(file, bytes);
    await expect(openReport(file)).rejects.toThrow("the stored report has version 9; this service reads version 1");
  });
});

describe("merging stored reports", () => {
  const line = (value: Line["value"], missing?: string[]): Line[] => [{ line: 1, value, ...(missing && { missing }) }];

  async function merge(files: readonly string[]): Promise<string> {
    const writer = await StoredReportWriter.create(join(folder, crypto.randomUUID()));
    await mergeReports(await Promise.all(files.map((file) => openReport(file))), writer);
    await writer.finish();
    return writer.file;
  }

  const session = (files: Record<string, Line[]>) =>
    writeReport(
      folder,
      Object.entries(files).map(([path, lines]) => [path, coverage(lines)]),
    );

  it("takes files that one report has, and merges lines of files that several have", async () => {
    const merged = await merge([
      await session({ a: line("1/2", ["1"]), b: line(0) }),
      await session({ a: line("1/2", ["2"]), c: line(3) }),
      await session({ b: line(2), c: line(1) }),
    ]);
    expect(await contentsOf(await openReport(merged))).toEqual({
      a: [{ line: 1, value: "2/2", kind: 0, missing: [] }],
      b: [{ line: 1, value: 2, kind: 0 }],
      c: [{ line: 1, value: 3, kind: 0 }],
    });
  });

  it("goes through the files of many in the order of their paths' bytes", async () => {
    const anyPath = fc.constantFrom("a", "a/b", "a.b", "b", "B", "\u{10000}", "\uffff");
    const anyReports = fc.array(fc.uniqueArray(anyPath), { maxLength: 9 });
    const inBytes = (one: string, other: string) => Buffer.from(one).compare(Buffer.from(other));
    await fc.assert(
      fc.asyncProperty(anyReports, async (reports) => {
        const files = reports.map((paths) => paths.sort(inBytes).map((path) => [path, coverage(line(1))] as const));
        const opened = await Promise.all(files.map(async (some) => openReport(await writeReport(folder, some))));
        const found = Array.from(inPathOrder(opened), ({ path, present }) => ({
          path: path.toString(),
          present: present.map(({ index }) => index),
        }));
        const expected = [...new Set(reports.flat())].sort(inBytes).map((path) => ({
          path,
          present: [...reports.keys()].filter((index) => reports[index].includes(path)),
        }));
        expect(found).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it("lets a Ruby file that was never loaded give way to one that was", async () => {
    const unloaded = [1, 2, 3].map((number): Line => ({ line: number, value: 0 }));
    const loaded = [
      { line: 1, value: 1 },
      { line: 3, value: 0 },
    ];
    for (const order of [
      [unloaded, loaded],
      [loaded, unloaded],
    ]) {
      const sessions = await Promise.all(order.map((lines) => session({ "a.rb": lines, "b.js": lines })));
      const merged = await contentsOf(await openReport(await merge(sessions)));
      expect(merged["a.rb"]).toHaveLength(2);
      expect(merged["b.js"]).toHaveLength(3);
    }
  });

  it("gives the same session by session as all at once", async () => {
    const anyLine = fc.record({
      line: fc.integer({ min: 1, max: 6 }),
      value: fc.constantFrom<Line["value"]>(null, -1, true, 0, 1, 7, "0/2", "1/2", "1/3", "2/2"),
      missing: fc.constantFrom<string[]>(["0"], ["1"], ["0", "1"], ["x", "1", "0"]),
      knows: fc.boolean(),
    });
    const anyFile = fc
      .uniqueArray(anyLine, { selector: ({ line }) => line, minLength: 1 })
      .map((lines) =>
        lines
          .sort((a, b) => a.line - b.line)
          .map(({ missing, knows, ...rest }): Line => ({ ...rest, ...(knows && { missing }) })),
      );
    const anySession = fc.dictionary(fc.constantFrom("a", "b", "c.rb"), anyFile, { maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(anySession, { minLength: 2, maxLength: 5 }), fc.nat(), async (sessions, at) => {
        const files = await Promise.all(
          sessions.map((files) =>
            session(Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))),
          ),
        );
        const cut = 1 + (at % (files.length - 1));
        const all = await contentsOf(await openReport(await merge(files)));
        const first = await merge(files.slice(0, cut));
        expect(await contentsOf(await openReport(await merge([first, ...files.slice(cut)])))).toEqual(all);
        let step = files[0];
        for (const next of files.slice(1)) step = await merge([step, next]);
        expect(await contentsOf(await openReport(step))).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });
});
