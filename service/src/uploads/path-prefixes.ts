/**
 * Folders that continuous integration checks out into or tools install into, for uploads without a list of the
 * repository's files: what comes before the repository's own path is cut off. `*` is one component, `**` anything.
 * The first that fits is applied.
 */
const CHECKOUTS = [
  "(home|Users)/travis/build/*/*/",
  "(home|Users)/jenkins/jobs/*/workspace/",
  "Users/distiller/*/",
  "home/runner/work/*/*/",
  "home/*/src/*/*/*/",
  "(home|Users)/*/workspace/*/*/",
  "**/jenkins/workspace/*/",
  "(**/src/)?github.com/*/*/",
  "?:/Repos/*/*/",
  "(?:/)?(**/)?projects/*/",
  "?:/_build/GitHub/*/",
  "build/lib.*/",
  "home/circleci/(code|repo)/",
  "pipeline/source/",
  "var/snap-ci/repo/",
  "home/ubuntu/*/",
  "**/site-packages/*.egg/",
  "**/site-packages/",
  "usr/local/lib/*/dist-packages/",
  "?:/",
  "Users/*/Projects/*/",
  "home/*/*/*/",
] as const;

/** Files that belong to tools and dependencies, not to the repository. */
const FOREIGN = [
  "vendor/src/**",
  "usr/include/**",
  "node_modules/**",
  "bower_components/**",
  "**/slather/spec/fixtures/**",
  "**/target/generated-sources/**",
  "**/.phpenv/**",
  "**/Debug-iphonesimulator/ReactiveCocoa.build/DerivedSources/RA**",
  "**/handlebars.js/dist/**",
  "**/lib/clang/**",
  "**/mac-coverage/build/src/**",
  "opt/**/dist-packages/**",
  "**/iPhoneSimulator.platform/Developer/SDKs/**",
  "Applications/Xcode.app/Contents/Developer/Toolchains/**",
  "Users/*/Projects/**/Pods/**",
] as const;

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
    .replaceAll(".", "\\.")
    .replaceAll("(?:/)?", "(\u0001/)?")
    .replaceAll("?:", "\u0001")
    .replace(/\*\*|\*/g, (stars) => (stars === "**" ? ".*" : "[^/]+"))
    .replaceAll("\u0001", "\\w:")
    .replaceAll("(", "(?:");
}
