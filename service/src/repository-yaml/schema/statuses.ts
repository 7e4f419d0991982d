import { Type } from "typebox";
import {
  branches,
  flagNames,
  list,
  named,
  oneOf,
  paths,
  percent,
  section,
  switchable,
  target,
  yesOrNo,
} from "./parts.js";

const outcome = () => oneOf("success", "failure", "error", "ignore");
const upload = () => oneOf("include", "exclude", "pass");

const ofAnyStatus = {
  base: oneOf("auto", "pr", "parent"),
  branches: branches(),
  disable_approx: yesOrNo(),
  enabled: yesOrNo(),
  if_ci_failed: outcome(),
  if_no_uploads: outcome(),
  if_not_found: outcome(),
  informational: yesOrNo(),
  measurement: oneOf("line", "statement", "branch", "method", "complexity"),
  only_pulls: yesOrNo(),
  skip_if_assumes: yesOrNo(),
  removed_code_behavior: oneOf("removals_only", "adjust_base", "fully_covered_patch", "off", false),
};

const ofFlagStatus = {
  ...ofAnyStatus,
  paths: paths(),
  carryforward_behavior: upload(),
  flag_coverage_not_uploaded_behavior: upload(),
};

const listed = {
  type: oneOf("project", "patch", "changes"),
  name_prefix: Type.String({ pattern: "^[\\w.-]+$", description: "a text of letters, digits, _, - and ." }),
  target: target(),
  threshold: percent(),
};

/** Below `flag_management`. */
export const flagStatuses = () => list(section({ ...ofFlagStatus, ...listed }));
/** Below `component_management`. */
export const componentStatuses = () => list(section({ ...ofAnyStatus, ...listed }));

const changes = section({ ...ofFlagStatus, flags: flagNames() });
const numbers = section({
  ...ofFlagStatus,
  flags: flagNames(),
  target: target(),
  threshold: percent(),
  include_changes: target(),
});

/** `coverage.status`. */
export const statuses = () =>
  switchable(
    section({
      project: switchable(named(switchable(numbers))),
      patch: switchable(named(switchable(numbers))),
      changes: switchable(named(switchable(changes))),
      default_rules: section({ flag_coverage_not_uploaded_behavior: upload(), carryforward_behavior: upload() }),
      no_upload_behavior: oneOf("pass", "fail"),
    }),
  );
