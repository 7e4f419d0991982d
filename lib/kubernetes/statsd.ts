import { DeploymentV1, type DeploymentV1Config } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { ServiceV1, type ServiceV1Config } from "@cdktf/provider-kubernetes/lib/service-v1";
import { type DeepPartial, merge } from "../merge.js";
import { IMAGES } from "../workload/versions.js";
import { labels, type Place, selector } from "./place.js";
import { CONTAINER_SECURITY, NOBODY, podSecurity } from "./pods.js";
import { type Resources, requestsAndLimits } from "./resources.js";

export interface StatsdOverrides {
  readonly deployment?: DeepPartial<DeploymentV1Config> | undefined;
  readonly service?: DeepPartial<ServiceV1Config> | undefined;
}

export const STATSD_PORTS = { statsd: 8125, metrics: 9102 } as const;

const NAME = "statsd";
const RESOURCES: Resources = { cpu: { request: 50, limit: 500 }, memory: 128 };

/** Takes the service's metrics and shows them to Prometheus (F25): one for all pods, since it is what adds them up. */
export function statsd(
  { scope, provider, namespace }: Place,
  pullSecrets: readonly { readonly name: string }[],
  overrides: StatsdOverrides = {},
): { readonly deployment: DeploymentV1; readonly service: ServiceV1 } {
  const { statsd, metrics } = STATSD_PORTS;
  const deployment: DeploymentV1Config = {
    provider,
    metadata: { name: NAME, namespace, labels: labels("statsd") },
    spec: {
      replicas: "1",
      revisionHistoryLimit: 5,
      selector: { matchLabels: selector("statsd") },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "1", maxUnavailable: "0" } },
      template: {
        metadata: {
          labels: selector("statsd"),
          annotations: {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": `${metrics}`,
            "prometheus.io/path": "/metrics",
          },
        },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: podSecurity(NOBODY),
          imagePullSecrets: [...pullSecrets],
          container: [
            {
              name: NAME,
              image: IMAGES.statsd,
              args: [`--statsd.listen-udp=:${statsd}`, `--statsd.listen-tcp=:${statsd}`],
              port: [
                { name: "statsd", containerPort: statsd, protocol: "UDP" },
                { name: "statsd-tcp", containerPort: statsd, protocol: "TCP" },
                { name: "metrics", containerPort: metrics, protocol: "TCP" },
              ],
              resources: requestsAndLimits(RESOURCES),
              securityContext: CONTAINER_SECURITY,
              readinessProbe: { httpGet: { path: "/-/ready", port: "metrics", scheme: "HTTP" } },
              livenessProbe: { httpGet: { path: "/-/healthy", port: "metrics", scheme: "HTTP" } },
            },
          ],
        },
      },
    },
  };
  const service: ServiceV1Config = {
    provider,
    metadata: { name: NAME, namespace, labels: labels("statsd") },
    spec: {
      type: "ClusterIP",
      selector: selector("statsd"),
      port: [
        { name: "statsd", port: statsd, targetPort: "statsd", protocol: "UDP" },
        { name: "statsd-tcp", port: statsd, targetPort: "statsd-tcp", protocol: "TCP" },
        { name: "metrics", port: metrics, targetPort: "metrics", protocol: "TCP" },
      ],
    },
  };
  return {
    deployment: new DeploymentV1(scope, "deployment", merge(deployment, overrides.deployment)),
    service: new ServiceV1(scope, "service", merge(service, overrides.service)),
  };
}
