import type { IConstruct } from "constructs";

/** A name within a resource group: the construct's path, cut where Azure would not take more. */
export function resourceName(scope: IConstruct, longest = 63): string {
  return cut(scope, words(scope).join("-"), longest);
}

/**
 * A name that must be the only one of its kind in all of Azure.
 *
 * @param suffix eight characters that are the deployment's own
 */
export function globalName(scope: IConstruct, suffix: string, longest: number): string {
  return `${cut(scope, words(scope).join("-"), longest - 9)}-${suffix}`;
}

/** The same for what takes letters and digits only. */
export function globalWord(scope: IConstruct, suffix: string, longest: number): string {
  return `${cut(scope, words(scope).join(""), longest - 8)}${suffix}`;
}

const DIGEST = 6;

function words(scope: IConstruct): string[] {
  const path = scope.node.path.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return /^[a-z]/.test(path[0] ?? "") ? path : ["c", ...path];
}

/** What is cut ends in a digest of the path, so that two long paths stay two names. */
function cut(scope: IConstruct, name: string, longest: number): string {
  if (name.length <= longest) return name;
  return `${name.slice(0, longest - DIGEST).replace(/-$/, "")}${scope.node.addr.slice(-DIGEST)}`;
}
