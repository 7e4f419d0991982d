import { GcsBackend } from "cdktf";
import { Gcp, GcpCluster, GcpNetwork } from "../../lib/gcp/index.js";
import { broughtAlong, cloudModule, stateOf } from "../module.js";
import { flag, list, map, object, optional, text, textLike } from "../shape.js";

const bucket = textLike(
  /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/,
  "a bucket's name: lower-case letters, digits, '.', '_' and '-', 3 to 222",
);

const fields = {
  project: text,
  region: text,
  labels: optional(map(text)),
  enableApis: optional(flag),
  network: optional(
    object({
      network: text,
      subnetwork: text,
      zones: list(text),
      privateServicesRange: optional(text),
      clusterRanges: optional(object({ pods: text, services: text, podCidr: text, controlPlaneCidr: text })),
    }),
  ),
  state: optional(object({ bucket, prefix: optional(text) })),
};

const clusterShape = object({
  name: text,
  location: optional(text),
  nodeServiceAccount: text,
  webInstanceGroups: optional(list(text)),
});

export const gcp = cloudModule(fields, clusterShape, (stack, settings, suffix) => {
  const { project, region, labels, enableApis, state, cluster } = settings;
  if (state) new GcsBackend(stack, { bucket: state.bucket, prefix: stateOf(stack, state.prefix, suffix) });
  const cloud = new Gcp(stack, "gcp", {
    project,
    region,
    ...(labels && { labels }),
    ...(enableApis !== undefined && { enableApis }),
  });
  return {
    cloud,
    ...broughtAlong(
      () => settings.network && GcpNetwork.fromSubnets(stack, "network", settings.network),
      cluster,
      (given, network) => GcpCluster.fromName(stack, "cluster", { cloud, network, ...given }),
    ),
  };
});
