import type { GitHostName } from "../database/schema.js";

export interface RepositoryName {
  readonly host: GitHostName;
  /** Groups are separated by `/`. */
  readonly owner: string;
  readonly name: string;
}

const SHORT_NAMES = {
  github: "gh",
  gitlab: "gl",
  bitbucket: "bb",
  github_enterprise: "ghe",
  gitlab_enterprise: "gle",
  bitbucket_server: "bbs",
} as const satisfies Record<GitHostName, string>;

const TITLES: Record<GitHostName, string> = {
  github: "GitHub",
  gitlab: "GitLab",
  bitbucket: "Bitbucket",
  github_enterprise: "GitHub Enterprise",
  gitlab_enterprise: "GitLab Enterprise",
  bitbucket_server: "Bitbucket Server",
};

export const GIT_HOST_NAMES = Object.keys(SHORT_NAMES) as readonly GitHostName[];

/** `stash` is Bitbucket Server's former name; uploaders send the name of its CI where a git host is meant. */
const ALIASES = new Map<string, GitHostName>([
  ...GIT_HOST_NAMES.flatMap((name): [string, GitHostName][] => [
    [name, name],
    [SHORT_NAMES[name], name],
  ]),
  ["stash", "bitbucket_server"],
  ["github_actions", "github"],
  ["gitlab_ci", "gitlab"],
]);

/** The git host that a path or parameter names: long or short, with dashes or underscores. Null when it names none. */
export function parseGitHostName(text: string): GitHostName | null {
  return ALIASES.get(text.toLowerCase().replaceAll("-", "_")) ?? null;
}

/** The name in the addresses of pages: `gh`. */
export function shortGitHostName(host: GitHostName): string {
  return SHORT_NAMES[host];
}

/** The name as people write it: "GitHub Enterprise". */
export function gitHostTitle(host: GitHostName): string {
  return TITLES[host];
}
