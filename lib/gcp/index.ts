import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { type ITerraformDependable, type TerraformProvider, Token } from "cdktf";
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
import type { GcpCluster } from "./cluster.js";
import { GcpDatabase, type GcpDatabaseOverrides } from "./database.js";
import type { GcpIdentity } from "./identity.js";
import { GcpLoadBalancer, type GcpLoadBalancerOverrides } from "./load-balancer.js";
import { GcpMachine, type GcpMachineOverrides } from "./machine.js";
import { GcpMachineGroup, type GcpMachineGroupOverrides } from "./machine-group.js";
import { type GcpClusterOverrides, GkeCluster } from "./made-cluster.js";
import { type GcpNetworkOverrides, GcpVpc } from "./made-network.js";
import type { GcpNetwork } from "./network.js";
import { GcpObjectStore, type GcpObjectStoreOverrides } from "./object-store.js";
import type { GcpProject, GoogleApi } from "./project.js";
import { GcpRedis, type GcpRedisOverrides } from "./redis.js";
import { GcpRegistry, type GcpRegistryOverrides } from "./registry.js";
import { ExistingSecret, type GcpSecret, GeneratedSecret, secretValue } from "./secret.js";

export { GcpCluster, type GcpClusterAttributes } from "./cluster.js";
export { GcpDatabase, type GcpDatabaseOverrides } from "./database.js";
export { GcpFirewall, type GcpSource } from "./firewall.js";
export { GcpIdentity, GcpServiceAccount } from "./identity.js";
export { GcpLoadBalancer, type GcpLoadBalancerOverrides, type InstanceGroups } from "./load-balancer.js";
export { GcpMachine, type GcpMachineOverrides } from "./machine.js";
export { GcpMachineGroup, type GcpMachineGroupOverrides } from "./machine-group.js";
export { type GcpClusterOverrides, GkeCluster } from "./made-cluster.js";
export { type GcpNetworkOverrides, GcpVpc } from "./made-network.js";
export { type ClusterRanges, GcpNetwork, type GcpNetworkAttributes, type PrivateServices } from "./network.js";
export { GcpNodePool, type GcpNodePoolOverrides } from "./node-pool.js";
export { GcpObjectStore, type GcpObjectStoreOverrides } from "./object-store.js";
export type { GcpProject, GoogleApi } from "./project.js";
export { GcpRedis, type GcpRedisOverrides } from "./redis.js";
export { GcpRegistry, type GcpRegistryOverrides } from "./registry.js";
export { GcpSecret } from "./secret.js";

/** The types of the parts on Google Cloud. */
export interface GcpParts extends Parts {
  readonly network: GcpNetwork;
  readonly identity: GcpIdentity;
  readonly secret: GcpSecret;
  readonly machine: GcpMachine;
  readonly machineGroup: GcpMachineGroup;
  readonly loadBalancer: GcpLoadBalancer;
  readonly database: GcpDatabase;
  readonly redis: GcpRedis;
  readonly objectStore: GcpObjectStore;
  readonly registry: GcpRegistry;
  readonly cluster: GcpCluster;
}

/** By part, what is laid over its underlying resources. */
export interface GcpOverrides {
  readonly network?: GcpNetworkOverrides;
  readonly machine?: GcpMachineOverrides;
  readonly machineGroup?: GcpMachineGroupOverrides;
  readonly loadBalancer?: GcpLoadBalancerOverrides;
  readonly database?: GcpDatabaseOverrides;
  readonly redis?: GcpRedisOverrides;
  readonly objectStore?: GcpObjectStoreOverrides;
  readonly registry?: GcpRegistryOverrides;
  readonly cluster?: GcpClusterOverrides;
}

export interface GcpProps {
  /** The project's id, such as `quality-247012`. */
  readonly project: string;
  /** Such as `europe-west1`. */
  readonly region: string;
  /** On every resource that takes labels, besides `application=coverstack`. @default none */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** A provider that the stack has already; its project and region are those above. @default a new one */
  readonly provider?: GoogleProvider | undefined;
  /**
   * Whether Terraform switches on the Google APIs that the parts call, for which the API Service Usage has to be on, and
   * leaves them on when it destroys the rest. @default true
   */
  readonly enableApis?: boolean | undefined;
  /** Laid over the underlying resources, key by key: for what no prop covers. @default none */
  readonly overrides?: GcpOverrides | undefined;
}

/** Google Cloud, one region of one project. */
export class Gcp extends Construct implements Cloud<GcpParts>, GcpProject {
  readonly name = "gcp";
  declare readonly parts?: GcpParts;
  readonly provider: GoogleProvider;
  readonly project: string;
  readonly region: string;
  readonly #enableApis: boolean;
  readonly #overrides: GcpOverrides;

