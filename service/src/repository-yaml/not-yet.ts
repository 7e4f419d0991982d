import type { RepositoryYamlFile } from "./schema/repository-yaml-file.js";
import { isTree } from "./yaml-text.js";

/** Sections that ask for statuses, comments and notifications, which this version does not make. */
const SECTIONS = ["codecov.notify", "coverage.status", "coverage.notify", "comment", "github_checks"] as const;

/** The sections of a yaml that were checked, and from which nothing follows yet; those that switch off are none. */
export function notActedUpon(yaml: RepositoryYamlFile): readonly string[] {
  return SECTIONS.filter((section) => {
    let value: unknown = yaml;
    for (const key of section.split(".")) value = isTree(value) ? value[key] : undefined;
    return value !== undefined && value !== null && value !== false;
  });
}
