import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { type TerraformProvider, Token } from "cdktf";
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
import type { AwsCluster } from "./cluster.js";
import { AwsDatabase, type AwsDatabaseOverrides } from "./database.js";
import type { AwsIdentity } from "./identity.js";
import { AwsLoadBalancer, type AwsLoadBalancerOverrides } from "./load-balancer.js";
import { AwsMachine, type AwsMachineOverrides } from "./machine.js";
import { AwsMachineGroup, type AwsMachineGroupOverrides } from "./machine-group.js";
import { type AwsClusterOverrides, EksCluster } from "./made-cluster.js";
import { type AwsNetworkOverrides, AwsVpc } from "./made-network.js";
import type { AwsNetwork } from "./network.js";
import { AwsObjectStore, type AwsObjectStoreOverrides } from "./object-store.js";
import { AwsRedis, type AwsRedisOverrides } from "./redis.js";
import { AwsRegistry, type AwsRegistryOverrides } from "./registry.js";
import { type AwsSecret, ExistingSecret, GeneratedSecret, secretValue } from "./secret.js";

export { AwsCluster, type AwsClusterAttributes } from "./cluster.js";
export { AwsDatabase, type AwsDatabaseOverrides } from "./database.js";
export type { AwsSource, SecurityGroupId } from "./firewall.js";
export { AwsIdentity, AwsRole, type AwsService, type PolicyStatement } from "./identity.js";
export { AwsLoadBalancer, type AwsLoadBalancerOverrides } from "./load-balancer.js";
export { AwsMachine, type AwsMachineOverrides } from "./machine.js";
export { AwsMachineGroup, type AwsMachineGroupOverrides } from "./machine-group.js";
export { type AwsClusterOverrides, EksCluster } from "./made-cluster.js";
export { type AwsNetworkOverrides, AwsVpc } from "./made-network.js";
export { AwsNetwork, type AwsNetworkAttributes, type AwsSubnet } from "./network.js";
export { AwsNodePool, type AwsNodePoolOverrides } from "./node-pool.js";
export { AwsObjectStore, type AwsObjectStoreOverrides } from "./object-store.js";
export { AwsRedis, type AwsRedisOverrides } from "./redis.js";
export { AwsRegistry, type AwsRegistryOverrides } from "./registry.js";
export { AwsSecret } from "./secret.js";

/** The types of the parts on AWS. */
export interface AwsParts extends Parts {
  readonly network: AwsNetwork;
  readonly identity: AwsIdentity;
  readonly secret: AwsSecret;
  readonly machine: AwsMachine;
  readonly machineGroup: AwsMachineGroup;
  readonly loadBalancer: AwsLoadBalancer;
  readonly database: AwsDatabase;
  readonly redis: AwsRedis;
  readonly objectStore: AwsObjectStore;
  readonly registry: AwsRegistry;
  readonly cluster: AwsCluster;
}

/** By part, what is laid over its underlying resources. */
export interface AwsOverrides {
  readonly network?: AwsNetworkOverrides;
  readonly machine?: AwsMachineOverrides;
  readonly machineGroup?: AwsMachineGroupOverrides;
  readonly loadBalancer?: AwsLoadBalancerOverrides;
  readonly database?: AwsDatabaseOverrides;
  readonly redis?: AwsRedisOverrides;
  readonly objectStore?: AwsObjectStoreOverrides;
  readonly registry?: AwsRegistryOverrides;
  readonly cluster?: AwsClusterOverrides;
}

export interface AwsProps {
  /** Such as `eu-west-1`. */
  readonly region: string;
  /** On every resource that can be tagged, besides `Application=coverstack`. @default none */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** A provider that the stack has already; its region must be the one above, its tags are its own. @default a new one */
  readonly provider?: AwsProvider | undefined;
  /** Laid over the underlying resources, key by key: for what no prop covers. @default none */
  readonly overrides?: AwsOverrides | undefined;
}

/** Amazon Web Services, one region of one account. */
export class Aws extends Construct implements Cloud<AwsParts> {
  readonly name = "aws";
  declare readonly parts?: AwsParts;
  readonly provider: AwsProvider;
  readonly #overrides: AwsOverrides;

  /** @throws CoverstackError when the region is no region's name, or belongs to another provider */
  constructor(scope: Construct, id: string, { region, tags, provider, overrides = {} }: AwsProps) {
    super(scope, id);
    if (!Token.isUnresolved(region) && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
      throw new CoverstackError(
        { what: "'region' must be an AWS region", given: region, allowed: "such as eu-west-1" },
        this,
      );
    }
    if (provider?.region !== undefined && !Token.isUnresolved(provider.region) && provider.region !== region) {
      const fix = `pass ${provider.region}, or another provider`;
      throw new CoverstackError({ what: "'region' must be the provider's", given: region, fix }, this);
    }
    if (provider && tags) {
      throw new CoverstackError(
        { what: "'tags' and 'provider' exclude each other", fix: "set defaultTags on the provider that you pass" },
        this,
      );
    }
    this.provider =
      provider ??
      new AwsProvider(this, "provider", { region, defaultTags: [{ tags: { Application: "coverstack", ...tags } }] });
    this.#overrides = overrides;
  }

  network(scope: Construct, id: string, props?: NetworkProps): AwsVpc {
    return new AwsVpc(scope, id, this.provider, props, this.#overrides.network);
  }

  secret(scope: Construct, id: string, props: SecretProps): AwsSecret {
    return new GeneratedSecret(scope, id, this.provider, props);
  }

  existingSecret(scope: Construct, id: string, reference: SecretReference): AwsSecret {
    return new ExistingSecret(scope, id, reference);
  }

  secretValue(scope: Construct, id: string, source: SecretSource): string {
    return secretValue(scope, id, source, this.provider);
  }

  machine(scope: Construct, id: string, props: MachineProps<AwsNetwork>): AwsMachine {
    return new AwsMachine(scope, id, this.provider, props, this.#overrides.machine);
  }

  machineGroup(scope: Construct, id: string, props: MachineGroupProps<AwsNetwork>): AwsMachineGroup {
    return new AwsMachineGroup(scope, id, this.provider, props, this.#overrides.machineGroup);
  }

  loadBalancer(scope: Construct, id: string, props: LoadBalancerProps<AwsNetwork>): AwsLoadBalancer {
    return new AwsLoadBalancer(scope, id, this.provider, props, this.#overrides.loadBalancer);
  }

  database(scope: Construct, id: string, props: DatabaseProps<AwsNetwork>): AwsDatabase {
    return new AwsDatabase(scope, id, this.provider, props, this.#overrides.database);
  }

  redis(scope: Construct, id: string, props: RedisProps<AwsNetwork>): AwsRedis {
    return new AwsRedis(scope, id, this.provider, props, this.#overrides.redis);
  }

  objectStore(scope: Construct, id: string, props: ObjectStoreProps): AwsObjectStore {
    return new AwsObjectStore(scope, id, this.provider, props, this.#overrides.objectStore);
  }

  registry(scope: Construct, id: string): AwsRegistry {
    return new AwsRegistry(scope, id, this.provider, this.#overrides.registry);
  }

  cluster(scope: Construct, id: string, props: ClusterProps<AwsNetwork>): EksCluster {
    return new EksCluster(scope, id, this.provider, props, this.#overrides.cluster);
  }

  connect(scope: Construct, id: string, cluster: AwsCluster): TerraformProvider {
    return cluster.connect(scope, id);
  }
}
