/**
 * Where each system checks a repository out, for uploads without a list of the repository's files: what comes before
 * the repository's own path is cut off. Leading slashes are gone already; `*` is one component, `**` any number of
 * them, `X:` any drive. The first that fits is applied, so that the general ones come last.
 */
const CHECKOUTS = [
  // GitHub Actions: Linux, macOS, Windows, containers
  "home/runner/work/*/*/",
  "Users/runner/work/*/*/",
  "X:/a/*/*/",
  "__w/*/*/",
  // Travis CI
  "home/travis/build/*/*/",
  "Users/travis/build/*/*/",
  // CircleCI
  "home/circleci/code/",
  "home/circleci/repo/",
  "home/circleci/project/",
  // Jenkins
  "**jenkins/workspace/*/",
  "**jenkins/jobs/*/workspace/",
  // Azure Pipelines
  "home/vsts/work/*/s/",
  // Bitbucket Pipelines
  "opt/atlassian/pipelines/agent/build/",
  // AppVeyor
  "X:/projects/*/",
  // Buildkite
  "var/lib/buildkite-agent/builds/*/*/*/",
  // Go's old workspace
  "**github.com/*/*/",
  // A Python package that was installed for its tests
  "**site-packages/",
  "**dist-packages/",
  // Somebody's own machine
  "home/*/*/*/",
  "X:/",
] as const;

/** Files that belong to dependencies and to the system, not to the repository. */
const FOREIGN = ["node_modules/", "bower_components/", "usr/include/"] as const;

const VIRTUAL_ENVIRONMENT = /^\.?v?(?:irtual)?\.?envs?(?:-.+)?$/i;

const checkout = anyOf(CHECKOUTS);
const foreign = anyOf(FOREIGN);

/** `path` without the folders that lead to the repository, or null when it is not a file of the repository. */
export function stripKnownPrefix(path: string): string | null {
  if (/[<>]/.test(path) || isInVirtualEnvironment(path)) return null;
  const prefix = checkout.exec(path);
  if (prefix !== null) return path.length > prefix[0].length ? path.slice(prefix[0].length) : null;
  return foreign.test(path) ? null : path;
}

function isInVirtualEnvironment(path: string): boolean {
  if (!path.endsWith(".py") || !/envs?[-/]/i.test(path)) return false;
  return path
    .split("/")
    .slice(0, -2)
    .some((part) => VIRTUAL_ENVIRONMENT.test(part));
}

function anyOf(patterns: readonly string[]): RegExp {
  return new RegExp(`^(?:${patterns.map(expression).join("|")})`, "i");
}

function expression(pattern: string): string {
  return pattern
    .replace(/^X:/, "\\w:")
    .replaceAll(".", "\\.")
    .replace(/\*\*|\*/g, (stars) => (stars === "**" ? "(?:.*?/)?" : "[^/]+"));
}
