import { flagRules } from "./flags.js";
import { EVERY_PATH, type PathFilter, pathFilter } from "./patterns/path-filter.js";
import { readPathPattern } from "./patterns/path-pattern.js";
import type { RepositoryYamlFile } from "./schema/repository-yaml-file.js";

/** A session of a commit, as far as carrying it forward goes. */
export interface FlaggedSession {
  readonly session: number;
  readonly name: string | null;
  readonly flags: readonly string[];
  /** Whether it was not uploaded for its commit, but carried forward from another. */
  readonly carriedForward: boolean;
}

export interface CarriedForward {
  readonly sessions: readonly {
    /** Number of the session in the commit that it comes from. */
    readonly from: number;
    readonly name: string;
    readonly flags: readonly string[];
  }[];
  /** Files that are carried with them. */
  readonly paths: PathFilter;
}

/** Ancestors that are asked for a report, from the nearest on. */
export const FURTHEST_ANCESTOR = 10;

/** Whether commits of this yaml carry anything forward. */
export function carriesForward({ flags = {}, flag_management: managed }: RepositoryYamlFile): boolean {
  const rules = [...Object.values(flags), ...(managed?.individual_flags ?? []), managed?.default_rules];
  return rules.some((rule) => rule?.carryforward === true);
}

/**
 * What a new commit takes over from its ancestor's report: sessions with a flag that is carried forward, and of these the
 * files of such flags' `paths`; one without `paths` takes all files along.
 */
export function carryForward(yaml: RepositoryYamlFile, ancestor: readonly FlaggedSession[]): CarriedForward {
  const carried = new Map(
    [...new Set(ancestor.flatMap(({ flags }) => flags))]
      .map((flag) => [flag, flagRules(yaml, flag)] as const)
      .filter(([, rules]) => rules.carryforward),
  );
  const sessions = ancestor
    .filter(({ flags }) => flags.some((flag) => carried.has(flag)))
    .map(({ session, name, flags }) => ({ from: session, name: carriedName(name), flags }));
  const rules = [...carried.values()];
  const some = rules.every(({ paths }) => paths.length > 0);
  const patterns = rules.flatMap(({ paths }) => paths.map(readPathPattern));
  return { sessions, paths: some ? pathFilter(patterns) : EVERY_PATH };
}

/** The sessions that have to go when an upload with these flags arrives: it brings what they stood in for. */
export function replacedBy(
  yaml: RepositoryYamlFile,
  flags: readonly string[],
  sessions: readonly FlaggedSession[],
): readonly number[] {
  const renewed = new Set(flags.filter((flag) => flagRules(yaml, flag).carryforward));
  return sessions
    .filter((session) => session.carriedForward && session.flags.some((flag) => renewed.has(flag)))
    .map(({ session }) => session);
}

/** Names tell how often a session was carried: `CF[1] - unit`, then `CF[2] - unit`. */
export function carriedName(name: string | null): string {
  if (name === null || name === "") return "Carriedforward";
  const counted = /^CF\[(\d{1,9})\](.*)$/s.exec(name);
  if (counted) return `CF[${Number(counted[1]) + 1}]${counted[2]}`;
  // An older form: a CF for each time.
  const [, times, original] = /^((?:CF )*)(.*)$/s.exec(name) as unknown as [string, string, string];
  return `CF[${times.length / "CF ".length + 1}] - ${original}`;
}
