// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f]/;

export type CleanPath = { readonly path: string } | { readonly reason: string };

/**
 * A report's file name as a path relative to the repository's root: forward slashes, no leading `./`, `../` or `/`, no
 * `.` or `..` within. A name that leads out of the root from within has no such path.
 * @param longest characters that it may have; longer names are no paths of a repository
 */
export function cleanPath(name: string, longest: number): CleanPath {
  if (name.length > longest)
    return { reason: `its name is longer than ${longest} characters, the most that setup.limits.path_length allows` };
  if (CONTROL.test(name)) return { reason: "its name contains control characters" };
  const slashed = name.includes("\\") ? name.replaceAll("\\", "/") : name;
  const relative = slashed.replace(/^(?:\.{0,2}\/)+/, "");
  if (!/(?:^|\/)\.{0,2}(?:\/|$)/.test(relative)) return { path: relative };
  const parts: string[] = [];
  for (const part of relative.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return { reason: "its name leads out of the repository" };
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.length > 0 ? { path: parts.join("/") } : { reason: "its name is empty" };
}

/** Whether a report's file name is relative to some folder that it does not tell. */
export function isRelative(name: string): boolean {
  return !/^(?:[/\\]|[A-Za-z]:[/\\])/.test(name);
}

/** Cleans the list of the repository's files that a client sends: `git ls-files`, or something like it. */
export function* cleanNetwork(lines: Iterable<string>): Generator<string> {
  for (const line of lines) {
    let path = line.trim();
    if (path.length > 1 && path.startsWith('"') && path.endsWith('"')) path = unquoteGitPath(path.slice(1, -1));
    path = path
      .replaceAll("\\ ", " ")
      .replaceAll("\\", "/")
      .replace(/^(?:\.\/)+/, "");
    if (path !== "" && !path.includes("/target/delombok/")) yield path;
  }
}

/** Git writes unusual bytes of a path as `\303\244`, and quotes and backslashes with a backslash before them. */
function unquoteGitPath(quoted: string): string {
  if (!quoted.includes("\\")) return quoted;
  const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" };
  const bytes = Buffer.from(quoted)
    .toString("latin1")
    .replace(/\\(?:([0-3][0-7]{2})|(.))/g, (_, octal: string | undefined, escaped: string) =>
      octal === undefined ? (escapes[escaped] ?? escaped) : String.fromCharCode(Number.parseInt(octal, 8)),
    );
  return Buffer.from(bytes, "latin1").toString();
}
