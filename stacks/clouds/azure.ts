import { AzurermBackend } from "cdktf";
import { Azure, AzureCluster, AzureNetwork } from "../../lib/azure/index.js";
import { cloudModule, stateOf } from "../module.js";
import { list, map, number, object, optional, text, textLike } from "../shape.js";

const storageAccount = textLike(/^[a-z0-9]{3,24}$/, "a storage account's name: lower-case letters and digits, 3 to 24");
const container = textLike(
  /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  "a container's name: lower-case letters, digits and '-', 3 to 63",
);

const fields = {
  location: text,
  subscriptionId: optional(text),
  resourceGroup: optional(text),
  operators: optional(list(text)),
  tags: optional(map(text)),
  network: optional(
    object({
      subnets: object({
        public: optional(text),
        gateway: optional(text),
        machines: optional(text),
        database: optional(text),
        endpoints: optional(text),
        nodes: optional(text),
      }),
      zones: optional(number),
      egressAddresses: optional(list(text)),
    }),
  ),
  state: optional(object({ resourceGroup: text, storageAccount, container, key: optional(text) })),
};

const clusterShape = object({
  name: text,
  resourceGroup: text,
  nodeCidr: text,
  dnsServiceIp: optional(text),
});

export const azure = cloudModule(fields, clusterShape, (stack, settings, suffix) => {
  const { location, subscriptionId, resourceGroup, operators, tags, network, state, cluster } = settings;
  if (state) {
    new AzurermBackend(stack, {
      resourceGroupName: state.resourceGroup,
      storageAccountName: state.storageAccount,
      containerName: state.container,
      key: `${stateOf(stack, state.key?.replace(/\.tfstate$/, ""), suffix)}.tfstate`,
    });
  }
  const cloud = new Azure(stack, "azure", { location, subscriptionId, resourceGroup, operators, tags });
  return {
    cloud,
    network: () => network && AzureNetwork.fromSubnets(stack, "network", network),
    cluster: () => cluster && AzureCluster.fromName(stack, "cluster", { cloud, ...cluster }),
  };
});
