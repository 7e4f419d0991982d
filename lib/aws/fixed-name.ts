import { createHash } from "node:crypto";
import type { IConstruct } from "constructs";

/**
 * A name of lower-case letters, digits and single hyphens for what AWS completes no prefix of, or only a strict one. It
 * is the construct's path; where that is too long, its beginning and a digest of the whole.
 */
export function fixedName(scope: IConstruct, longest: number): string {
  const words = scope.node.path.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const name = /^[a-z]/.test(words[0] ?? "") ? words.join("-") : ["c", ...words].join("-");
  if (name.length <= longest) return name;
  const digest = createHash("sha256").update(scope.node.path).digest("hex").slice(0, 6);
  return `${name.slice(0, longest - digest.length - 1).replace(/-$/, "")}-${digest}`;
}
