import type { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import type { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Construct } from "constructs";
import type { Cloud, Parts } from "../cloud/cloud.js";
import type { ClusterProps } from "../cloud/cluster.js";
import type { DatabaseProps } from "../cloud/database.js";
import type { LoadBalancerProps } from "../cloud/load-balancer.js";
import type { MachineProps } from "../cloud/machine.js";
import type { MachineGroupProps } from "../cloud/machine-group.js";
import type { NetworkProps } from "../cloud/network.js";
import type { ObjectStoreProps } from "../cloud/object-store.js";
import type { RedisProps } from "../cloud/redis.js";
import type { SecretProps } from "../cloud/secret.js";
import { CoverstackError } from "../errors.js";
import type { SecretSource } from "../workload/boot-secrets.js";
import type { SecretReference } from "../workload/secret-reference.js";
import type { AzureCluster } from "./cluster.js";
import { AzureContext, type AzureProps } from "./context.js";
import { AzureDatabase } from "./database.js";
import type { AzureIdentity } from "./identity.js";
import { AzureLoadBalancer } from "./load-balancer.js";
import { AzureMachine } from "./machine.js";
import { AzureMachineGroup } from "./machine-group.js";
import { AksCluster } from "./made-cluster.js";
import { AzureVnet } from "./made-network.js";
import type { AzureNetwork } from "./network.js";
import { AzureObjectStore } from "./object-store.js";
import { AzureRedis } from "./redis.js";
import { AzureRegistry } from "./registry.js";
import { type AzureSecret, ExistingSecret, GeneratedSecret, secretValue } from "./secret.js";

export { AzureCluster, type AzureClusterAttributes } from "./cluster.js";
export type { AzureContext, AzureProps } from "./context.js";
export { AzureDatabase } from "./database.js";
export { type AzureSource, NetworkRules, type Peer, type Rule } from "./firewall.js";
export { AzureIdentity, ManagedIdentity } from "./identity.js";
export { AzureLoadBalancer } from "./load-balancer.js";
export { AzureMachine } from "./machine.js";
export { AzureMachineGroup } from "./machine-group.js";
export { AksCluster } from "./made-cluster.js";
export { AzureVnet } from "./made-network.js";
export { AzureNetwork, type AzureNetworkAttributes, type AzureSubnet, type SubnetUse } from "./network.js";
export { AzureObjectStore } from "./object-store.js";
export type * from "./overrides.js";
export { AzureRedis } from "./redis.js";
export { AzureRegistry } from "./registry.js";
export { AzureSecret } from "./secret.js";

/** The types of the parts on Azure. */
export interface AzureParts extends Parts {
  readonly network: AzureNetwork;
  readonly identity: AzureIdentity;
  readonly secret: AzureSecret;
  readonly machine: AzureMachine;
  readonly machineGroup: AzureMachineGroup;
  readonly loadBalancer: AzureLoadBalancer;
  readonly database: AzureDatabase;
  readonly redis: AzureRedis;
  readonly objectStore: AzureObjectStore;
  readonly registry: AzureRegistry;
  readonly cluster: AzureCluster;
}

/** Microsoft Azure, one region of one subscription. Everything is put into one resource group. */
export class Azure extends Construct implements Cloud<AzureParts> {
  readonly name = "azure";
  declare readonly parts?: AzureParts;
  /** What its parts share. */
  readonly context: AzureContext;

  /** @throws CoverstackError when the location is no region's name, or belongs with another subscription's provider */
  constructor(scope: Construct, id: string, props: AzureProps) {
    super(scope, id);
    if (props.provider && props.subscriptionId !== undefined) {
      throw new CoverstackError(
        {
          what: "'subscriptionId' and 'provider' exclude each other",
          given: props.subscriptionId,
          fix: "set it on the provider that you pass",
        },
        this,
      );
    }
    this.context = new AzureContext(this, props);
  }

  get provider(): AzurermProvider {
    return this.context.provider;
  }

  network(scope: Construct, id: string, props: NetworkProps = {}): AzureVnet {
    return new AzureVnet(scope, id, this.context, props);
  }

  secret(scope: Construct, id: string, props: SecretProps): AzureSecret {
    return new GeneratedSecret(scope, id, this.context, props);
  }

  existingSecret(scope: Construct, id: string, reference: SecretReference): AzureSecret {
    return new ExistingSecret(scope, id, this.context, reference);
  }

  secretValue(scope: Construct, id: string, source: SecretSource): string {
    return secretValue(scope, id, source, this.context);
  }

  machine(scope: Construct, id: string, props: MachineProps<AzureNetwork>): AzureMachine {
    return new AzureMachine(scope, id, this.context, props);
  }

  machineGroup(scope: Construct, id: string, props: MachineGroupProps<AzureNetwork>): AzureMachineGroup {
    return new AzureMachineGroup(scope, id, this.context, props);
  }

  loadBalancer(scope: Construct, id: string, props: LoadBalancerProps<AzureNetwork>): AzureLoadBalancer {
    return new AzureLoadBalancer(scope, id, this.context, props);
  }

  database(scope: Construct, id: string, props: DatabaseProps<AzureNetwork>): AzureDatabase {
    return new AzureDatabase(scope, id, this.context, props);
  }

  redis(scope: Construct, id: string, props: RedisProps<AzureNetwork>): AzureRedis {
    return new AzureRedis(scope, id, this.context, props);
  }

  objectStore(scope: Construct, id: string, props: ObjectStoreProps<AzureNetwork>): AzureObjectStore {
    return new AzureObjectStore(scope, id, this.context, props);
  }

  registry(scope: Construct, id: string): AzureRegistry {
    return new AzureRegistry(scope, id, this.context);
  }

  cluster(scope: Construct, id: string, props: ClusterProps<AzureNetwork>): AksCluster {
    return new AksCluster(scope, id, this.context, props);
  }

  connect(scope: Construct, id: string, cluster: AzureCluster): KubernetesProvider {
    return cluster.connect(scope, id);
  }
}
