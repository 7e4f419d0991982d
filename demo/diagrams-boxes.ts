import type { Config } from "./diagrams-graph.js";

/** From whom people meet first to what keeps their data; an arrow goes from an earlier one to a later one. */
export const TIERS = ["balancer", "machines", "pods", "data", "support"] as const;
export type Tier = (typeof TIERS)[number];
export type FrameName = "network" | "cluster";

/** The resources of one part of a deployment. */
export type Part = readonly { readonly type: string; readonly config: Config }[];

export interface Box {
  readonly tier: Tier;
  /** Lines; the first is the part's name. */
  readonly label: readonly string[];
  /** Whether it is drawn within the cluster, where there is one. */
  readonly inCluster?: true;
}

/** The first value that is not there as `undefined`, under any of these paths of any resource of these types. */
function look(part: Part, ...paths: readonly string[]): string | undefined {
  for (const { type, config } of part) {
    for (const path of paths) {
      const [wanted, ...keys] = path.split(".");
      if (wanted !== type) continue;
      let value: unknown = config;
      for (const key of keys) value = (Array.isArray(value) ? value[0] : value)?.[key as keyof object];
      const text = Array.isArray(value) ? value[0] : value;
      if (text !== undefined && !String(text).includes("${")) return String(text);
    }
  }
  return undefined;
}

function has(part: Part, ...types: readonly string[]): boolean {
  return part.some(({ type }) => types.includes(type));
}

function range(part: Part, least: readonly string[], most: readonly string[]): string {
  const min = look(part, ...least);
  const max = look(part, ...most) ?? min;
  return min === undefined ? "" : min === max ? `×${min} ` : `×${min}–${max} `;
}

const MACHINE_TYPE = [
  "aws_instance.instance_type",
  "aws_launch_template.instance_type",
  "google_compute_instance.machine_type",
  "google_compute_instance_template.machine_type",
  "azurerm_linux_virtual_machine.size",
  "azurerm_linux_virtual_machine_scale_set.sku",
];
const LEAST_MACHINES = [
  "aws_autoscaling_group.min_size",
  "google_compute_region_autoscaler.autoscaling_policy.min_replicas",
  "google_compute_region_instance_group_manager.target_size",
  "azurerm_monitor_autoscale_setting.profile.capacity.minimum",
  "azurerm_linux_virtual_machine_scale_set.instances",
];
const MOST_MACHINES = [
  "aws_autoscaling_group.max_size",
  "google_compute_region_autoscaler.autoscaling_policy.max_replicas",
  "azurerm_monitor_autoscale_setting.profile.capacity.maximum",
];
const NODE_TYPE = [
  "aws_eks_node_group.instance_types",
  "google_container_node_pool.node_config.machine_type",
  "azurerm_kubernetes_cluster_node_pool.vm_size",
];
const LEAST_NODES = [
  "aws_eks_node_group.scaling_config.min_size",
  "google_container_node_pool.autoscaling.total_min_node_count",
  "azurerm_kubernetes_cluster_node_pool.min_count",
];
const MOST_NODES = [
  "aws_eks_node_group.scaling_config.max_size",
  "google_container_node_pool.autoscaling.total_max_node_count",
  "azurerm_kubernetes_cluster_node_pool.max_count",
];
const LEAST_PODS = ["kubernetes_horizontal_pod_autoscaler_v2.spec.min_replicas"];
const MOST_PODS = ["kubernetes_horizontal_pod_autoscaler_v2.spec.max_replicas"];

const NAMES: Readonly<Record<string, string>> = {
  machines: "Web and workers",
  web: "Web",
  worker: "Workers",
  machine: "One machine",
  migrate: "Migration",
  statsd: "StatsD exporter",
  "cluster-autoscaler": "Cluster autoscaler",
  "node-local-dns": "DNS cache",
  system: "System nodes",
};

/** A way to draw a part, if it is of that kind. */
type Kind = (part: Part, id: string) => Box | undefined;

const balancer: Kind = (part) => {
  const names: Readonly<Record<string, string>> = {
    aws_lb: "Application Load Balancer",
    google_compute_backend_service: "Application Load Balancer, Cloud Armor",
    azurerm_application_gateway: "Application Gateway",
    kubernetes_ingress_v1: "application routing (NGINX)",
  };
  const found = part.find(({ type }) => type in names);
  if (!found) return undefined;
  const inCluster = found.type === "kubernetes_ingress_v1";
  const label = [inCluster ? "Ingress" : "Load balancer", names[found.type]];
  return { tier: "balancer", label, ...(inCluster && { inCluster }) };
};

const machines: Kind = (part, id) => {
  const type = look(part, ...MACHINE_TYPE);
  if (type === undefined || !has(part, ...MACHINE_TYPE.map((path) => path.split(".")[0]))) return undefined;
  if (look(part, ...NODE_TYPE) !== undefined) return undefined;
  const number = range(part, LEAST_MACHINES, MOST_MACHINES);
  const disk = look(part, "aws_ebs_volume.size", "google_compute_disk.size", "azurerm_managed_disk.disk_size_gb");
  const lines = [`${number}${type}, Docker Compose`, ...(disk === undefined ? [] : [`data disk, ${disk} GB`])];
  return { tier: "machines", label: [NAMES[id] ?? id, ...lines] };
};

