import { ServiceAccountV1, type ServiceAccountV1Config } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { type DeepPartial, merge } from "../merge.js";
import { type Component, labels, type Place } from "./place.js";

export type ServiceAccountOverrides = DeepPartial<ServiceAccountV1Config>;

/** Who pods of a component are. Kubernetes' own API is closed to them: they are handed no token for it. */
export function serviceAccount(
  { scope, provider, namespace }: Place,
  component: Component,
  name: string,
  annotations: Readonly<Record<string, string>> = {},
  overrides?: ServiceAccountOverrides,
): ServiceAccountV1 {
  const config: ServiceAccountV1Config = {
    provider,
    metadata: { name, namespace, labels: labels(component), annotations },
    automountServiceAccountToken: false,
  };
  return new ServiceAccountV1(scope, "service-account", merge(config, overrides));
}
