import { createHash } from "node:crypto";
import { CERTIFICATE, keyPair } from "./certificate.js";
import { mapValues } from "./plan.js";
import { chosenName, resourceId } from "./resource-ids.js";
import type { Type } from "./schema.js";
import type { ObjectValue, Value } from "./value.js";

/** The resource, data source or ephemeral resource that a value is made up for. */
export interface Owner {
  /** "aws_vpc"; data sources begin with "data.". */
  readonly type: string;
  /** Values that were configured. */
  readonly configured: ObjectValue;
  /** Tells it from all others of its type. */
  readonly seed: string;
  /** The provider's own configuration. */
  readonly provider: ObjectValue;
}

/** A value such as the cloud would answer: other resources take it apart, decode it or connect to it. */
export function madeUp(owner: Owner, path: string, type: Type): Value {
  if (type === "dynamic") return [Buffer.from('"string"'), text(owner, path)];
  if (type === "string") return text(owner, path);
  if (type === "number") return number(owner, path);
  if (type === "bool") return false;
  const [kind, inner] = type;
  if (kind === "object") return mapValues(inner, (field, name) => madeUp(owner, `${path}.${name}`, field));
  if (kind === "map") return inheritedMap(owner, path) ?? {};
  if (inner !== "string") return [madeUp(owner, path, inner)];
  return /zones(\.(names|zone_ids))?$/.test(`${owner.type}.${path}`) ? zones(owner) : [text(owner, path)];
}

export function hex(owner: Owner, path: string, length: number): string {
  return createHash("sha256").update(`${owner.type} ${owner.seed} ${path}`).digest("hex").slice(0, length);
}

function inheritedMap({ configured }: Owner, path: string): Value | undefined {
  if (path === "tags_all") return configured.tags;
  return /^(effective|terraform)_(labels|annotations)$/.test(path)
    ? configured[path.replace(/^[a-z]+_/, "")]
    : undefined;
}

function number({ type }: Owner, path: string): number {
  if (!/port$/.test(path)) return 1;
  if (/redis|cache|memorystore|valkey/.test(type)) return path.includes("ssl") ? 6380 : 6379;
  return /db|rds|sql/.test(type) ? 5432 : 443;
}

type Recipe = readonly [path: RegExp, make: (owner: Owner, path: string) => string];

/** By type and path, the first that matches. What none matches gets its own name and a number. */
const RECIPES: readonly Recipe[] = [
  [/^random_(?!pet).*\.(result|hex|id)$/, (owner, path) => hex(owner, path, 32)],
  [
    /\.caller_identity\.id$|\.(owner|aws_)?account(_id)?$|\.(account|owner)_id$|aws_caller_identity\.id$/,
    () => "123456789012",
  ],
  [/^data\.aws_partition\.(id|partition)$/, () => "aws"],
  [/^data\.aws_partition\.dns_suffix$/, () => "amazonaws.com"],
  [/^data\.aws_region\.(id|name)$/, region],
  [/^data\.aws_ami\.(id|image_id)$/, (owner, path) => `ami-${hex(owner, path, 17)}`],
  [/^data\.aws_ssm_parameter\.(insecure_)?value$/, parameter],
  [/^data\.aws_elb_service_account\.id$/, () => "054676820928"],
  [
    /(_pem|_openssh|\.pem)$/,
    (_, path) =>
      /private/.test(path) ? keyPair().privateKey : /public/.test(path) ? keyPair().publicKey : CERTIFICATE,
  ],
  [/server_ca_certs?\.cert$|\.certificate_body$|\.certificate_chain$/, () => CERTIFICATE],
  [/(client_key|private_key)(_data)?$/, () => base64(keyPair().privateKey)],
  [/kube_(admin_)?config_raw$/, () => "apiVersion: v1\nkind: Config\n"],
  [/(certificate|certificate_authority\.data|_cert|_certificate_data|\.cert)$/, () => base64(CERTIFICATE)],
  [/base64|_b64/, (owner, path) => base64(hex(owner, path, 16))],
  [/(^|[._])arn$/, arn],
  [/(^|[._])(principal|client|tenant|object|subscription)_id$|\.uuid?$|\.uid$|\.unique_id$/, uuid],
  [/\.(id|name|identifier)$/, (owner, path) => named(owner, path.split(".").at(-1)!, path)],
  [/(^|[._])(policy|json|document|minified_json)$/, () => '{"Version":"2012-10-17","Statement":[]}'],
  [
    /self_link(_unique)?$/,
    (owner) => `https://www.googleapis.com/compute/v1/${resourceId(owner, hex(owner, "id", 17))}`,
  ],
  [
    /kube_(admin_)?config\.host$|\.(oidc|cluster_oidc)?_?issuer(_url)?$|(_url|_uri|\.url|\.uri)$/,
    (owner, path) => `https://${host(owner, path)}`,
  ],
  [/^aws_eks_cluster\.endpoint$/, (owner, path) => `https://${host(owner, path)}`],
  [/primary_(blob|web|queue|table|file|dfs)_endpoint$/, (owner, path) => `https://${host(owner, path)}/`],
  [/^google_(container_cluster|redis|memorystore).*\.(endpoint|host)$/, address],
  [/^google_.*\.(ip_)?address$|(_ip|_ip_address|nat_ip|\.ip|\.ip_address|_ip4|_ipv4)$/, address],
  [/ipv6_cidr/, (owner, path) => `fd00:${hex(owner, path, 4)}::/56`],
  [/cidr|ip_range$/, (owner, path) => `10.${byte(owner, path)}.0.0/20`],
  [/(endpoint|host|hostname|fqdn|dns_name|domain_name|address|domain)$/, host],
  [/connection_name$/, (owner) => `${project(owner)}:${region(owner)}:${String(owner.configured.name)}`],
  [
    /connection_string/,
    (owner, path) => `AccountName=simulated;AccountKey=${base64(hex(owner, path, 32))};EndpointSuffix=core.windows.net`,
  ],
  [/availability_zone$|(^|\.)zone$/, (owner) => zones(owner)[0]],
  [/(^|\.)(region|location)$/, region],
  [/(^|\.)project(_id)?$/, project],
  [/(^|\.)number$/, () => "123456789012"],
  [
    /\.(email|service_account_email)$/,
    (owner) => `${String(owner.configured.account_id ?? "default")}@${project(owner)}.iam.gserviceaccount.com`,
  ],
  [/\.member$/, (owner) => `serviceAccount:${text(owner, "email")}`],
  [/(password|token|secret|access_key|_key)$/, (owner, path) => hex(owner, path, 32)],
  [/(_time|_date|_timestamp|\.created|_on|_at)$/, () => "2026-01-01T00:00:00Z"],
];

