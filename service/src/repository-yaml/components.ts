import type { ReportFilter } from "./flags.js";
import { EVERY_PATH, pathFilter } from "./patterns/path-filter.js";
import { readPathPattern } from "./patterns/path-pattern.js";
import { startsWithAny } from "./patterns/regex.js";
import type { RepositoryYamlFile } from "./schema/repository-yaml-file.js";

export interface Component extends ReportFilter {
  readonly id: string;
  readonly name: string;
}

/** The components of the yaml, in its order; of those with the same id the first. */
export function components({ component_management: managed }: RepositoryYamlFile): readonly Component[] {
  const found = new Map<string, Component>();
  for (const own of managed?.individual_components ?? []) {
    const { component_id: id = "", name, paths = [], flag_regexes } = { ...managed?.default_rules, ...own };
    if (found.has(id)) continue;
    found.set(id, {
      id,
      name: name ?? id,
      paths: paths.length === 0 ? EVERY_PATH : pathFilter(paths.map(readPathPattern)),
      includesSession: sessionsWith(flag_regexes ?? []),
    });
  }
  return [...found.values()];
}

/** Without expressions every session belongs to a component, else those with a flag that one of them fits. */
function sessionsWith(expressions: readonly string[]): (flags: readonly string[]) => boolean {
  if (expressions.length === 0) return () => true;
  const fits = startsWithAny(expressions);
  return (flags) => flags.some(fits);
}
