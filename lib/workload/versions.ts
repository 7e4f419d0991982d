/** The minor version that clusters are made with, and what runs in them is made for. */
export const KUBERNETES_VERSION = "1.35";

/** The major version that databases are made with. */
export const POSTGRES_VERSION = "17";

/** The only place where third-party images are named. Each is a maintained release, pinned. */
export const IMAGES = {
  traefik: "traefik:v3.6.8",
  postgres: "postgres:17.11-bookworm",
  redis: "valkey/valkey:8.1.3-alpine",
  /** The last release that MinIO published as an image; later ones are source only. */
  minio: "minio/minio:RELEASE.2025-09-07T16-13-09Z",
  statsd: "prom/statsd-exporter:v0.28.0",
  kubectl: "registry.k8s.io/kubectl:v1.35.0",
  clusterAutoscaler: "registry.k8s.io/autoscaling/cluster-autoscaler:v1.35.0",
  nodeLocalDns: "registry.k8s.io/dns/k8s-dns-node-cache:1.26.8",
} as const;
