import { inverted, type PathFilter, pathFilter } from "./patterns/path-filter.js";
import { readPathPattern } from "./patterns/path-pattern.js";
import type { RepositoryYamlFile } from "./schema/repository-yaml-file.js";

/** Flags that are named to say whose paths leave out a file. */
const SHOWN_FLAGS = 5;

export interface FlagRules {
  readonly paths: readonly string[];
  readonly ignore: readonly string[];
  readonly carryforward: boolean;
  /** Whether its uploads count in the totals of a commit. */
  readonly joined: boolean;
  /** Its coverage is shown from so many uploads on; null: from the first. */
  readonly afterUploads: number | null;
}

interface FlagOfYaml {
  readonly paths?: readonly string[];
  readonly ignore?: readonly string[];
  readonly carryforward?: boolean;
  readonly joined?: boolean;
  readonly after_n_builds?: number;
}

/** What the yaml says of a flag, under `flags`, or else under `flag_management`. */
export function flagRules(yaml: RepositoryYamlFile, flag: string): FlagRules {
  const { paths = [], ignore = [], carryforward = false, joined = true, after_n_builds } = flagOfYaml(yaml, flag);
  return { paths, ignore, carryforward, joined, afterUploads: after_n_builds ?? null };
}

function flagOfYaml({ flags, flag_management: managed }: RepositoryYamlFile, flag: string): FlagOfYaml {
  if (flags !== undefined && Object.hasOwn(flags, flag)) return flags[flag];
  const own = managed?.individual_flags?.find(({ name }) => name === flag);
  return { ...managed?.default_rules, ...own };
}

/** The files that an upload may speak of. */
export interface UploadFilter extends PathFilter {
  /** Which part of the yaml leaves out a path that is not included: `ignore`, or a flag's `ignore` or `paths`. */
  leftOutBy(path: string): string;
}

/** The files that an upload with these flags may speak of: `ignore`, and `ignore` and `paths` of the flags. */
export function uploadFilter(yaml: RepositoryYamlFile, flags: readonly string[]): UploadFilter {
  const rules = flags.map((flag) => ({ flag, ...flagRules(yaml, flag) }));
  const ignores = [
    { part: "ignore", patterns: inverted((yaml.ignore ?? []).map(readPathPattern)) },
    ...rules.map(({ flag, ignore }) => ({
      part: `ignore of flag ${flag}`,
      patterns: inverted(ignore.map(readPathPattern)),
    })),
  ];
  const paths = rules.flatMap((rule) => rule.paths.map(readPathPattern));
  const limiting = rules.filter((rule) => rule.paths.length > 0).map(({ flag }) => flag);
  const parts = ignores.map(({ part, patterns }) => ({ part, files: pathFilter(patterns) }));
  return {
    ...pathFilter([...ignores.flatMap(({ patterns }) => patterns), ...paths]),
    leftOutBy: (path) => parts.find(({ files }) => !files.includes(path))?.part ?? `paths of ${flagList(limiting)}`,
  };
}

function flagList(flags: readonly string[]): string {
  const more = flags.length > SHOWN_FLAGS ? ", …" : "";
  return `${flags.length === 1 ? "flag" : "flags"} ${flags.slice(0, SHOWN_FLAGS).join(", ")}${more}`;
}

/** Whether an upload with these flags counts in the totals of its commit. */
export function countsInTotals(yaml: RepositoryYamlFile, flags: readonly string[]): boolean {
  return flags.every((flag) => flagRules(yaml, flag).joined);
}

/** A part of a commit's report. */
export interface ReportFilter {
  readonly paths: PathFilter;
  /** Whether a session with these flags belongs to it. */
  includesSession(flags: readonly string[]): boolean;
}

/** The part of a report that a flag's totals are of. */
export function flagFilter(yaml: RepositoryYamlFile, flag: string): ReportFilter {
  const { paths } = flagRules(yaml, flag);
  return { paths: pathFilter(paths.map(readPathPattern)), includesSession: (flags) => flags.includes(flag) };
}