function text(owner: Owner, path: string): string {
  const full = `${owner.type}.${path}`;
  const recipe = RECIPES.find(([pattern]) => pattern.test(full));
  return recipe ? recipe[1](owner, path) : `${path.split(".").at(-1)}-${hex(owner, path, 8)}`;
}

const IDENTIFIED_BY_ARN =
  /^aws_(secretsmanager_secret|lb|lb_listener|lb_target_group|acm_certificate|sns_topic|iam_policy|iam_openid_connect_provider|wafv2_web_acl)$/;

/** An id, or a name that grows out of a configured prefix. */
function named(owner: Owner, name: string, path: string): string {
  if (path === "id" && IDENTIFIED_BY_ARN.test(owner.type)) return arn(owner, "arn");
  if (path === "id") return resourceId(owner, hex(owner, "id", 17));
  const prefix = owner.configured[`${name}_prefix`];
  return `${typeof prefix === "string" ? prefix : `${name}-`}${hex(owner, path, 8)}`;
}

function arn(owner: Owner, path: string): string {
  const [, service, ...rest] = owner.type.replace(/^data\./, "").split("_");
  const label = chosenName(owner) ?? hex(owner, path, 8);
  const kind = path === "arn" ? rest.join("-") || service : path.replace(/_arn$/, "");
  if (owner.type === "aws_s3_bucket") return `arn:aws:s3:::${label}`;
  if (/secret/.test(path) || service === "secretsmanager") return secretArn(owner, label);
  const global = service === "iam" ? "" : region(owner);
  return `arn:aws:${SERVICES[service] ?? service}:${global}:123456789012:${kind}/${label}`;
}

const SERVICES: Readonly<Record<string, string>> = {
  db: "rds",
  lb: "elasticloadbalancing",
  alb: "elasticloadbalancing",
  vpc: "ec2",
  instance: "ec2",
  subnet: "ec2",
  security: "ec2",
  cloudwatch: "logs",
  efs: "elasticfilesystem",
  ebs: "ec2",
};

function secretArn(owner: Owner, label: string): string {
  return `arn:aws:secretsmanager:${region(owner)}:123456789012:secret:${label}-${hex(owner, "arn", 6)}`;
}

function parameter(owner: Owner, path: string): string {
  return /ami|image/.test(String(owner.configured.name)) ? `ami-${hex(owner, path, 17)}` : hex(owner, path, 12);
}

function region({ configured, provider, type }: Owner): string {
  const given = configured.region ?? configured.location ?? provider.region;
  if (typeof given === "string") return given;
  return /google/.test(type) ? "europe-west1" : /azurerm/.test(type) ? "westeurope" : "eu-west-1";
}

function project({ configured, provider }: Owner): string {
  const given = configured.project ?? configured.project_id ?? provider.project;
  return typeof given === "string" ? given : "simulated-project";
}

function zones(owner: Owner): readonly string[] {
  if (/azurerm/.test(owner.type)) return ["1", "2", "3"];
  const dash = /google/.test(owner.type) ? "-" : "";
  return ["a", "b", "c"].map((letter) => `${region(owner)}${dash}${letter}`);
}

function byte(owner: Owner, path: string): number {
  return Number.parseInt(hex(owner, path, 2), 16);
}

function address(owner: Owner, path: string): string {
  const digits = hex(owner, path, 4);
  return `10.${Number.parseInt(digits.slice(0, 2), 16)}.${Number.parseInt(digits.slice(2), 16)}.10`;
}

function host(owner: Owner, path: string): string {
  return `${owner.type.replace(/^data\./, "").replaceAll("_", "-")}-${hex(owner, path, 8)}.simulated.invalid`;
}

function uuid(owner: Owner, path: string): string {
  const digits = hex(owner, path, 32);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join("-");
}

function base64(value: string): string {
  return Buffer.from(value).toString("base64");
}