  /** @throws CoverstackError when project, region or labels are none, or belong to another provider */
  constructor(scope: Construct, id: string, props: GcpProps) {
    super(scope, id);
    const { project, region, labels, provider, enableApis = true, overrides = {} } = props;
    check("project", project, /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "a project's id such as quality-247012", this);
    check("region", region, /^[a-z]+-[a-z]+\d+$/, "a region of Google Cloud such as europe-west1", this);
    for (const [key, value] of Object.entries(labels ?? {})) {
      check("labels", key, /^[a-z][a-z0-9_-]{0,62}$/, "keys of lower case letters, digits, _ and -", this);
      check("labels", value, /^[a-z0-9_-]{0,63}$/, "values of lower case letters, digits, _ and -", this);
    }
    if (provider) refuseAnother(provider, props, this);
    this.project = project;
    this.region = region;
    this.provider =
      provider ??
      new GoogleProvider(this, "provider", {
        project,
        region,
        defaultLabels: { application: "coverstack", ...labels },
      });
    this.#enableApis = enableApis;
    this.#overrides = overrides;
  }

  apis(...names: readonly GoogleApi[]): ITerraformDependable[] {
    return this.#enableApis ? names.map((name) => this.#api(name)) : [];
  }

  network(scope: Construct, id: string, props: NetworkProps = {}): GcpVpc {
    return new GcpVpc(scope, id, this, props, this.#overrides.network);
  }

  secret(scope: Construct, id: string, props: SecretProps): GcpSecret {
    return new GeneratedSecret(scope, id, this, props);
  }

  existingSecret(scope: Construct, id: string, reference: SecretReference): GcpSecret {
    return new ExistingSecret(scope, id, this, reference);
  }

  secretValue(scope: Construct, id: string, source: SecretSource): string {
    return secretValue(scope, id, source, this);
  }

  machine(scope: Construct, id: string, props: MachineProps<GcpNetwork>): GcpMachine {
    return new GcpMachine(scope, id, this, props, this.#overrides.machine);
  }

  machineGroup(scope: Construct, id: string, props: MachineGroupProps<GcpNetwork>): GcpMachineGroup {
    return new GcpMachineGroup(scope, id, this, props, this.#overrides.machineGroup);
  }

  loadBalancer(scope: Construct, id: string, props: LoadBalancerProps<GcpNetwork>): GcpLoadBalancer {
    return new GcpLoadBalancer(scope, id, this, props, this.#overrides.loadBalancer);
  }

  database(scope: Construct, id: string, props: DatabaseProps<GcpNetwork>): GcpDatabase {
    return new GcpDatabase(scope, id, this, props, this.#overrides.database);
  }

  redis(scope: Construct, id: string, props: RedisProps<GcpNetwork>): GcpRedis {
    return new GcpRedis(scope, id, this, props, this.#overrides.redis);
  }

  objectStore(scope: Construct, id: string, props: ObjectStoreProps<GcpNetwork>): GcpObjectStore {
    return new GcpObjectStore(scope, id, this, props, this.#overrides.objectStore);
  }

  registry(scope: Construct, id: string): GcpRegistry {
    return new GcpRegistry(scope, id, this, this.#overrides.registry);
  }

  cluster(scope: Construct, id: string, props: ClusterProps<GcpNetwork>): GkeCluster {
    return new GkeCluster(scope, id, this, props, this.#overrides.cluster);
  }

  connect(scope: Construct, id: string, cluster: GcpCluster): TerraformProvider {
    return cluster.connect(scope, id);
  }

  #api(name: GoogleApi): ProjectService {
    const id = `api-${name}`;
    const there = this.node.tryFindChild(id) as ProjectService | undefined;
    return (
      there ??
      new ProjectService(this, id, {
        provider: this.provider,
        project: this.project,
        service: `${name}.googleapis.com`,
        disableOnDestroy: false,
      })
    );
  }
}

function check(name: string, given: string, pattern: RegExp, allowed: string, scope: Construct): void {
  if (Token.isUnresolved(given) || pattern.test(given)) return;
  throw new CoverstackError({ what: `'${name}' is not in Google's form`, given, allowed }, scope);
}

function refuseAnother(provider: GoogleProvider, props: GcpProps, scope: Construct): void {
  for (const key of ["project", "region"] as const) {
    const theirs = provider[key];
    if (theirs === undefined || Token.isUnresolved(theirs) || theirs === props[key]) continue;
    const fix = `pass ${theirs}, or another provider`;
    throw new CoverstackError({ what: `'${key}' must be the provider's`, given: props[key], fix }, scope);
  }
  if (props.labels) {
    const fix = "set defaultLabels on the provider that you pass";
    throw new CoverstackError({ what: "'labels' and 'provider' exclude each other", fix }, scope);
  }
}
