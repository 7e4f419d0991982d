import type { DiffFile } from "#service/comparison/diff.js";
import { DiffError, readDiff } from "#service/comparison/read-diff.js";
import { components } from "#service/repository-yaml/components.js";
import { effectiveYaml } from "#service/repository-yaml/effective-yaml.js";
import { readRepositoryYaml } from "#service/repository-yaml/read-repository-yaml.js";
import { uploadRules } from "#service/repository-yaml/upload-rules.js";
import { InsaneError } from "./sanity.js";

const PATHS = ["src/a.ts", "vendor/own/x.c", "", `${"a/".repeat(500)}b`, "ä/\u{1f600}"];

/** Reads a repository's yaml, and applies it if it is right. */
export async function readYaml(text: Buffer): Promise<boolean> {
  const { yaml, faults, notes } = readRepositoryYaml(text.toString());
  if ((yaml === null) !== faults.length > 0) throw new InsaneError(`the yaml is ${yaml} with ${faults.length} faults`);
  for (const { line, column, message } of [...faults, ...notes]) {
    if (!(line >= 1 && column >= 1)) throw new InsaneError(`${message} is said of ${line}:${column}`);
  }
  if (yaml === null) return false;
  const effective = effectiveYaml({ repository: yaml });
  const { files, fixes } = uploadRules(effective, ["unit"]);
  for (const path of PATHS) if (files.includes(fixes.before(path))) fixes.after(path);
  for (const component of components(effective)) for (const path of PATHS) component.paths.includes(path);
  return true;
}

/** Reads a diff, and checks that the edits of its files follow each other. */
export async function readDiffText(text: Buffer): Promise<boolean> {
  try {
    for (const file of readDiff(text.toString())) checkEdits(file);
    return true;
  } catch (error) {
    if (error instanceof DiffError) return false;
    throw error;
  }
}

function checkEdits({ edits }: DiffFile): void {
  let [baseEnd, headEnd] = [0, 0];
  for (const { base, removed, head, added } of edits) {
    if (!(base >= baseEnd && head >= headEnd && removed + added > 0)) {
      throw new InsaneError(`an edit at ${base} and ${head} comes after ${baseEnd} and ${headEnd}`);
    }
    [baseEnd, headEnd] = [base + removed, head + added];
  }
}
