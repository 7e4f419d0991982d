import { ClusterRoleBindingV1 } from "@cdktf/provider-kubernetes/lib/cluster-role-binding-v1";
import { ClusterRoleV1 } from "@cdktf/provider-kubernetes/lib/cluster-role-v1";
import { DeploymentV1, type DeploymentV1Config } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { RoleBindingV1 } from "@cdktf/provider-kubernetes/lib/role-binding-v1";
import { RoleV1 } from "@cdktf/provider-kubernetes/lib/role-v1";
import type { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import type { ClusterTraits } from "../cloud/cluster.js";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import { IMAGES } from "../workload/versions.js";
import { CLUSTER_RULES, CLUSTER_AUTOSCALER as NAME, OWN_RULES } from "./cluster-autoscaler-rights.js";
import { labels, type Place, SYSTEM_NAMESPACE, selector } from "./place.js";
import { CONTAINER_SECURITY, NOBODY, podSecurity } from "./pods.js";
import { type Resources, requestsAndLimits } from "./resources.js";
import { serviceAccount } from "./service-account.js";

/** When a node is one too many (K3). */
export interface NodeScaling {
  /** A node is unneeded when its pods request less than this part of it, 0 to 1. @default 0.5 */
  readonly utilizationThreshold?: number | undefined;
  /** Minutes after which an unneeded node goes. @default 10 */
  readonly unneededMinutes?: number | undefined;
  /** Which pool grows where several could. @default least-waste */
  readonly expander?: "least-waste" | "most-pods" | "random" | undefined;
}

export type ClusterAutoscalerOverrides = DeepPartial<DeploymentV1Config>;

export interface ClusterAutoscalerProps {
  readonly clusterName: string;
  readonly autoscaler: NonNullable<ClusterTraits["autoscaler"]>;
  readonly scaling: NodeScaling;
}

const RESOURCES: Resources = { cpu: { request: 100, limit: 500 }, memory: 600 };
const PORT = 8085;

/** Adds nodes for pods that find none, and takes unneeded ones away, where the cloud does not do so itself. */
export function clusterAutoscaler(
  { scope, provider }: Omit<Place, "namespace">,
  { clusterName, autoscaler, scaling }: ClusterAutoscalerProps,
  overrides?: ClusterAutoscalerOverrides,
): DeploymentV1 {
  const place = { scope, provider, namespace: SYSTEM_NAMESPACE };
  const account = serviceAccount(place, NAME, NAME, autoscaler.annotations);
  grant(place, account);
  const config: DeploymentV1Config = {
    provider,
    metadata: { name: NAME, namespace: SYSTEM_NAMESPACE, labels: labels(NAME) },
    spec: {
      replicas: "1",
      revisionHistoryLimit: 2,
      selector: { matchLabels: selector(NAME) },
      template: {
        metadata: {
          labels: selector(NAME),
          annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": `${PORT}` },
        },
        spec: {
          serviceAccountName: account.metadata.name,
          automountServiceAccountToken: true,
          enableServiceLinks: false,
          priorityClassName: "system-cluster-critical",
          securityContext: podSecurity(NOBODY),
          container: [
            {
              name: NAME,
              image: IMAGES.clusterAutoscaler,
              command: ["./cluster-autoscaler", ...flags(clusterName, scaling, place)],
              env: [{ name: "AWS_REGION", value: autoscaler.region }],
              port: [{ name: "http", containerPort: PORT, protocol: "TCP" }],
              resources: requestsAndLimits(RESOURCES),
              securityContext: CONTAINER_SECURITY,
              livenessProbe: {
                httpGet: { path: "/health-check", port: "http", scheme: "HTTP" },
                initialDelaySeconds: 30,
                failureThreshold: 6,
              },
            },
          ],
        },
      },
    },
  };
  return new DeploymentV1(scope, "deployment", merge(config, overrides));
}

function flags(clusterName: string, scaling: NodeScaling, { scope }: Place): readonly string[] {
  const { utilizationThreshold = 0.5, unneededMinutes = 10, expander = "least-waste" } = scaling;
  if (!(utilizationThreshold > 0 && utilizationThreshold <= 1)) {
    const what = "'utilizationThreshold' must be a part of a node";
    throw new CoverstackError({ what, given: utilizationThreshold, allowed: "above 0, up to 1" }, scope);
  }
  if (!(Number.isInteger(unneededMinutes) && unneededMinutes >= 1)) {
    const what = "'unneededMinutes' must be a whole number";
    throw new CoverstackError({ what, given: unneededMinutes, allowed: "1 or more" }, scope);
  }
  const tags = ["enabled", clusterName].map((tag) => `k8s.io/cluster-autoscaler/${tag}`).join(",");
  return [
    "--cloud-provider=aws",
    `--node-group-auto-discovery=asg:tag=${tags}`,
    `--scale-down-utilization-threshold=${utilizationThreshold}`,
    `--scale-down-unneeded-time=${unneededMinutes}m`,
    `--expander=${expander}`,
    "--balance-similar-node-groups",
    "--leader-elect=true",
    `--namespace=${SYSTEM_NAMESPACE}`,
  ];
}

function grant({ scope, provider, namespace }: Place, account: ServiceAccountV1): void {
  const subject = [{ kind: "ServiceAccount", name: account.metadata.name, namespace }];
  const apiGroup = "rbac.authorization.k8s.io";
  const clusterMetadata = { name: NAME, labels: labels(NAME) };
  const metadata = { ...clusterMetadata, namespace };
  const clusterRole = new ClusterRoleV1(scope, "cluster-role", {
    provider,
    metadata: clusterMetadata,
    rule: CLUSTER_RULES,
  });
  const role = new RoleV1(scope, "role", { provider, metadata, rule: OWN_RULES });
  new ClusterRoleBindingV1(scope, "cluster-role-binding", {
    provider,
    metadata: clusterMetadata,
    roleRef: { apiGroup, kind: "ClusterRole", name: clusterRole.metadata.name },
    subject,
  });
  new RoleBindingV1(scope, "role-binding", {
    provider,
    metadata,
    roleRef: { apiGroup, kind: "Role", name: role.metadata.name },
    subject,
  });
}
