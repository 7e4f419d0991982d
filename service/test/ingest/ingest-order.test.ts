import { statSync } from "node:fs";
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ingest } from "../../src/ingest/ingest.js";
import { DEFAULT_LIMITS } from "../../src/settings/defaults.js";
import { ingestBody } from "../support/ingesting.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = temporaryFolder();

interface Entry {
  readonly path: string;
  readonly hits: readonly number[];
}

function record({ path, hits }: Entry): string {
  return `SF:${path}\n${hits.map((count, index) => `DA:${index + 1},${count}\n`).join("")}end_of_record\n`;
}

/** Files that fill several pages together, in the order of their paths; no two of them are alike. */
function manyFiles(count: number): Entry[] {
  return Array.from({ length: count }, (_, number) => ({
    path: `src/file_${String(number).padStart(5, "0")}.c`,
    hits: Array.from({ length: 1 + (number % 1500) }, (_, line) => (number * 31 + line * 7) % 300),
  }));
}

async function filesOf(entries: readonly Entry[], after = "") {
  return (await ingestBody(folder, `${entries.map(record).join("")}${after}`)).files;
}

function expected(entries: readonly Entry[]) {
  return Object.fromEntries(
    entries.map(({ path, hits }) => [path, Object.fromEntries(hits.map((count, index) => [index + 1, count]))]),
  );
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item, index) => ({ item, key: (index * 7919) % 1009 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

describe("the session report of files in any order", () => {
  const entries = manyFiles(900);

  it("is the same whether they come in the order of their paths or not", async () => {
    expect(await filesOf(entries)).toEqual(expected(entries));
    expect(await filesOf(shuffled(entries))).toEqual(expected(entries));
  });

  it("is the same where a few of them come late, or the last one before all others", async () => {
    const late = [...entries.slice(0, 300), ...entries.slice(301, 800), entries[300], ...entries.slice(800)];
    expect(await filesOf(late)).toEqual(expected(entries));
    expect(await filesOf([...entries.slice(1), entries[0]])).toEqual(expected(entries));
  });

  it("is the same where two orderly halves take turns, page by page", async () => {
    const half = entries.length / 2;
    const turns = Array.from({ length: 18 }, (_, turn) => {
      const start = (turn % 2) * half + 50 * Math.floor(turn / 2);
      return entries.slice(start, start + 50);
    });
    expect(await filesOf(turns.flat())).toEqual(expected(entries));
  });

  it("merges a file that comes again after many others", async () => {
    const again = { path: entries[3].path, hits: [999] };
    const merged = { ...expected(entries), [again.path]: { ...expected(entries)[again.path], 1: 999 } };
    expect(await filesOf([...entries, again])).toEqual(merged);
  });

  it("leaves ignored lines out of files that were written before they were known", async () => {
    const files = await filesOf(entries, `<<<<<< EOF\n# path=fixes\n${entries[7].path}:2,3\n<<<<<< EOF\n`);
    const { 2: _, 3: __, ...kept } = expected(entries)[entries[7].path];
    expect(files).toEqual({ ...expected(entries), [entries[7].path]: kept });
  });

  it("does not depend on the order, for any files", async () => {
    const entry = fc.record({
      path: fc.constantFrom("a.c", "a/b.c", "a-b.c", "b.c", "é.c", "z/\u{1f600}.c", "z/\ufb01.c", "z.c"),
      hits: fc.array(fc.nat(3), { maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 12 }), async (records) => {
        const sorted = [...records].sort((a, b) => (a.path < b.path ? -1 : 1));
        expect(await filesOf(records)).toEqual(await filesOf(sorted));
      }),
      { numRuns: 60 },
    );
  });
});

describe("what is left out of a session report", () => {
  async function stored(entries: readonly Entry[]) {
    const { reportFile, account } = await ingest(Readable.from([Buffer.from(entries.map(record).join(""))]), {
      acceptsJson: false,
      limits: DEFAULT_LIMITS,
      temporaryFolder: folder,
    });
    return { bytes: reportFile === null ? 0 : statSync(reportFile).size, report: account.reports[0] };
  }

  it("is named, and takes no more room in it than a tenth", async () => {
    const own = manyFiles(300);
    const foreign = manyFiles(300).map(({ path, hits }) => ({ path: `node_modules/${path}`, hits }));
    const alone = await stored(own);
    const both = await stored([...foreign, ...own]);
    expect(both.report).toMatchObject({ files: 300, droppedCount: 300 });
    expect(both.bytes).toBe(alone.bytes);
    const few = await stored([...foreign.slice(0, 9), { path: "src/empty.c", hits: [] }, ...own]);
    expect(few.report).toMatchObject({ files: 300, droppedCount: 10 });
    expect(few.report.dropped.at(-1)).toEqual({ path: "src/empty.c", reason: "it has no lines" });
    expect(few.bytes).toBeLessThan(1.1 * alone.bytes);
  });
});
