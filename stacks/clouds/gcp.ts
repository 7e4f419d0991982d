import { GcsBackend } from "cdktf";
import { Gcp, GcpCluster, GcpNetwork } from "../../lib/gcp/index.js";
import { cloudModule, stateOf } from "../module.js";
import { SettingsError } from "../settings.js";
import { flag, list, map, object, optional, text } from "../shape.js";

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
  state: optional(object({ bucket: text, prefix: optional(text) })),
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
  let network: GcpNetwork | undefined;
  const ownNetwork = () => {
    network ??= settings.network && GcpNetwork.fromSubnets(stack, "network", settings.network);
    return network;
  };
  return {
    cloud,
    network: ownNetwork,
    cluster() {
      const itsNetwork = ownNetwork();
      if (!cluster) return undefined;
      if (!itsNetwork) throw new SettingsError("'cluster' needs 'network': the one that its nodes are in");
      return GcpCluster.fromName(stack, "cluster", { cloud, network: itsNetwork, ...cluster });
    },
  };
});
