import type { RepositoryYamlFile } from "./schema/repository-yaml-file.js";
import { isTree, type Tree } from "./yaml-text.js";

/** What holds where nobody says anything else. */
export const SITE_DEFAULTS = {
  codecov: { require_ci_to_pass: true, notify: { wait_for_ci: true } },
  coverage: {
    precision: 2,
    round: "down",
    range: "60...80",
    status: {
      project: true,
      patch: true,
      changes: false,
      default_rules: { flag_coverage_not_uploaded_behavior: "include" },
    },
  },
  comment: { layout: "reach,diff,flags,tree,reach", behavior: "default", show_carryforward_flags: false },
  slack_app: true,
} as const satisfies RepositoryYamlFile;

/** The names that a repository's yaml may have, in the order in which it is looked for. */
export const YAML_PATHS: readonly string[] = ["", ".github/", "dev/"].flatMap((folder) =>
  ["codecov.yml", ".codecov.yml", "codecov.yaml", ".codecov.yaml"].map((name) => `${folder}${name}`),
);

export interface YamlLayers {
  /** Of the whole installation, from the most general on. */
  readonly site?: readonly RepositoryYamlFile[];
  readonly owner?: RepositoryYamlFile | null;
  /** Of the branch that the repository was set up with, or edited by hand. */
  readonly repository?: RepositoryYamlFile | null;
  /** Of the commit itself: it stands for the repository's. Null: the commit has none, or it is wrong. */
  readonly commit?: RepositoryYamlFile | null;
}

/**
 * The yaml that holds for a commit. Sections are laid over each other key by key; a list or a value replaces what is
 * below it whole.
 */
export function effectiveYaml({ site = [], owner, repository, commit }: YamlLayers): RepositoryYamlFile {
  const layers = [SITE_DEFAULTS, ...site, owner ?? {}, commit ?? repository ?? {}];
  return layers.reduce((below, above) => overlay(below as Tree, above as Tree), {});
}

function overlay(below: Tree, above: Tree): Tree {
  const merged = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const under = merged.get(key);
    merged.set(key, isTree(value) && isTree(under) ? overlay(under, value) : value);
  }
  return Object.fromEntries(merged);
}
