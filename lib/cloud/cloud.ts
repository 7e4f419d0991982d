import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import type { SecretSource } from "../workload/boot-secrets.js";
import type { SecretReference } from "../workload/secret-reference.js";
import type { Cluster, ClusterProps } from "./cluster.js";
import type { Database, DatabaseProps } from "./database.js";
import type { Identity } from "./identity.js";
import type { LoadBalancer, LoadBalancerProps } from "./load-balancer.js";
import type { Machine, MachineProps } from "./machine.js";
import type { MachineGroup, MachineGroupProps } from "./machine-group.js";
import type { Network, NetworkProps } from "./network.js";
import type { ObjectStore, ObjectStoreProps } from "./object-store.js";
import type { Redis, RedisProps } from "./redis.js";
import type { Registry } from "./registry.js";
import type { Secret, SecretProps } from "./secret.js";

/** The types that a cloud has for its parts. */
export interface Parts {
  readonly network: Network;
  readonly identity: Identity;
  readonly secret: Secret;
  readonly machine: Machine;
  readonly machineGroup: MachineGroup;
  readonly loadBalancer: LoadBalancer;
  readonly database: Database;
  readonly redis: Redis;
  readonly objectStore: ObjectStore;
  readonly registry: Registry;
  readonly cluster: Cluster;
}

/** What a strategy asks of a cloud. A strategy knows these parts only, a cloud knows no strategy. */
export interface Cloud<P extends Parts = Parts> {
  readonly name: CloudName;
  /** Never there: by it TypeScript works out `P`. */
  readonly parts?: P;
  network(scope: Construct, id: string, props?: NetworkProps): P["network"];
  /** Makes the values where no one sees them: neither synthesised files nor Terraform's state hold them. */
  secret(scope: Construct, id: string, props: SecretProps): P["secret"];
  /** A secret that is there already. */
  existingSecret(scope: Construct, id: string, reference: SecretReference): P["secret"];
  /** An expression of the secret's text, or of one field, that Terraform computes in each run and never stores. */
  secretValue(scope: Construct, id: string, source: SecretSource): string;
  machine(scope: Construct, id: string, props: MachineProps<P["network"]>): P["machine"];
  machineGroup(scope: Construct, id: string, props: MachineGroupProps<P["network"]>): P["machineGroup"];
  loadBalancer(scope: Construct, id: string, props: LoadBalancerProps<P["network"]>): P["loadBalancer"];
  database(scope: Construct, id: string, props: DatabaseProps<P["network"]>): P["database"];
  redis(scope: Construct, id: string, props: RedisProps<P["network"]>): P["redis"];
  objectStore(scope: Construct, id: string, props: ObjectStoreProps<P["network"]>): P["objectStore"];
  registry(scope: Construct, id: string): P["registry"];
  cluster(scope: Construct, id: string, props: ClusterProps<P["network"]>): P["cluster"];
  /** Terraform's Kubernetes provider in the stack of `scope`, connected to a cluster that another stack has made. */
  connect(scope: Construct, id: string, cluster: P["cluster"]): TerraformProvider;
}

export type CloudName = "aws" | "gcp" | "azure";
