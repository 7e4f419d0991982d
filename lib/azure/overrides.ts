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

/** Laid over the resources of every network, key by key. */
export interface AzureNetworkOverrides {
  readonly vnet?: DeepPartial<VirtualNetworkConfig>;
}

/** Laid over the vault that all secrets are in, key by key. */
export interface AzureSecretOverrides {
  readonly vault?: DeepPartial<KeyVaultConfig>;
}

/** Laid over the resources of every machine, key by key. */
export interface AzureMachineOverrides {
  readonly machine?: DeepPartial<Omit<LinuxVirtualMachineConfig, "customData">>;
  readonly dataDisk?: DeepPartial<ManagedDiskConfig>;
}

/** Laid over the resources of every machine group, key by key. */
export interface AzureMachineGroupOverrides {
  readonly scaleSet?: DeepPartial<Omit<LinuxVirtualMachineScaleSetConfig, "customData">>;
}

/** Laid over the resources of every load balancer, key by key. */
export interface AzureLoadBalancerOverrides {
  readonly gateway?: DeepPartial<ApplicationGatewayConfig>;
}

/** Laid over the resources of every database, key by key. */
export interface AzureDatabaseOverrides {
  /** Such as `createMode: "Update"` with a newer `version`: an upgrade in place. */
  readonly server?: DeepPartial<PostgresqlFlexibleServerConfig>;
}

/** Laid over the resources of every Redis, key by key. */
export interface AzureRedisOverrides {
  readonly redis?: DeepPartial<ManagedRedisConfig>;
}

/** Laid over the storage account of every object store, key by key. */
export interface AzureObjectStoreOverrides {
  readonly account?: DeepPartial<StorageAccountConfig>;
}

/** Laid over the registry, key by key. */
export interface AzureRegistryOverrides {
  readonly registry?: DeepPartial<ContainerRegistryConfig>;
}

/** Laid over the resources of every cluster, key by key. */
export interface AzureClusterOverrides {
  readonly cluster?: DeepPartial<KubernetesClusterConfig>;
  readonly nodePool?: DeepPartial<KubernetesClusterNodePoolConfig>;
}

/** By part, what is laid over its underlying resources. */
export interface AzureOverrides {
  readonly network?: AzureNetworkOverrides;
  readonly secret?: AzureSecretOverrides;
  readonly machine?: AzureMachineOverrides;
  readonly machineGroup?: AzureMachineGroupOverrides;
  readonly loadBalancer?: AzureLoadBalancerOverrides;
  readonly database?: AzureDatabaseOverrides;
  readonly redis?: AzureRedisOverrides;
  readonly objectStore?: AzureObjectStoreOverrides;
  readonly registry?: AzureRegistryOverrides;
  readonly cluster?: AzureClusterOverrides;
}
