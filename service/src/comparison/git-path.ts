const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };

/**
 * A path that git wrote between quotes: unusual bytes as `\303\251`, quotes and backslashes with a backslash before
 * them. A path without a backslash is as it is.
 */
export function unquoteGitPath(quoted: string): string {
  if (!quoted.includes("\\")) return quoted;
  const parts: Buffer[] = [];
  for (const [, plain, octal, escaped] of quoted.matchAll(/([^\\]+)|\\([0-3][0-7]{2})|\\(.)/gs)) {
    if (plain !== undefined) parts.push(Buffer.from(plain));
    else if (octal !== undefined) parts.push(Buffer.of(Number.parseInt(octal, 8)));
    else parts.push(ESCAPES[escaped] === undefined ? Buffer.from(escaped) : Buffer.of(ESCAPES[escaped]));
  }
  return Buffer.concat(parts).toString();
}
