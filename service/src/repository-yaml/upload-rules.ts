import type { ParserOptions } from "../formats/parser-options.js";
import { type UploadFilter, uploadFilter } from "./flags.js";
import { readAge } from "./grammars.js";
import { parserOptions } from "./parser-options.js";
import { type PathFixes, pathFixes } from "./path-fixes.js";
import type { RepositoryYamlFile } from "./schema/repository-yaml-file.js";

/** What a yaml says of one upload, by its flags. */
export interface UploadRules {
  readonly fixes: PathFixes;
  /** Whether names of a report are looked for in the repository's list of files, where there is one. */
  readonly matchesFileList: boolean;
  /** Files that the upload may speak of. */
  readonly files: UploadFilter;
  readonly parsers: ParserOptions;
  /** Milliseconds that a report may be old when it is uploaded; null: any age. */
  readonly mostAge: number | null;
}

const DEFAULT_AGE_SECONDS = 12 * 3600;

export function uploadRules(yaml: RepositoryYamlFile, flags: readonly string[]): UploadRules {
  const { max_report_age: age, disable_default_path_fixes: exact = false } = yaml.codecov ?? {};
  const seconds = (age === undefined ? null : readAge(age)) ?? DEFAULT_AGE_SECONDS;
  return {
    fixes: pathFixes(yaml),
    matchesFileList: !exact,
    files: uploadFilter(yaml, flags),
    parsers: parserOptions(yaml),
    mostAge: seconds === false ? null : seconds * 1000,
  };
}

/** For reports that belong to no repository, and may be of any age. */
export const NO_RULES: UploadRules = { ...uploadRules({}, []), mostAge: null };