const pods: Kind = (part, id) => {
  const nodeType = look(part, ...NODE_TYPE);
  const nodes = nodeType === undefined ? [] : [`${range(part, LEAST_NODES, MOST_NODES)}${nodeType}`];
  const runs = has(part, "kubernetes_deployment_v1", "kubernetes_job_v1", "kubernetes_daemon_set_v1");
  if (!runs && nodes.length === 0) return undefined;
  const job = has(part, "kubernetes_job_v1") ? "job, once for each version" : undefined;
  const onEach = has(part, "kubernetes_daemon_set_v1") ? "pod on each node" : undefined;
  const number = range(part, LEAST_PODS, MOST_PODS);
  const kind = job ?? onEach ?? (number === "" ? "pod" : `${number}pods`);
  const name = NAMES[id] ?? id;
  if (!runs) return { tier: "support", inCluster: true, label: [name, ...nodes] };
  const tier =
    has(part, "kubernetes_service_account_v1") && id in { web: 0, worker: 0, migrate: 0 } ? "pods" : "support";
  const on = nodes.map((line) => `on nodes ${line}`);
  return { tier, inCluster: true, label: [name, kind, ...on] };
};

const database: Kind = (part) => {
  const size = look(
    part,
    "aws_db_instance.instance_class",
    "google_sql_database_instance.settings.tier",
    "azurerm_postgresql_flexible_server.sku_name",
  );
  if (size === undefined) return undefined;
  const standby =
    look(part, "aws_db_instance.multi_az") === "true" ||
    look(part, "google_sql_database_instance.settings.availability_type") === "REGIONAL" ||
    look(part, "azurerm_postgresql_flexible_server.high_availability.mode") !== undefined;
  return { tier: "data", label: ["PostgreSQL", `${size}${standby ? ", with a standby" : ""}`] };
};

const redis: Kind = (part) => {
  const size = look(
    part,
    "aws_elasticache_replication_group.node_type",
    "google_redis_instance.memory_size_gb",
    "azurerm_managed_redis.sku_name",
  );
  if (size === undefined) return undefined;
  const replica =
    look(part, "aws_elasticache_replication_group.multi_az_enabled") === "true" ||
    look(part, "google_redis_instance.tier") === "STANDARD_HA" ||
    look(part, "azurerm_managed_redis.high_availability_enabled") === "true";
  const name = has(part, "aws_elasticache_replication_group") ? "Valkey (Redis)" : "Redis";
  const unit = has(part, "google_redis_instance") ? " GB" : "";
  return { tier: "data", label: [name, `${size}${unit}${replica ? ", with a replica" : ""}`] };
};

/** Parts that one resource stands for. */
const SINGLE: Readonly<Record<string, readonly [Tier, ...string[]]>> = {
  aws_s3_bucket: ["data", "Object store", "S3 bucket"],
  google_storage_bucket: ["data", "Object store", "Cloud Storage bucket"],
  azurerm_storage_account: ["data", "Object store", "Blob Storage, private endpoint"],
  aws_ecr_repository: ["support", "Image registry", "ECR"],
  google_artifact_registry_repository: ["support", "Image registry", "Artifact Registry"],
  azurerm_container_registry: ["support", "Image registry", "Container Registry"],
  aws_secretsmanager_secret: ["support", "Secrets", "Secrets Manager"],
  google_secret_manager_secret: ["support", "Secrets", "Secret Manager"],
  azurerm_key_vault_secret: ["support", "Secrets", "Key Vault"],
};

const single: Kind = (part) => {
  const found = part.find(({ type }) => type in SINGLE);
  if (!found) return undefined;
  const [tier, ...label] = SINGLE[found.type];
  return { tier, label };
};

/** How a part is drawn; undefined for what people need not see. */
export function boxOf(id: string, part: Part): Box | undefined {
  for (const kind of [balancer, database, redis, machines, pods, single]) {
    const box = kind(part, id);
    if (box) return box;
  }
  return undefined;
}

const SUBNETS = ["aws_subnet", "google_compute_subnetwork", "azurerm_subnet"];
const TRANSLATORS = ["aws_nat_gateway", "google_compute_router_nat", "azurerm_nat_gateway"];
const CLUSTERS: Readonly<Record<string, string>> = {
  aws_eks_cluster: "EKS",
  google_container_cluster: "GKE",
  azurerm_kubernetes_cluster: "AKS",
};

/** The frame around the parts of a network or a cluster. */
export function frameLabel(name: FrameName, part: Part = []): string | undefined {
  if (part.length === 0) return undefined;
  if (name === "cluster") {
    const cluster = part.find(({ type }) => type in CLUSTERS);
    if (!cluster) return undefined;
    // On Azure, one pool of nodes is part of the cluster.
    const nodeType = look(part, "azurerm_kubernetes_cluster.default_node_pool.vm_size");
    const nodes = range(
      part,
      ["azurerm_kubernetes_cluster.default_node_pool.min_count"],
      ["azurerm_kubernetes_cluster.default_node_pool.max_count"],
    );
    const system = nodeType === undefined ? "" : ` · system nodes ${nodes}${nodeType}`;
    return `Kubernetes cluster (${CLUSTERS[cluster.type]})${system}`;
  }
  const count = (types: readonly string[], one: string) => {
    const found = part.filter(({ type }) => types.includes(type)).length;
    return found === 0 ? [] : [`${found} ${one}${found === 1 ? "" : "s"}`];
  };
  const cidr = look(part, "aws_vpc.cidr_block", "azurerm_virtual_network.address_space");
  return ["Network", cidr, ...count(SUBNETS, "subnet"), ...count(TRANSLATORS, "NAT gateway")]
    .filter((text) => text !== undefined)
    .join(" · ");
}
