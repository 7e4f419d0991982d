import { type Static, Type } from "typebox";
import { notifiers } from "./notifiers.js";
import {
  age,
  branch,
  branches,
  FLAG_NAME,
  FLAG_NAMES,
  fixes,
  flagName,
  flagNames,
  layout,
  list,
  named,
  oneOf,
  paths,
  range,
  regexes,
  requirement,
  secret,
  section,
  switchable,
  text,
  threshold,
  webAddress,
  whole,
  yesOrNo,
} from "./parts.js";
import { componentStatuses, flagStatuses, statuses } from "./statuses.js";

const codecov = section({
  require_ci_to_pass: yesOrNo(),
  notify: section({
    wait_for_ci: yesOrNo(),
    after_n_builds: whole(0),
    manual_trigger: yesOrNo(),
    notify_error: yesOrNo(),
    countdown: whole(0),
    delay: whole(0),
  }),
  branch: branch(),
  bot: text("the name of a user"),
  ci: list(text("a CI context, or ! and one that does not count")),
  max_report_age: age(),
  disable_default_path_fixes: yesOrNo(),
  strict_yaml_branch: text("the name of a branch"),
  allow_pseudo_compare: yesOrNo(),
  allow_coverage_offsets: yesOrNo(),
  assume_all_flags: yesOrNo(),
  archive: section({ uploads: yesOrNo() }),
  url: webAddress(),
  token: secret("a text"),
  slug: text("owner/repository"),
  ui: section({
    hide_density: hidden(),
    hide_complexity: hidden(),
    hide_contexual: yesOrNo(),
    hide_sunburst: yesOrNo(),
    hide_search: yesOrNo(),
  }),
});

function hidden() {
  return Type.Unsafe<boolean | readonly string[]>({
    type: ["boolean", "array"],
    items: text("a text"),
    description: "true, false, or a list",
  });
}

const coverage = section({
  precision: whole(0, 99),
  round: oneOf("down", "up", "nearest"),
  range: range(),
  status: statuses(),
  notify: notifiers(),
});

const ofFlag = {
  carryforward: yesOrNo(),
  carryforward_mode: oneOf("all", "labels"),
  paths: paths(),
  ignore: paths(),
  after_n_builds: whole(0),
};

const flags = named(
  section({
    ...ofFlag,
    joined: yesOrNo(),
    required: yesOrNo(),
    assume: Type.Unsafe<boolean | string | object>({
      ...section({ branches: branches() }),
      type: ["boolean", "string", "object"],
      description: "true, false, a text, or a section with branches",
    }),
  }),
  FLAG_NAME,
  FLAG_NAMES,
);

const flagRules = { ...ofFlag, statuses: flagStatuses() };
const componentRules = { statuses: componentStatuses(), paths: paths(), flag_regexes: regexes() };

const comment = section({
  layout: layout(),
  behavior: oneOf("default", "once", "new", "spammy"),
  require_changes: requirement(),
  require_base: yesOrNo(),
  require_head: yesOrNo(),
  branches: branches(),
  after_n_builds: whole(0),
  show_carryforward_flags: yesOrNo(),
  show_critical_paths: yesOrNo(),
  hide_comment_details: yesOrNo(),
  hide_project_coverage: yesOrNo(),
  status_emoji_on_coverage_change: yesOrNo(),
  require_bundle_changes: oneOf("bundle_increase", true, false),
  bundle_change_threshold: threshold(),
  paths: paths(),
  flags: flagNames(),
});

const partialsAsHits = { partials_as_hits: yesOrNo() };

const parsers = section({
  go: section(partialsAsHits),
  lcov: section(partialsAsHits),
  jacoco: section(partialsAsHits),
  cobertura: section({ ...partialsAsHits, handle_missing_conditions: yesOrNo() }),
  javascript: section({ enable_partials: yesOrNo() }),
  gcov: section({
    branch_detection: section({ conditional: yesOrNo(), loop: yesOrNo(), method: yesOrNo(), macro: yesOrNo() }),
  }),
  v1: section({ include_full_missed_files: yesOrNo() }),
});

const anything = () =>
  Type.Unsafe<{ readonly [key: string]: unknown }>({ type: "object", description: "a section with keys of its own" });

/** A repository's `codecov.yml`. */
export const RepositoryYamlFile = section({
  codecov,
  coverage,
  ignore: paths(),
  fixes: fixes(),
  flags,
  flag_management: section({
    default_rules: section(flagRules),
    individual_flags: list(section({ name: flagName(), ...flagRules }, ["name"])),
  }),
  component_management: section({
    default_rules: section(componentRules),
    individual_components: list(
      section({ component_id: text("a text"), name: text("a text"), ...componentRules }, ["component_id"]),
    ),
  }),
  comment: switchable(comment),
  github_checks: switchable(section({ annotations: yesOrNo() })),
  slack_app: switchable(section({ enabled: yesOrNo() })),
  parsers,
  bundle_analysis: section({ status: oneOf(true, false, "informational"), warning_threshold: threshold() }),
  test_analytics: section({ flake_detection: yesOrNo(), shorten_paths: yesOrNo() }),
  profiling: section({
    fixes: fixes(),
    grouping_attributes: list(text("a text")),
    critical_files_paths: paths(),
  }),
  beta_groups: list(text("a text")),
  ai_pr_review: section({
    auto_review: yesOrNo(),
    enabled: yesOrNo(),
    method: text("a text"),
    label_name: text("a text"),
  }),
  cli: section({ plugins: anything(), runners: anything() }),
});

export type RepositoryYamlFile = Static<typeof RepositoryYamlFile>;
