import { createHash } from "node:crypto";
import type { IConstruct } from "constructs";

const DIGEST_LENGTH = 6;

/**
 * A name as Google wants it, from the construct's path: lower case, digits and hyphens. One that would be too long is
 * cut and told apart by a digest.
 *
 * @param longest most characters that the kind of resource takes
 */
export function resourceName(scope: IConstruct, suffix = "", longest = 63): string {
  const path = suffix ? `${scope.node.path}/${suffix}` : scope.node.path;
  const words = path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  const name = /^[a-z]/.test(words) ? words : `c-${words}`;
  if (name.length <= longest) return name;
  const start = name.slice(0, longest - DIGEST_LENGTH - 1).replace(/-$/, "");
  return `${start}-${digest(path)}`;
}

/** A few letters and digits that stand for a text. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, DIGEST_LENGTH);
}
