import { byBasePath, type DiffFile } from "../comparison/diff.js";
import type { Commit } from "../database/commits.js";
import type { Repository } from "../database/repositories.js";
import { openDiff } from "../processing/commit-diff.js";
import { yamlOfCommit } from "../processing/commit-yaml.js";
import { uploadFilter } from "../repository-yaml/flags.js";
import type { Service } from "../service.js";

/** What a client is told that has no report to send. */
export interface EmptyUploadAnswer {
  readonly result: string;
  /** Changed files that tests could cover. */
  readonly non_ignored_files: readonly string[];
}

/** Endings of files that no test covers. */
const NOT_TESTABLE = new Set(
  (
    "cfg conf css csv db doc egg env git gitignore gitattributes html ini jpeg jpg lock md pdf png ppt rst svg template " +
    "toml txt whl xls xml yaml yml"
  ).split(" "),
);

/** The same of endings that anything may follow: `.jar.asc`, `.make`. */
const NOT_TESTABLE_BEGINNINGS = [".jar", ".mak"];

/** Judges a commit without a report by the files that its diff changes, where one was sent. */
export async function judgeEmptyUpload(
  service: Service,
  repository: Repository,
  commit: Commit,
  force: boolean,
): Promise<EmptyUploadAnswer> {
  if (force) return { result: "Force option was enabled: the commit passes without a report.", non_ignored_files: [] };
  const { diff_base: base, diff_key: key } = commit;
  const diff = base !== null && key !== null ? await openDiff(service.objects, { base, key }) : null;
  if (diff === null) {
    return { result: "Recorded: this commit needs no coverage report. No diff of it is known.", non_ignored_files: [] };
  }
  const yaml = await yamlOfCommit(service, commit.id, { service: repository.host, owner: repository.owner });
  const files = uploadFilter(yaml, []);
  const testable = changedPaths(diff).filter((path) => files.includes(path) && !isNotTestable(path));
  return testable.length === 0
    ? { result: "All changed files are ignored: the commit passes without a report.", non_ignored_files: [] }
    : { result: "Some changed files cannot be ignored: the commit needs a report.", non_ignored_files: testable };
}

function changedPaths(diff: readonly DiffFile[]): readonly string[] {
  const paths = diff.flatMap(({ headPath }) => headPath ?? []);
  return [...new Set([...paths, ...byBasePath(diff).keys()])].sort();
}

function isNotTestable(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const dot = name.lastIndexOf(".");
  const ending = dot < 0 ? "" : name.slice(dot + 1);
  return NOT_TESTABLE.has(ending) || NOT_TESTABLE_BEGINNINGS.some((beginning) => name.includes(beginning));
}
