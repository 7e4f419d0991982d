import {
  NetworkPolicyV1,
  type NetworkPolicyV1Config,
  type NetworkPolicyV1Spec,
} from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { Token } from "cdktf";
import { checkCidr } from "../cloud/cidr.js";
import type { ClusterTraits, Exposure } from "../cloud/cluster.js";
import { type DeepPartial, merge } from "../merge.js";
import type { Reach } from "../workload/endpoint.js";
import { WEB_PORT } from "../workload/roles.js";
import { type Component, labels, NAMESPACE_NAME, type Place, SYSTEM_NAMESPACE, selector } from "./place.js";
import { STATSD_PORTS } from "./statsd.js";

export interface NetworkPolicyProps {
  readonly exposure: Exposure;
  readonly traits: ClusterTraits;
  readonly dataReach: readonly Reach[];
  readonly metricsNamespaces: readonly string[];
  /** Whether pods change the autoscalers' minimum by the hour. */
  readonly scheduled: boolean;
}

export type PolicyName = "default-deny" | "dns" | "service" | "web" | "statsd" | "peak-hours";
export type NetworkPolicyOverrides = Readonly<Partial<Record<PolicyName, DeepPartial<NetworkPolicyV1Config>>>>;

/** Addresses of a node itself, its DNS cache and metadata among them: no one out there. */
const LINK_LOCAL = "169.254.0.0/16";
const EVERYWHERE = "0.0.0.0/0";
const METADATA_PORTS = ["80", "988"];
const API_PORTS = ["443", "6443"];

/** Nobody calls anybody (K16), except as listed here. */
export function networkPolicies(
  place: Place,
  props: NetworkPolicyProps,
  overrides: NetworkPolicyOverrides = {},
): readonly NetworkPolicyV1[] {
  const policies: Partial<Record<PolicyName, NetworkPolicyV1Spec>> = {
    "default-deny": { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    dns: dns(),
    service: serviceEgress(place, props),
    web: webIngress(place, props),
    statsd: statsdIngress(props),
    ...(props.scheduled && { "peak-hours": apiEgress() }),
  };
  return (Object.entries(policies) as [PolicyName, NetworkPolicyV1Spec][]).map(([name, spec]) => {
    const metadata = { name, namespace: place.namespace, labels: labels() };
    const config: NetworkPolicyV1Config = { provider: place.provider, metadata, spec };
    return new NetworkPolicyV1(place.scope, name, merge(config, overrides[name]));
  });
}

/** Of the cluster or of the node, by whichever way the cloud has. */
function dns(): NetworkPolicyV1Spec {
  const servers = [{ key: "k8s-app", operator: "In", values: ["kube-dns", "node-local-dns"] }];
  return {
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [
      {
        to: [
          { namespaceSelector: named([SYSTEM_NAMESPACE]), podSelector: { matchExpressions: servers } },
          { ipBlock: { cidr: LINK_LOCAL } },
        ],
        ports: [
          { port: "53", protocol: "UDP" },
          { port: "53", protocol: "TCP" },
        ],
      },
    ],
  };
}

/** To database and Redis, to object store and git hosts, to the cloud for an identity, and to statsd. */
function serviceEgress({ scope }: Place, { traits, dataReach }: NetworkPolicyProps): NetworkPolicyV1Spec {
  for (const { cidr } of dataReach) checkCidr(cidr, "dataReach", scope);
  const metadata = traits.metadataCidr;
  return {
    podSelector: components(["web", "worker", "migrate"]),
    policyTypes: ["Egress"],
    egress: [
      ...dataReach.map(({ cidr, port }) => ({ to: [{ ipBlock: { cidr } }], ports: tcp([portText(port)]) })),
      { to: [{ ipBlock: { cidr: EVERYWHERE, except: [LINK_LOCAL] } }], ports: tcp(["443"]) },
      ...(metadata === undefined ? [] : [{ to: [{ ipBlock: { cidr: range(metadata) } }], ports: tcp(METADATA_PORTS) }]),
      {
        to: [{ podSelector: { matchLabels: selector("statsd") } }],
        ports: [
          { port: `${STATSD_PORTS.statsd}`, protocol: "UDP" },
          { port: `${STATSD_PORTS.statsd}`, protocol: "TCP" },
        ],
      },
    ],
  };
}

function webIngress({ scope }: Place, { exposure, traits }: NetworkPolicyProps): NetworkPolicyV1Spec {
  for (const cidr of traits.balancerCidrs) checkCidr(cidr, "balancerCidrs", scope);
  const controller = exposure.ingress?.controller;
  const from = controller
    ? [
        {
          namespaceSelector: named([controller.namespace]),
          ...(controller.podLabels && { podSelector: { matchLabels: controller.podLabels } }),
        },
      ]
    : traits.balancerCidrs.map((cidr) => ({ ipBlock: { cidr } }));
  return {
    podSelector: components(["web"]),
    policyTypes: ["Ingress"],
    // A rule without sources would let everyone in.
    ingress: from.length === 0 ? [] : [{ from, ports: tcp([`${WEB_PORT}`]) }],
  };
}

function statsdIngress({ metricsNamespaces }: NetworkPolicyProps): NetworkPolicyV1Spec {
  return {
    podSelector: components(["statsd"]),
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [{ podSelector: components(["web", "worker", "migrate"]) }],
        ports: [
          { port: `${STATSD_PORTS.statsd}`, protocol: "UDP" },
          { port: `${STATSD_PORTS.statsd}`, protocol: "TCP" },
        ],
      },
      ...(metricsNamespaces.length === 0
        ? []
        : [{ from: [{ namespaceSelector: named(metricsNamespaces) }], ports: tcp([`${STATSD_PORTS.metrics}`]) }]),
    ],
  };
}

/** To Kubernetes' own API, wherever the cloud keeps it. */
function apiEgress(): NetworkPolicyV1Spec {
  return {
    podSelector: components(["peak-hours"]),
    policyTypes: ["Egress"],
    egress: [{ to: [{ ipBlock: { cidr: EVERYWHERE, except: [LINK_LOCAL] } }], ports: tcp(API_PORTS) }],
  };
}

function components(values: readonly Component[]) {
  return {
    matchLabels: { "app.kubernetes.io/name": "coverstack" },
    matchExpressions: [{ key: "app.kubernetes.io/component", operator: "In", values: [...values] }],
  };
}

function named(namespaces: readonly string[]) {
  return { matchExpressions: [{ key: NAMESPACE_NAME, operator: "In", values: [...namespaces] }] };
}

function tcp(ports: readonly string[]) {
  return ports.map((port) => ({ port, protocol: "TCP" }));
}

/** A port that only Terraform knows is a number that stands for it. */
function portText(port: number): string {
  return Token.isUnresolved(port) ? Token.asString(port) : `${port}`;
}

/** A single address as a range. */
function range(address: string): string {
  return Token.isUnresolved(address) || address.includes("/") ? address : `${address}/32`;
}
