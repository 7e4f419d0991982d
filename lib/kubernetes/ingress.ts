import { IngressV1, type IngressV1Config } from "@cdktf/provider-kubernetes/lib/ingress-v1";
import type { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import type { IngressRule } from "../cloud/cluster.js";
import { type DeepPartial, merge } from "../merge.js";
import { labels, type Place } from "./place.js";
import { WEB_SERVICE_PORT } from "./web-service.js";

export type IngressOverrides = DeepPartial<IngressV1Config>;

/** Older controllers, Google's among them, know their class by this alone; both at once are refused. */
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

/** Sends the hostname's requests to the web pods, through whichever controller the cluster has (F3). */
export function ingress(
  { scope, provider, namespace }: Place,
  { className, annotations, tlsSecret }: IngressRule,
  hostname: string,
  service: ServiceV1,
  overrides?: IngressOverrides,
): IngressV1 {
  const backend = { service: { name: service.metadata.name, port: { number: WEB_SERVICE_PORT } } };
  const config: IngressV1Config = {
    provider,
    metadata: { name: "web", namespace, labels: labels("web"), annotations },
    spec: {
      ...(!Object.hasOwn(annotations, CLASS_ANNOTATION) && { ingressClassName: className }),
      rule: [{ host: hostname, http: { path: [{ path: "/", pathType: "Prefix", backend }] } }],
      ...(tlsSecret !== undefined && { tls: [{ hosts: [hostname], secretName: tlsSecret }] }),
    },
  };
  return new IngressV1(scope, "ingress", merge(config, overrides));
}
