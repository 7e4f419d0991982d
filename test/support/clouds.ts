import type { Construct } from "constructs";
import { Aws } from "../../lib/aws/index.js";
import { Azure } from "../../lib/azure/index.js";
import { Gcp } from "../../lib/gcp/index.js";
import type { Cloud, CloudName } from "../../lib/index.js";

/** A connection to each cloud, for what holds on all of them. */
export const CLOUDS: Readonly<Record<CloudName, (scope: Construct) => Cloud>> = {
  aws: (scope) => new Aws(scope, "aws", { region: "eu-west-1" }),
  gcp: (scope) => new Gcp(scope, "gcp", { project: "quality-247012", region: "europe-west1" }),
  azure: (scope) => new Azure(scope, "azure", { location: "westeurope" }),
};

export const CLOUD_NAMES = Object.keys(CLOUDS) as CloudName[];

/** What makes HTTPS work on each. */
export const HTTPS: Readonly<Record<CloudName, { readonly certificate?: string; readonly dnsZone?: string }>> = {
  aws: { dnsZone: "Z0123456789ABCDEFGHIJ" },
  gcp: { dnsZone: "example-com" },
  azure: { certificate: "https://certificates.vault.azure.net/secrets/coverage" },
};
