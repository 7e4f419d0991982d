import { readDiff } from "../../src/comparison/read-diff.js";
import type { ReportFiles } from "../../src/comparison/report-files.js";
import { ByteWriter } from "../../src/report/byte-writer.js";
import { writeFileBlock } from "../../src/report/file-block.js";
import type { FileCoverage } from "../../src/report/file-coverage.js";
import type { LineValue } from "../../src/report/line-value.js";
import { coverage } from "./coverage.js";

/** What a diff does with one line: keeps it, removes it, adds it. */
export type Step = " " | "-" | "+";

/** A diff of one file, with so many lines of context, as git writes it. */
export function unifiedDiff(steps: readonly Step[], context: number, paths = { base: "f.ts", head: "f.ts" }): string {
  const edited = steps.flatMap((step, index) => (step === " " ? [] : [index]));
  const hunks: { start: number; end: number }[] = [];
  for (const index of edited) {
    const [start, end] = [Math.max(0, index - context), Math.min(steps.length, index + context + 1)];
    const last = hunks.at(-1);
    if (last && start <= last.end) last.end = end;
    else hunks.push({ start, end });
  }
  const count = (without: Step, from: number, to: number) =>
    steps.slice(from, to).filter((step) => step !== without).length;
  const side = (without: Step, start: number, end: number) => {
    const [before, length] = [count(without, 0, start), count(without, start, end)];
    return `${length === 0 ? before : before + 1},${length}`;
  };
  const text = hunks.map(({ start, end }) => {
    const lines = steps.slice(start, end).map((step, index) => `${step}line ${start + index}`);
    return [`@@ -${side("+", start, end)} +${side("-", start, end)} @@`, ...lines].join("\n");
  });
  const header = `diff --git a/${paths.base} b/${paths.head}\n--- a/${paths.base}\n+++ b/${paths.head}`;
  return `${[header, ...text].join("\n")}\n`;
}

/** The edits of one file. */
export function edits(steps: string) {
  return readDiff(unifiedDiff([...steps] as Step[], 0))[0].edits;
}

export type Values = Readonly<Record<number, LineValue>>;

export function linesWith(values: Values): FileCoverage {
  return coverage(Object.entries(values).map(([line, value]) => ({ line: Number(line), value })));
}

/** A report with these lines. */
export function reportWith(files: Readonly<Record<string, Values>>): ReportFiles {
  return {
    paths: Object.keys(files),
    has: (path) => Object.hasOwn(files, path),
    async block(path) {
      if (!Object.hasOwn(files, path)) return null;
      const out = new ByteWriter();
      writeFileBlock(linesWith(files[path]), out);
      return out.written();
    },
  };
}
