import { ElasticacheParameterGroup } from "@cdktf/provider-aws/lib/elasticache-parameter-group";
import {
  ElasticacheReplicationGroup,
  type ElasticacheReplicationGroupConfig,
} from "@cdktf/provider-aws/lib/elasticache-replication-group";
import { ElasticacheSubnetGroup } from "@cdktf/provider-aws/lib/elasticache-subnet-group";
import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Password } from "@cdktf/provider-random/lib/password";
import { Construct } from "constructs";
import { bindings } from "../cloud/optional-bindings.js";
import { randomProvider } from "../cloud/random-provider.js";
import type { Redis, RedisProps } from "../cloud/redis.js";
import { CoverstackError } from "../errors.js";
import { type DeepPartial, merge } from "../merge.js";
import type { Endpoint } from "../workload/endpoint.js";
import { checkPrivateZones } from "./checks.js";
import { type AwsSource, allowBetween, securityGroup } from "./firewall.js";
import { fixedName } from "./names.js";
import type { AwsNetwork } from "./network.js";
import { KeptSecret } from "./secret.js";

/** Laid over the replication group of every Redis, key by key. */
export interface AwsRedisOverrides {
  readonly replicationGroup?: DeepPartial<Omit<ElasticacheReplicationGroupConfig, "authToken" | "securityGroupIds">>;
}

const PORT = 6379;
const VARIABLE = "COVERSTACK_REDIS_PASSWORD";
const ENGINE = { name: "valkey", version: "8.0", family: "valkey8" };
const PASSWORD_LENGTH = 64;
const SNAPSHOT_DAYS = 1;

/** Node types by their memory in GiB. ElastiCache keeps a quarter of it for copies to replicas and snapshots. */
const NODE_TYPES: readonly (readonly [type: string, memoryGib: number])[] = [
  ["cache.t4g.small", 1.37],
  ["cache.t4g.medium", 3.09],
  ["cache.m7g.large", 6.38],
  ["cache.m7g.xlarge", 12.93],
  ["cache.m7g.2xlarge", 26.04],
  ["cache.m7g.4xlarge", 52.26],
  ["cache.m7g.8xlarge", 103.68],
];
const USABLE = 0.75;
const GB_PER_GIB = 1.073741824;

/** Amazon ElastiCache for Valkey, which speaks Redis' protocol: one shard, TLS and a password. */
export class AwsRedis extends Construct implements Redis {
  /** Terraform's state knows it: ElastiCache has no write-only argument for it. */
  readonly password: Password;
  readonly secret: KeptSecret;
  readonly securityGroup: SecurityGroup;
  readonly parameterGroup: ElasticacheParameterGroup;
  readonly replicationGroup: ElasticacheReplicationGroup;
  readonly endpoint: Endpoint;
  readonly #provider: AwsProvider;

  /** @throws CoverstackError when no node has the memory, or the network has no two private zones */
  constructor(
    scope: Construct,
    id: string,
    provider: AwsProvider,
    props: RedisProps<AwsNetwork>,
    overrides: AwsRedisOverrides = {},
  ) {
    super(scope, id);
    this.#provider = provider;
    checkPrivateZones(props.network, "a Redis on ElastiCache", this);
    const nodeType = nodeTypeFor(props.memoryGb, this);
    const { Password } = bindings.randomPassword();
    this.password = new Password(this, "password", {
      provider: randomProvider(this),
      length: PASSWORD_LENGTH,
      special: false,
      // What a later provider would make differently is no reason for another password.
      lifecycle: { ignoreChanges: "all" },
    });
    this.secret = new KeptSecret(this, "secret", provider, () => ({ password: this.password.result }));
    this.securityGroup = securityGroup(this, provider, props.network.vpcId);
    this.parameterGroup = new ElasticacheParameterGroup(this, "parameter-group", {
      provider,
      name: `${fixedName(this, 200)}-${ENGINE.family}`,
      family: ENGINE.family,
      // Jobs are no cache: when memory is full, adding fails instead of others disappearing.
      parameter: [{ name: "maxmemory-policy", value: "noeviction" }],
      lifecycle: { createBeforeDestroy: true },
    });
    this.replicationGroup = new ElasticacheReplicationGroup(
      this,
      "replication-group",
      merge(this.#group(props, nodeType), overrides.replicationGroup),
    );
    this.endpoint = {
      url: {
        parts: ["rediss://:", { variable: VARIABLE }, `@${this.replicationGroup.primaryEndpointAddress}:${PORT}`],
      },
      secrets: [{ variable: VARIABLE, secret: this.secret.secretId, key: "password" }],
      reach: { cidr: props.network.cidr, port: PORT },
    };
  }

  allowFrom(source: AwsSource): void {
    allowBetween(source, { securityGroup: this.securityGroup, scope: this }, PORT, this.#provider);
  }

  #group({ network, highAvailability, protect }: RedisProps<AwsNetwork>, nodeType: string) {
    const subnets = new ElasticacheSubnetGroup(this, "subnets", {
      provider: this.#provider,
      name: fixedName(this, 250),
      subnetIds: network.privateSubnets.map(({ id }) => id),
      lifecycle: { ignoreChanges: ["name"] },
    });
    const config: ElasticacheReplicationGroupConfig = {
      provider: this.#provider,
      replicationGroupId: fixedName(this, 40),
      description: this.node.path,
      engine: ENGINE.name,
      engineVersion: ENGINE.version,
      parameterGroupName: this.parameterGroup.name,
      nodeType,
      port: PORT,
      numCacheClusters: highAvailability ? 2 : 1,
      automaticFailoverEnabled: highAvailability,
      multiAzEnabled: highAvailability,
      subnetGroupName: subnets.name,
      securityGroupIds: [this.securityGroup.id],
      atRestEncryptionEnabled: "true",
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      authToken: this.password.result,
      // Named from the start: without it a later provider may take the token for a new one. The old one stays valid.
      authTokenUpdateStrategy: "ROTATE",
      autoMinorVersionUpgrade: "true",
      maintenanceWindow: "sun:04:00-sun:05:00",
      snapshotRetentionLimit: SNAPSHOT_DAYS,
      snapshotWindow: "02:00-03:00",
      applyImmediately: true,
      tags: { Name: this.node.path },
      lifecycle: {
        preventDestroy: protect,
        // AWS raises the version by itself, and a stack may be renamed: neither is a reason to lose the queue.
        ignoreChanges: ["engine_version", "replication_group_id"],
      },
    };
    return config;
  }
}

function nodeTypeFor(memoryGb: number, scope: Construct): string {
  const most = usableGb(NODE_TYPES.at(-1)?.[1] ?? 0);
  const fitting = memoryGb > 0 ? NODE_TYPES.find(([, gib]) => usableGb(gib) >= memoryGb) : undefined;
  if (fitting) return fitting[0];
  throw new CoverstackError(
    {
      what: "'memoryGb' is out of range",
      given: memoryGb,
      allowed: `above 0, at most ${Math.floor(most)} GB`,
    },
    scope,
  );
}

function usableGb(gib: number): number {
  return gib * USABLE * GB_PER_GIB;
}
