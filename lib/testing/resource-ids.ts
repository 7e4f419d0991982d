import type { ObjectValue } from "./value.js";

/** What of a resource goes into its id. */
export interface Identified {
  readonly type: string;
  readonly configured: ObjectValue;
  readonly provider: ObjectValue;
}

/** How ids of Amazon's resources begin, where it is not the word after `aws_`. */
const AWS_PREFIXES: Readonly<Record<string, string>> = {
  ebs_volume: "vol",
  eip: "eipalloc",
  instance: "i",
  internet_gateway: "igw",
  launch_template: "lt",
  nat_gateway: "nat",
  network_interface: "eni",
  route_table: "rtb",
  security_group: "sg",
  vpc_endpoint: "vpce",
  vpc_security_group_egress_rule: "sgr",
  vpc_security_group_ingress_rule: "sgr",
};

/** Resources of Amazon whose id is the name that was chosen. */
const AWS_NAMED =
  /^aws_(autoscaling_group|cloudwatch_log_group|db_|ecr_|eks_cluster|elasticache_|iam_(role|instance_profile)$|s3_bucket)/;

/** Attributes that name a resource, the more telling first. */
export const NAMES = [
  "bucket",
  "identifier",
  "cluster_identifier",
  "replication_group_id",
  "cluster_id",
  "node_group_name",
  "secret_id",
  "repository_id",
  "account_id",
  "name",
];

/** The name that was chosen for a resource. */
export function chosenName({ configured }: { readonly configured: ObjectValue }): string | undefined {
  return NAMES.map((name) => configured[name]).find((value) => typeof value === "string") as string | undefined;
}

/** The id of a resource in the form of its cloud, with `unique` where no name was chosen. */
export function resourceId(resource: Identified, unique: string): string {
  const type = resource.type.replace(/^data\./, "");
  if (type.startsWith("google_")) return googleId(resource, type, unique);
  if (type.startsWith("azurerm_")) return azureId(resource, type, unique);
  if (type.startsWith("kubernetes_")) return kubernetesId(resource, unique);
  return type.startsWith("aws_") ? awsId(resource, type, unique) : unique;
}

function awsId(resource: Identified, type: string, unique: string): string {
  const name = chosenName(resource);
  if (AWS_NAMED.test(type) && name !== undefined) return name;
  const word = type.slice("aws_".length);
  return `${AWS_PREFIXES[word] ?? word.replaceAll("_", "-")}-${unique}`;
}

function googleId(resource: Identified, type: string, unique: string): string {
  const { configured, provider } = resource;
  const name = chosenName(resource) ?? unique;
  if (type === "google_storage_bucket") return name;
  const [, service, ...rest] = type.split("_");
  const place = configured.zone ?? configured.region ?? configured.location ?? "global";
  const project = configured.project ?? provider.project ?? "simulated-project";
  const collection = `${(rest.length > 0 ? rest : [service])
    .map(capitalised)
    .join("")
    .replace(/^./, (letter) => letter.toLowerCase())}s`;
  const scope =
    service === "secret" ? "" : `${typeof place === "string" && place !== "global" ? `locations/${place}` : "global"}/`;
  return `projects/${String(project)}/${scope}${service === "secret" ? "secrets" : collection}/${name}`;
}

function azureId(resource: Identified, type: string, unique: string): string {
  const { configured, provider } = resource;
  const subscription = provider.subscription_id ?? "00000000-0000-0000-0000-000000000000";
  const name = chosenName(resource) ?? unique;
  const group = typeof configured.resource_group_name === "string" ? configured.resource_group_name : "simulated";
  const root = `/subscriptions/${String(subscription)}`;
  if (type === "azurerm_subscription") return root;
  if (type === "azurerm_resource_group") return `${root}/resourceGroups/${name}`;
  if (/^azurerm_key_vault_(secret|key|certificate)$/.test(type)) {
    return `https://simulated.vault.azure.net/${type.split("_").at(-1)}s/${name}/${unique}`;
  }
  const words = type.slice("azurerm_".length).split("_").map(capitalised).join("");
  return `${root}/resourceGroups/${group}/providers/Microsoft.Simulated/${words}/${name}`;
}

function kubernetesId({ configured }: Identified, unique: string): string {
  const metadata = (configured.metadata as readonly ObjectValue[] | undefined)?.[0] ?? {};
  const { namespace, name = unique } = metadata;
  return typeof namespace === "string" ? `${namespace}/${String(name)}` : String(name);
}

function capitalised(word: string): string {
  return word[0].toUpperCase() + word.slice(1);
}
