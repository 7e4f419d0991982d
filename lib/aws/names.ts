import { createHash } from "node:crypto";
import type { IConstruct } from "constructs";

/** A prefix for names that AWS completes: readable, and never in the way of a second deployment. */
export function namePrefix(scope: IConstruct): string {
  const path = scope.node.path.replace(/[^A-Za-z0-9]+/g, "-");
  return `${path.slice(0, 36).replace(/-$/, "")}-`;
}

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

/** For what a prefix names: that a stack was renamed is no reason to make it anew. */
export const KEEPS_NAME = { ignoreChanges: ["name_prefix"] };

/** `aws`, or the name of the region's partition. A region known only to Terraform counts as `aws`. */
export function partition(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
