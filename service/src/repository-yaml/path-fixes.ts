import { type Fix, readFix } from "./patterns/fix.js";
import type { RepositoryYamlFile } from "./schema/repository-yaml-file.js";

/**
 * `fixes`, applied to cleaned paths: once before the repository's file is looked for, once more to what was found.
 * Only the second time do paths get the prefixes of `::after`.
 */
export interface PathFixes {
  before(path: string): string;
  after(path: string): string;
}

export function pathFixes({ fixes = [] }: RepositoryYamlFile): PathFixes {
  if (fixes.length === 0) return { before: (path) => path, after: (path) => path };
  const read = fixes.map(readFix);
  const prefix = read.flatMap(({ before, after }) => (before === null ? after.replace(/\/+$/, "") : [])).join("/");
  const replace = (path: string) => relative(replaceStart(path, read));
  return { before: replace, after: (path) => replace(prefix === "" ? path : `${prefix}/${path}`) };
}

/** The first fix that fits the start of a path is the one that is applied. */
function replaceStart(path: string, fixes: readonly Fix[]): string {
  for (const { before, after } of fixes) {
    const matcher = before?.matcher(path);
    if (matcher?.find()) return after + path.slice(matcher.end());
  }
  return path;
}

function relative(path: string): string {
  return path.replace(/\/{2,}/g, "/").replace(/^\//, "");
}
