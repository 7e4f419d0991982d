import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";

/** Where an object is made: in the tree of constructs, and in the cluster. */
export interface Place {
  readonly scope: Construct;
  readonly provider: TerraformProvider;
  readonly namespace: string;
}

/** The same place, one step down the tree of constructs. */
export function within(place: Place, child: string): Place {
  return { ...place, scope: new Construct(place.scope, child) };
}

/** What each object is part of. */
export type Component =
  | "web"
  | "worker"
  | "migrate"
  | "statsd"
  | "peak-hours"
  | "node-local-dns"
  | "cluster-autoscaler";

/** What finds the pods of a component; never changed, since a deployment's selector cannot be. */
export function selector(component: Component): Record<string, string> {
  return { "app.kubernetes.io/name": "coverstack", "app.kubernetes.io/component": component };
}

export function labels(component?: Component): Record<string, string> {
  return {
    ...(component ? selector(component) : { "app.kubernetes.io/name": "coverstack" }),
    "app.kubernetes.io/managed-by": "terraform",
  };
}

/** Where the cluster's own parts live. */
export const SYSTEM_NAMESPACE = "kube-system";

/** The label that every namespace carries by itself. */
export const NAMESPACE_NAME = "kubernetes.io/metadata.name";
