import type { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import {
  HEALTH_PATH,
  LIVE_PATH,
  ROLE_LABEL,
  type Role,
  type ScaledRole,
  WEB_PORT,
  WORKER_HEALTH_PORT,
} from "../workload/roles.js";
import { type Configuration, SETTINGS_FILE } from "./configuration.js";
import { podDns } from "./dns.js";
import { selector } from "./place.js";
import { CONTAINER_SECURITY, EVICTABLE, podSecurity, TEMPORARY_MOUNT, temporaryVolume } from "./pods.js";
import { type Resources, requestsAndLimits } from "./resources.js";

/** What all pods of the service share, whatever their role. */
export interface Release {
  readonly namespace: string;
  readonly image: string;
  readonly configuration: Configuration;
  readonly pullSecrets: readonly { readonly name: string }[];
  readonly dnsServiceIp: string | undefined;
  /** Whether nodes are labelled and tainted for the roles. */
  readonly dedicatedNodes: boolean;
}

export interface RolePod {
  readonly account: ServiceAccountV1;
  readonly labels: Readonly<Record<string, string>>;
  readonly resources: Resources;
  readonly dnsOverTcp: boolean;
}

/** The user `node` of the service's image: Kubernetes can tell from a number alone that it is not root. */
const USER = "1000";
/** For reports that are too large for memory. */
const TEMPORARY_SPACE = "8Gi";

const PORTS: Readonly<Record<ScaledRole, number>> = { web: WEB_PORT, worker: WORKER_HEALTH_PORT };
/** From the signal on, requests and jobs get 25 s to end; before it, balancers get 15 s to look elsewhere (F32). */
const GRACE_SECONDS = 60;
const DRAIN_SECONDS = 15;

/** The pods of a role that keeps running. */
export function servicePod(role: ScaledRole, release: Release, pod: RolePod) {
  const { metadata, spec } = pods(role, release, pod, role);
  const container = {
    ...spec.container,
    port: [{ name: "http", containerPort: PORTS[role], protocol: "TCP" }],
    startupProbe: probe(LIVE_PATH, { periodSeconds: 5, failureThreshold: 60 }),
    readinessProbe: probe(HEALTH_PATH, { periodSeconds: 10, failureThreshold: 3 }),
    livenessProbe: probe(LIVE_PATH, { periodSeconds: 10, failureThreshold: 6 }),
    ...(role === "web" && { lifecycle: { preStop: [{ exec: { command: ["sleep", `${DRAIN_SECONDS}`] } }] } }),
  };
  return {
    metadata: { ...metadata, annotations: { ...release.configuration.annotations, ...EVICTABLE } },
    spec: {
      ...spec,
      container: [container],
      terminationGracePeriodSeconds: GRACE_SECONDS,
      topologySpreadConstraint: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        topologyKey,
        maxSkew: 1,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: [{ matchLabels: selector(role) }],
        matchLabelKeys: ["pod-template-hash"],
      })),
    },
  };
}

/** The pod that migrates the database, on a worker's node. It is let finish (K4). */
export function migrationPod(release: Release, pod: RolePod) {
  const { metadata, spec } = pods("migrate", release, pod, "worker");
  return {
    // Not those of the configuration: a secret that was replaced is no reason to migrate again.
    metadata: { ...metadata, annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict": "false" } },
    spec: { ...spec, container: [spec.container], restartPolicy: "Never" },
  };
}

function pods(role: Role, release: Release, pod: RolePod, nodes: ScaledRole) {
  const { configuration, namespace, dnsServiceIp } = release;
  return {
    metadata: { labels: { ...selector(role), ...pod.labels } },
    spec: {
      serviceAccountName: pod.account.metadata.name,
      automountServiceAccountToken: false,
      // Variables of services would be taken for settings: STATSD_PORT is one.
      enableServiceLinks: false,
      securityContext: podSecurity(USER),
      imagePullSecrets: [...release.pullSecrets],
      ...podDns({ namespace, dnsServiceIp, overTcp: pod.dnsOverTcp }),
      ...(release.dedicatedNodes && { nodeSelector: { [ROLE_LABEL]: nodes } }),
      toleration: [
        { key: ROLE_LABEL, operator: "Equal", value: nodes },
        // Azure taints its spot nodes by itself.
        { key: "kubernetes.azure.com/scalesetpriority", operator: "Equal", value: "spot" },
      ],
      container: {
        name: role,
        image: release.image,
        args: [role],
        env: [...configuration.environment],
        resources: requestsAndLimits(pod.resources),
        securityContext: CONTAINER_SECURITY,
        volumeMount: [{ name: "settings", mountPath: "/config", readOnly: true }, TEMPORARY_MOUNT],
      },
      volume: [
        {
          name: "settings",
          configMap: {
            name: configuration.configMap.metadata.name,
            items: [{ key: SETTINGS_FILE, path: SETTINGS_FILE }],
          },
        },
        temporaryVolume(TEMPORARY_SPACE),
      ],
    },
  };
}

function probe(path: string, timing: { readonly periodSeconds: number; readonly failureThreshold: number }) {
  return { httpGet: { path, port: "http", scheme: "HTTP" }, timeoutSeconds: 5, ...timing };
}
