import type { IConstruct } from "constructs";

/** A prefix for names that AWS completes: readable, and never in the way of a second deployment. */
export function namePrefix(scope: IConstruct): string {
  const path = scope.node.path.replace(/[^A-Za-z0-9]+/g, "-");
  return `${path.slice(0, 36).replace(/-$/, "")}-`;
}

/** For what a prefix names: that a stack was renamed is no reason to make it anew. */
export const KEEPS_NAME = { ignoreChanges: ["name_prefix"] };

/** `aws`, or the name of the region's partition. A region known only to Terraform counts as `aws`. */
export function partition(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
