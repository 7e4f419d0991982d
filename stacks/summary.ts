import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { AnnotationMetadataEntryType, type App } from "cdktf";
import type { FilledStack } from "./module.js";
import type { StackKind } from "./settings.js";

export interface BuiltStack extends StackKind, FilledStack {
  /** The settings file. */
  readonly settings: string;
}

/** A synthesised stack, as `--json` prints it. */
export interface StackSummary extends StackKind {
  readonly name: string;
  readonly settings: string;
  /** The synthesised file. */
  readonly file: string;
  readonly resources: number;
  readonly machines: FilledStack["machines"];
  readonly warnings: readonly string[];
}

export function summarise(app: App, built: BuiltStack): StackSummary {
  const { strategy, cloud, stack, machines } = built;
  const manifest = app.manifest.forStack(stack);
  const file = join(app.outdir, manifest.synthesizedStackPath);
  const { resource = {} } = JSON.parse(readFileSync(file, "utf8")) as { resource?: Record<string, object> };
  return {
    name: stack.node.id,
    strategy,
    cloud,
    settings: relative(process.cwd(), built.settings),
    file: relative(process.cwd(), file),
    resources: Object.values(resource).reduce((sum, named) => sum + Object.keys(named).length, 0),
    machines,
    warnings: manifest.annotations
      .filter(({ level }) => level === AnnotationMetadataEntryType.WARN)
      .map(({ message }) => message),
  };
}

/** A table of the stacks, then what deserves thought in each, then what to do next. */
export function renderSummaries(summaries: readonly StackSummary[]): string {
  const rows = summaries.map(({ name, strategy, cloud, resources, machines }) => [
    name,
    strategy,
    cloud,
    `${resources}`,
    machines.map(({ size, type }) => (size === type ? type : `${size} (${type})`)).join(", "),
  ]);
  const table = columns([["stack", "strategy", "cloud", "resources", "machines"], ...rows]);
  const warnings = summaries
    .filter(({ warnings }) => warnings.length > 0)
    .map(({ name, warnings }) => [`${name}:`, ...warnings.map((warning) => `  ! ${warning}`)].join("\n"));
  return `${[table, ...warnings].join("\n\n")}\n`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
