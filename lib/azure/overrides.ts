import type { ApplicationGatewayConfig } from "@cdktf/provider-azurerm/lib/application-gateway";
import type { ContainerRegistryConfig } from "@cdktf/provider-azurerm/lib/container-registry";
import type { KeyVaultConfig } from "@cdktf/provider-azurerm/lib/key-vault";
import type { KubernetesClusterConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import type { KubernetesClusterNodePoolConfig } from "@cdktf/provider-azurerm/lib/kubernetes-cluster-node-pool";
import type { LinuxVirtualMachineConfig } from "@cdktf/provider-azurerm/lib/linux-virtual-machine";
import type { LinuxVirtualMachineScaleSetConfig } from "@cdktf/provider-azurerm/lib/linux-virtual-machine-scale-set";
import type { ManagedDiskConfig } from "@cdktf/provider-azurerm/lib/managed-disk";
import type { ManagedRedisConfig } from "@cdktf/provider-azurerm/lib/managed-redis";
import type { PostgresqlFlexibleServerConfig } from "@cdktf/provider-azurerm/lib/postgresql-flexible-server";
import type { StorageAccountConfig } from "@cdktf/provider-azurerm/lib/storage-account";
import type { VirtualNetworkConfig } from "@cdktf/provider-azurerm/lib/virtual-network";
import type { DeepPartial } from "../merge.js";

/** Laid over the underlying resources of every part of that kind, key by key: for what no prop covers. */
export interface AzureOverrides {
  readonly vnet?: DeepPartial<VirtualNetworkConfig>;
  readonly vault?: DeepPartial<KeyVaultConfig>;
  readonly machine?: DeepPartial<Omit<LinuxVirtualMachineConfig, "customData">>;
  readonly dataDisk?: DeepPartial<ManagedDiskConfig>;
  readonly machineGroup?: DeepPartial<Omit<LinuxVirtualMachineScaleSetConfig, "customData">>;
  readonly gateway?: DeepPartial<ApplicationGatewayConfig>;
  /** Such as `createMode: "Update"` with a newer `version`: an upgrade in place. */
  readonly database?: DeepPartial<PostgresqlFlexibleServerConfig>;
  readonly redis?: DeepPartial<ManagedRedisConfig>;
  readonly storageAccount?: DeepPartial<StorageAccountConfig>;
  readonly registry?: DeepPartial<ContainerRegistryConfig>;
  readonly cluster?: DeepPartial<KubernetesClusterConfig>;
  readonly nodePool?: DeepPartial<KubernetesClusterNodePoolConfig>;
}
