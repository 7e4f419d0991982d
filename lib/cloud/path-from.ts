import type { IConstruct } from "constructs";

/** How `other` is called beside `scope`: its path without what both share, in one word. */
export function pathFrom(scope: IConstruct, other: IConstruct): string {
  const shared = scope.node.path.split("/");
  const steps = other.node.path.split("/");
  const first = steps.findIndex((step, i) => step !== shared[i]);
  return steps.slice(first === -1 ? -1 : first).join("-");
}
