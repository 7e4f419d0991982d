import { NamespaceV1, type NamespaceV1Config } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { type DeepPartial, merge } from "../merge.js";
import { labels, type Place } from "./place.js";

export type NamespaceOverrides = DeepPartial<NamespaceV1Config>;

/** The namespace: with everything in it, it is gone in a moment (K13). Pods that ask for privileges are refused. */
export function namespace(
  { scope, provider, namespace: name }: Place,
  protect: boolean,
  overrides?: NamespaceOverrides,
): NamespaceV1 {
  const level = { enforce: "restricted", audit: "restricted", warn: "restricted" };
  const security = Object.entries(level).map(([mode, value]) => [`pod-security.kubernetes.io/${mode}`, value]);
  const config: NamespaceV1Config = {
    provider,
    metadata: { name, labels: { ...labels(), ...Object.fromEntries(security) } },
    lifecycle: { preventDestroy: protect },
  };
  return new NamespaceV1(scope, "namespace", merge(config, overrides));
}
