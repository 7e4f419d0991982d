const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };
const QUOTED = /^"((?:[^"\\]|\\.)*)"/;
/** What git, or Bitbucket, puts before the paths of both sides. */
const SIDE = /^(?:[abciow]\/|(?:src|dst):\/\/)/;

/** A path after `---` or `+++`; null for none. */
export function pathOfSide(text: string): string | null {
  // Git writes a tab after a path with spaces.
  const path = text.startsWith('"') ? unquotePath(text) : text.split("\t", 1)[0].replace(/\r$/, "");
  return path === "/dev/null" ? null : path.replace(SIDE, "");
}

/** The path that `a/PATH b/PATH` names twice; null where the two differ: other lines of the header tell then. */
export function namesOfHeader(text: string): string | null {
  const header = text.replace(/\r$/, "");
  const quoted = QUOTED.exec(header)?.[0];
  const length = quoted?.length ?? (header.length - 1) / 2;
  const [base, head] = [header.slice(0, length), header.slice(length + 1)].map((path) => pathOfSide(path));
  return header[length] === " " && base === head ? base : null;
}

/**
 * A path as git writes it: as it is, or between quotes with unusual bytes as `\303\251`, and quotes and backslashes with a
 * backslash before them.
 */
export function unquotePath(text: string): string {
  const quoted = QUOTED.exec(text)?.[1];
  if (quoted === undefined) return text.replace(/\r$/, "");
  const parts: Buffer[] = [];
  for (const [, plain, octal, escaped] of quoted.matchAll(/([^\\]+)|\\([0-3][0-7]{2})|\\(.)/gs)) {
    if (plain !== undefined) parts.push(Buffer.from(plain));
    else if (octal !== undefined) parts.push(Buffer.of(Number.parseInt(octal, 8)));
    else parts.push(ESCAPES[escaped] === undefined ? Buffer.from(escaped) : Buffer.of(ESCAPES[escaped]));
  }
  return Buffer.concat(parts).toString();
}
