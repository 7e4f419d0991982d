import { ServiceV1, type ServiceV1Config } from "@cdktf/provider-kubernetes/lib/service-v1";
import type { Exposure } from "../cloud/cluster.js";
import { type DeepPartial, merge } from "../merge.js";
import { labels, type Place, selector } from "./place.js";

export type ServiceOverrides = DeepPartial<ServiceV1Config>;

export const WEB_SERVICE_PORT = 80;

/** One name, and where the cloud's balancer asks for it one port of every node, for all web pods. */
export function webService(
  { scope, provider, namespace }: Place,
  { type, nodePort, annotations }: Exposure["service"],
  overrides?: ServiceOverrides,
): ServiceV1 {
  const port = { name: "http", port: WEB_SERVICE_PORT, targetPort: "http", protocol: "TCP" };
  const config: ServiceV1Config = {
    provider,
    metadata: { name: "web", namespace, labels: labels("web"), annotations },
    spec: {
      type,
      selector: selector("web"),
      port: [{ ...port, ...(nodePort !== undefined && { nodePort }) }],
      // From a node straight to its own pods: they, and network policies, see the balancer and not another node.
      ...(type === "NodePort" && { externalTrafficPolicy: "Local" }),
    },
    waitForLoadBalancer: false,
    // Google notes there which endpoint groups it made.
    lifecycle: { ignoreChanges: ['metadata[0].annotations["cloud.google.com/neg-status"]'] },
  };
  return new ServiceV1(scope, "service", merge(config, overrides));
}
