import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { DaemonSetV1, type DaemonSetV1Config } from "@cdktf/provider-kubernetes/lib/daemon-set-v1";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { type DeepPartial, merge } from "../merge.js";
import { IMAGES } from "../workload/versions.js";
import { CLUSTER_DOMAIN, NODE_CACHE_ADDRESS } from "./dns.js";
import { labels, SYSTEM_NAMESPACE, selector } from "./place.js";
import { type Resources, requestsAndLimits } from "./resources.js";
import { serviceAccount } from "./service-account.js";

export type NodeLocalDnsOverrides = DeepPartial<DaemonSetV1Config>;

const NAME = "node-local-dns";
const METRICS_PORT = 9253;
const HEALTH_PORT = 8080;
const RESOURCES: Resources = { cpu: { request: 25, limit: 200 }, memory: 64 };
const FOLDER = "/etc/coredns";
/** The cache writes the configuration that it runs with beside the one that it is given. */
const RUN_FOLDER = "/run/coredns";

/**
 * A DNS cache on each node (K9). It asks the cluster's DNS over TCP, so that no answer is lost between nodes, and it
 * listens on an address of its own: whoever does not ask it, is not touched by it.
 */
export function nodeLocalDns(
  scope: Construct,
  provider: TerraformProvider,
  dnsServiceIp: string,
  overrides?: NodeLocalDnsOverrides,
): DaemonSetV1 {
  const place = { scope, provider, namespace: SYSTEM_NAMESPACE };
  const metadata = { name: NAME, namespace: SYSTEM_NAMESPACE, labels: labels(NAME) };
  const account = serviceAccount(place, NAME, NAME);
  const corefile = new ConfigMapV1(scope, "corefile", {
    provider,
    metadata,
    data: { "Corefile.base": corefileText(dnsServiceIp) },
  });
  const config: DaemonSetV1Config = {
    provider,
    metadata,
    spec: {
      selector: { matchLabels: selector(NAME) },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } },
      template: {
        metadata: {
          labels: selector(NAME),
          annotations: {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": `${METRICS_PORT}`,
            "coverstack.io/corefile": `\${sha256(${corefile.fqn}.data["Corefile.base"])}`,
          },
        },
        spec: {
          serviceAccountName: account.metadata.name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          priorityClassName: "system-node-critical",
          hostNetwork: true,
          dnsPolicy: "Default",
          nodeSelector: { "kubernetes.io/os": "linux" },
          // On every node, whatever it is kept for.
          toleration: [{ operator: "Exists" }],
          securityContext: { seccompProfile: { type: "RuntimeDefault" } },
          terminationGracePeriodSeconds: 0,
          container: [
            {
              name: NAME,
              image: IMAGES.nodeLocalDns,
              args: ["-localip", NODE_CACHE_ADDRESS, "-conf", `${RUN_FOLDER}/Corefile`],
              // On the node's network the two are one; Kubernetes fills in the second, and Terraform would see a difference.
              port: [{ name: "metrics", containerPort: METRICS_PORT, hostPort: METRICS_PORT, protocol: "TCP" }],
              resources: requestsAndLimits(RESOURCES),
              // It adds a network interface to the node and listens on port 53.
              securityContext: {
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "NET_BIND_SERVICE", "NET_RAW"] },
              },
              livenessProbe: {
                httpGet: { host: NODE_CACHE_ADDRESS, path: "/health", port: `${HEALTH_PORT}`, scheme: "HTTP" },
                initialDelaySeconds: 60,
                timeoutSeconds: 5,
              },
              volumeMount: [
                { name: "corefile", mountPath: FOLDER, readOnly: true },
                { name: "run", mountPath: RUN_FOLDER },
                { name: "xtables-lock", mountPath: "/run/xtables.lock" },
              ],
            },
          ],
          volume: [
            { name: "corefile", configMap: { name: corefile.metadata.name } },
            { name: "run", emptyDir: {} },
            { name: "xtables-lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } },
          ],
        },
      },
    },
  };
  return new DaemonSetV1(scope, "daemon-set", merge(config, overrides));
}

/** The cluster's own names go to its DNS, all others to whatever the node asks. */
function corefileText(dnsServiceIp: string): string {
  const zones = [
    { zones: [CLUSTER_DOMAIN, "in-addr.arpa", "ip6.arpa"], to: dnsServiceIp, tcp: true },
    { zones: ["."], to: "/etc/resolv.conf", tcp: false },
  ];
  return zones
    .flatMap(({ zones, to, tcp }) =>
      zones.map((zone, i) =>
        [
          `${zone}:53 {`,
          "    errors",
          "    cache 30",
          "    reload",
          "    loop",
          `    bind ${NODE_CACHE_ADDRESS}`,
          ...(tcp ? [`    forward . ${to} {`, "        force_tcp", "    }"] : [`    forward . ${to}`]),
          `    prometheus :${METRICS_PORT}`,
          ...(tcp && i === 0 ? [`    health ${NODE_CACHE_ADDRESS}:${HEALTH_PORT}`] : []),
          "}",
          "",
        ].join("\n"),
      ),
    )
    .join("");
}
